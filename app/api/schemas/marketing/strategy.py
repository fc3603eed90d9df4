"""Bodies of the strategy's endpoints: what an account wants, and the proposals of a night."""

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.api.schemas.marketing.briefs import Author
from app.api.schemas.replies import Revision
from app.marketing.jobs.values import JobState, MarketingJob
from app.marketing.strategy.values import Proposal, ProposalKind, ProposalState, Strategy


class StrategyRequest(BaseModel):
    """The account's strategy, to replace that of `revision` (0: none yet)."""

    model_config = ConfigDict(extra="forbid")
    account: str = "default"
    revision: Revision
    strategy: Strategy


class StrategyResponse(BaseModel):
    """The account's strategy; revision 0: the default one."""

    account: str
    revision: int
    strategy: Strategy


class PredictionResponse(BaseModel):
    """A relative lift of the objective that is expected, with its 90 % interval."""

    lift: float
    low: float
    high: float
    basis: str


class ProposalResponse(BaseModel):
    """A proposal: what, why, what is expected, and the experiment that would prove it.

    plan: an experiment as `POST /api/v1/experiments` takes it; {}: nothing to test. brief: fields
    to begin a brief with. experiment: what was made of the plan; "" before.
    """

    id: str
    account: str
    created: float
    kind: ProposalKind
    title: str
    reason: str
    prediction: PredictionResponse | None
    plan: dict[str, Any]
    brief: dict[str, Any]
    state: ProposalState
    decided: float | None
    decided_by: str
    decision: str
    experiment: str


class ProposalListResponse(BaseModel):
    """Proposals, the latest first."""

    proposals: list[ProposalResponse]


class DecideProposalRequest(BaseModel):
    """Who decides, and why."""

    model_config = ConfigDict(extra="forbid")
    account: str = "default"
    author: Author
    reason: Annotated[str, StringConstraints(max_length=500)] = ""


class RunNightRequest(BaseModel):
    """Make proposals now, as each night at 05:00 of China does."""

    model_config = ConfigDict(extra="forbid")
    account: str = "default"
    author: Author


class NightReportResponse(BaseModel):
    """A night: predicted against achieved (`outcomes`), the predictor's `score`, what it knew.

    pending: accepted proposals whose test hasn't started, hasn't found anything or can't be read.
    report: null until the night is done; `reason` says why one failed.
    """

    id: str
    account: str
    state: JobState
    created: float
    finished: float | None
    reason: str
    report: dict[str, Any] | None


class NightReportListResponse(BaseModel):
    """Nights, the latest first."""

    nights: Annotated[list[NightReportResponse], Field(max_length=100)]


def describe_proposal(proposal: Proposal) -> ProposalResponse:
    """The response of a proposal."""
    new = proposal.new
    return ProposalResponse(
        id=proposal.id,
        account=proposal.account,
        created=proposal.created,
        kind=new.kind,
        title=new.title,
        reason=new.reason,
        prediction=PredictionResponse(**asdict(new.prediction)) if new.prediction else None,
        plan=new.plan,
        brief=new.brief,
        state=proposal.state,
        decided=proposal.decided,
        decided_by=proposal.decided_by,
        decision=proposal.reason,
        experiment=proposal.experiment,
    )


def describe_night(job: MarketingJob) -> NightReportResponse:
    """The response of a night's job."""
    return NightReportResponse(
        id=job.id,
        account=job.account,
        state=job.state,
        created=job.created,
        finished=job.finished,
        reason=job.reason,
        report=job.result or None,
    )
