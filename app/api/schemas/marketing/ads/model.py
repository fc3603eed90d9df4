"""Bodies of the endpoints of an account's own click model."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from app.api.schemas.marketing.briefs import Author
from app.marketing.jobs.values import JobState, MarketingJob

Outcome = Literal["activated", "kept", "unchanged", "too_few"]


class TrainClickModelRequest(BaseModel):
    """Train the account's own click model on its ended tests of titles and copy."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"author": "小林"}]})
    account: str = "default"
    author: Author


class ClickModelTrialResponse(BaseModel):
    """A new model beside the model in use, on the latest tests, from which neither has learnt.

    In both figures: `click_log_loss`, and `pair_log_loss` where texts of a test differ in their
    rates, the lower the better; the new model is used (`is_passed`) if neither is higher.
    """

    current: str
    new: str
    current_figures: dict[str, float]
    new_figures: dict[str, float]
    later_tests: int
    is_passed: bool


class ClickModelJobResponse(BaseModel):
    """A training. With state `done` it has an `outcome`, explained by the Chinese `note`.

    activated: the new model is in use. kept: it was worse. unchanged: nothing new since the last
    training (of a night). too_few: `tests` or `clicks` are below what is needed. left_out: ended
    experiments that teach nothing, each with its reason.
    """

    id: str
    account: str
    author: str
    state: JobState
    progress: float
    outcome: Outcome | None
    note: str
    tests: int | None
    clicks: int | None
    trial: ClickModelTrialResponse | None
    left_out: list[dict[str, str]]
    reason: str
    created: float
    finished: float | None


class ClickModelJobListResponse(BaseModel):
    """Trainings, the latest first."""

    trainings: list[ClickModelJobResponse]


class ClickModelSourceResponse(BaseModel):
    """Rows that the model was trained on; `is_own`: they are the account's experiments."""

    name: str
    is_own: bool
    rows: int
    languages: dict[str, int]


class ClickModelTrainingResponse(BaseModel):
    """A click model, by its version, and what it was trained on.

    `account_share`: the share of its training that comes from the account's own experiments;
    `languages`: the share of each language. `figures` are those of its card.
    """

    model: str
    date: str
    is_own: bool
    account_share: float
    languages: dict[str, float]
    sources: list[ClickModelSourceResponse]
    figures: dict[str, float]


class ClickModelResponse(ClickModelTrainingResponse):
    """The click model in use for an account. `english`: the larger one that predicts lists of
    English texts instead; null where none does.

    `last_training` is the account's last training, whatever came of it; `needed_tests` and
    `needed_clicks` are the fewest that a training takes.
    """

    account: str
    english: ClickModelTrainingResponse | None
    needed_tests: int
    needed_clicks: int
    last_training: ClickModelJobResponse | None


def describe_click_model_job(job: MarketingJob) -> ClickModelJobResponse:
    """The response of a training."""
    result: dict[str, Any] = job.result
    return ClickModelJobResponse(
        id=job.id,
        account=job.account,
        author=job.author,
        state=job.state,
        progress=job.progress,
        outcome=result.get("outcome"),
        note=result.get("note", ""),
        tests=result.get("tests"),
        clicks=result.get("clicks"),
        trial=result.get("trial"),
        left_out=result.get("left_out", []),
        reason=job.reason,
        created=job.created,
        finished=job.finished,
    )
