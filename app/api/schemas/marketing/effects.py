"""Bodies of the endpoints of effect reports."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.api.schemas.marketing.briefs import Author
from app.marketing.effects.jobs import Source
from app.marketing.effects.stored_reports import read_report
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
    metrics: Annotated[list[Metric], Field(min_length=1, max_length=7)] = ["reads", "clicks"]


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


class DailyFigureRequest(BaseModel):
    """A day's figure, and its control: a figure that the change couldn't move."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    day: Day
    value: float
    control: float


class ChangeRequest(BaseModel):
    """A series of days without gaps, and the day from which on something was different."""

    model_config = ConfigDict(extra="forbid")
    figures: Annotated[list[DailyFigureRequest], Field(min_length=1, max_length=731)]
    changed_on: Day


class ChangeResponse(BaseModel):
    """The change relative to what the control let expect: 0.1 is 10 % more.

    placebo_p_value: of a change in the middle of the days before, when nothing was changed; where
    it is below 0.05 the series moves by itself, and is_trustworthy is false.
    """

    change: float
    low: float
    high: float
    p_value: float
    placebo_p_value: float
    days_before: int
    days_after: int
    is_trustworthy: bool
    sentence: str  # in Chinese: what changed, and whether it can be trusted


class GroupCountsRequest(BaseModel):
    """Exposed followers, and those of them who converted."""

    model_config = ConfigDict(extra="forbid")
    exposures: Annotated[int, Field(ge=0, le=10**12)]
    conversions: Annotated[int, Field(ge=0, le=10**12)]


class SegmentCountsRequest(BaseModel):
    """A segment's counts in both groups of an experiment."""

    model_config = ConfigDict(extra="forbid")
    segment: Annotated[str, Field(min_length=1, max_length=100)]
    control: GroupCountsRequest
    treatment: GroupCountsRequest


class UpliftRequest(BaseModel):
    """The segments of an experiment's audience, each follower in one of them."""

    model_config = ConfigDict(extra="forbid")
    segments: Annotated[list[SegmentCountsRequest], Field(min_length=1, max_length=50)]


class SegmentUpliftResponse(BaseModel):
    """A segment's lift with its interval; null: what the counts don't give, which `reason` says.

    p_value is adjusted for all segments.
    """

    segment: str
    lift: float | None
    interval: tuple[float | None, float | None]
    p_value: float
    significant: bool
    reason: str


class UpliftResponse(BaseModel):
    """The segments in their order. Only where segments_differ may one be treated differently.

    p_value_adjustment: how p-values are adjusted for several segments. difference_reason: why
    difference_p_value is null. sentence: all of it for a manager, in Chinese.
    """

    segments: list[SegmentUpliftResponse]
    p_value_adjustment: str
    difference_p_value: float | None
    difference_reason: str
    segments_differ: bool
    sentence: str


def describe_report_job(job: MarketingJob) -> EffectReportResponse:
    """The response of a job that writes an effect report."""
    return EffectReportResponse(
        id=job.id,
        account=job.account,
        author=job.author,
        request=job.request,
        state=job.state,
        progress=job.progress,
        report=read_report(job.result) or None,
        reason=job.reason,
        created=job.created,
        finished=job.finished,
    )
