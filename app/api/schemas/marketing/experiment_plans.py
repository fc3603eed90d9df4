"""Bodies of the endpoints that plan, start and stop experiments, and assign their variants."""

from dataclasses import asdict
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    computed_field,
    model_validator,
)

from app.api.schemas.mass_sends import Openid
from app.kit.field_faults import BilingualError
from app.marketing.experiments.groups import GroupAction
from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.plans.summary import summarize_run, warn_of_followers
from app.marketing.experiments.values import (
    LogEntry,
    NoPart,
    PlannedRun,
    State,
    StoredExperiment,
)
from app.marketing.jobs.values import JobState, MarketingJob

Author = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
VariantName = Annotated[str, StringConstraints(max_length=64)]
PostId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Version = Annotated[int, Field(ge=1, le=2**31 - 2)]
EXAMPLE: dict[str, Any] = {
    "account": "default",
    "author": "小林",
    "plan": {
        "name": "新茶标题",
        "subject": "title",
        "hypothesis": "写明采摘日期的标题更多人点开",
        "variants": [
            {"name": "A", "share": 0.5, "content": "明前龙井到了"},
            {"name": "B", "share": 0.5, "content": "3 月 28 日采的龙井到了"},
        ],
        "metric": {"event": "click", "hours": 48},
        "guardrails": [{"event": "unfollow", "margin": 0.2, "better": "lower"}],
        "lift": 0.15,
    },
}


class CreateExperimentRequest(BaseModel):
    """A new experiment, as a draft."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})
    account: str = "default"
    author: Author
    plan: ExperimentPlan


class EditExperimentRequest(CreateExperimentRequest):
    """Another plan for the draft of this `version`."""

    version: Version


class ChangeExperimentRequest(BaseModel):
    """Who changes the experiment."""

    model_config = ConfigDict(extra="forbid")
    account: str = "default"
    author: Author


class PlanRunRequest(ChangeExperimentRequest):
    """What the number of exposures is computed from: the control's expected rate, and followers a
    day who weren't exposed before. What is left out is measured on the account's last four weeks.
    """

    base_rate: Annotated[float, Field(gt=0, lt=1)] | None = None
    daily_exposures: Annotated[float, Field(gt=0, le=1e9)] | None = None


class ExposureRequest(BaseModel):
    """A follower was shown a variant."""

    model_config = ConfigDict(extra="forbid")
    account: str = "default"
    openid: Openid
    variant: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class GroupsRequest(ChangeExperimentRequest):
    """`write`: a tag for each variant; `expose`: they were sent it; `remove`: delete the tags.

    posts: with `expose`, posts by variant: these variants' followers were exposed when the post
    was sent, the others not yet; a control that is sent nothing, when the first of them was.
    Without it all were exposed now. segment: with `write`, the id of the segment that the groups
    are made of; without it all followers.
    """

    action: GroupAction
    posts: Annotated[dict[VariantName, PostId], Field(max_length=20)] = {}
    segment: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")] | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.segment and self.action != "write":
            raise BilingualError(
                "a segment goes with the action write: leave it out",
                "只有 action 为 write 时才写 segment：请不填",
            )
        return self


class GroupJobResponse(BaseModel):
    """A job. Each of `groups` has variant, tag_id and followers; of a written one also how many
    have 20 tags already (`full`) and how many left (`gone`). `reason` comes with state `failed`.
    """

    id: str
    experiment: str
    action: GroupAction
    state: JobState
    progress: float
    groups: list[dict[str, Any]]
    reason: str


class StopExperimentRequest(ChangeExperimentRequest):
    """Why it ends, and the variant that is decided for, if any."""

    reason: Reason
    chosen: Annotated[str, StringConstraints(max_length=64)] = ""


class SharePeriodResponse(BaseModel):
    """The shares of the variants from a time on, in seconds since 1970."""

    start: float
    shares: list[float]


class RatePriorResponse(BaseModel):
    """A variant's expected rate, and the exposures that it counts as."""

    rate: float
    strength: float


class PlannedRunResponse(BaseModel):
    """Exposures of all variants together, and the days that they take at the account's traffic.

    `days` is null where it takes longer than anyone waits. `smallest_lift`: what four weeks find.
    `summary` says it in Chinese. `priors`: what the click model expects of a bandit's variants.
    `followers`: who could have taken part in the last four weeks; null where it wasn't measured.
    """

    exposures: int
    days: int | None
    base_rate: float
    daily_exposures: float
    looks: int
    smallest_lift: float | None
    source: str
    priors: list[RatePriorResponse] | None = None
    followers: int | None = None

    @computed_field
    def summary(self) -> str:
        """Exposures and days in Chinese, and whether they take more followers than there are."""
        run = summarize_run(self.exposures, self.days, self.smallest_lift)
        return run + warn_of_followers(self.exposures, self.followers)


class ExperimentChangeResponse(BaseModel):
    """Who did what when."""

    at: float
    by: str
    action: str
    details: dict[str, Any]


class ExperimentResponse(BaseModel):
    """An experiment; `log` is given where one is read, the latest change first."""

    id: str
    account: str
    version: int
    state: State
    author: str
    created: float
    started: float | None
    ended: float | None
    chosen: str
    decided_by: str
    plan: ExperimentPlan
    run: PlannedRunResponse | None
    periods: list[SharePeriodResponse]
    log: list[ExperimentChangeResponse] | None = None


class StopExperimentResponse(ExperimentResponse):
    """The ended experiment. warning: what the data say against the choice, "" for nothing."""

    warning: str


class ExperimentListResponse(BaseModel):
    """Experiments, the latest first."""

    experiments: list[ExperimentResponse]


class AssignmentResponse(BaseModel):
    """What a follower is shown; without a variant, the reason why they take no part."""

    experiment: str
    variant: str | None
    content: str | None
    reason: NoPart


def describe_experiment(
    experiment: StoredExperiment, log: list[LogEntry] | None = None
) -> ExperimentResponse:
    """The response of an experiment."""
    return ExperimentResponse(
        id=experiment.id, account=experiment.account, version=experiment.version,
        state=experiment.state, author=experiment.author, created=experiment.created,
        started=experiment.started, ended=experiment.ended, chosen=experiment.chosen,
        decided_by=experiment.decided_by, plan=experiment.plan, run=describe_run(experiment.run),
        periods=[
            SharePeriodResponse(start=period.start, shares=list(period.shares))
            for period in experiment.periods
        ],
        log=None if log is None else [ExperimentChangeResponse(**asdict(each)) for each in log],
    )  # fmt: skip


def describe_run(run: PlannedRun | None) -> PlannedRunResponse | None:
    """The response of a planned run."""
    return PlannedRunResponse(**asdict(run)) if run else None


def describe_group_job(job: MarketingJob) -> GroupJobResponse:
    """The response of a job."""
    return GroupJobResponse(
        id=job.id,
        experiment=job.request["experiment"],
        action=job.request["action"],
        state=job.state,
        progress=job.progress,
        groups=job.result.get("groups", []),
        reason=job.reason,
    )
