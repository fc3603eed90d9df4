"""Bodies of the endpoints of effect reports."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.api.schemas.marketing.briefs import Author
from app.marketing.effects.jobs import Source
from app.marketing.effects.values import Metric
from app.marketing.jobs.values import JobState, MarketingJob

Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]


class EffectReportRequest(BaseModel):
    """Contents published from `first` to `last`, of China.

    source: `events` (items and what followers did with them) or `platform` (articles with the
    platform's statistics). The first metric ranks the contents.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "author": "小林", "source": "events", "first": "2026-09-01",
                    "last": "2026-11-30", "metrics": ["reads", "clicks"],
                }
            ]
        },
    )  # fmt: skip
    account: str = "default"
    author: Author
    source: Source = "events"
    first: Day
    last: Day
    metrics: Annotated[list[Metric], Field(min_length=1, max_length=6)] = ["reads", "clicks"]


class EffectReportResponse(BaseModel):
    """A job. `report` comes with state `done`, `reason` with `failed`.

    The report has a paragraph; the effects of each metric (ratio with its 95 % interval, p-value
    adjusted for all features); what was left out and why; topics; the best and worst contents.
    """

    id: str
    account: str
    author: str
    request: dict[str, Any]
    state: JobState
    progress: float
    report: dict[str, Any] | None
    reason: str
    created: float
    finished: float | None


class EffectReportListResponse(BaseModel):
    """Jobs, the latest first."""

    reports: list[EffectReportResponse]


def describe_report_job(job: MarketingJob) -> EffectReportResponse:
    """The response of a job that writes an effect report."""
    return EffectReportResponse(
        id=job.id,
        account=job.account,
        author=job.author,
        request=job.request,
        state=job.state,
        progress=job.progress,
        report=job.result or None,
        reason=job.reason,
        created=job.created,
        finished=job.finished,
    )
