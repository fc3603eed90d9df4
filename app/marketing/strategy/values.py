"""A strategy, the evidence of a night, and the proposals that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.errors import Refusal
from app.marketing.content.brief import Channel
from app.marketing.experiments.plans.plan import MetricKind

Objective = Literal["view", "click", "follow", "share", "conversion"]
OBJECTIVE_TITLES: dict[Objective, str] = {
    "view": "阅读", "click": "点击", "follow": "关注", "share": "分享", "conversion": "成交",
}  # fmt: skip
ProposalKind = Literal[
    "test_feature", "test_send_time", "win_back", "write_topic", "adopt_winner", "keep_control",
    "send_less", "check_unfollows",
]  # fmt: skip
ProposalState = Literal["open", "accepted", "declined", "expired"]
Word = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]


class UnknownProposal(Refusal):
    """The account has no proposal of this id."""

    status = 404
    name = "unknown_proposal"


class ProposalDecided(Refusal):
    """The proposal isn't open any more."""

    status = 409
    name = "proposal_decided"


class Strategy(BaseModel):
    """What an account wants, and what it will not do for it.

    sends_a_month: mass messages that followers get at most. most_unfollows: unfollows by active
    followers and day, above which fewer sends are proposed. segments: names of segments that
    proposals are made for; none: all followers.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    objective: Objective = "click"
    sends_a_month: Annotated[int, Field(ge=0, le=100)] = 4
    most_unfollows: Annotated[float, Field(gt=0, le=1)] = 0.005
    proposals_a_night: Annotated[int, Field(ge=1, le=20)] = 5
    segments: Annotated[tuple[Word, ...], Field(max_length=20)] = ()
    channels: Annotated[tuple[Channel, ...], Field(min_length=1, max_length=11)] = (
        "article", "broadcast",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureEvidence:
    """A feature that went with the objective: a ratio with its interval."""

    feature: str
    title: str
    ratio: float
    low: float
    high: float
    contents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardrailEvidence:
    """A guardrail of a winner: the rates of both groups; `ok` is None while it can't be told.

    margin: the relative worsening that is allowed.
    """

    event: MetricKind
    control_rate: float
    rate: float
    margin: float
    ok: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WinnerEvidence:
    """An experiment that found a better variant, and that nobody has decided yet."""

    experiment: str
    name: str
    variant: str
    control: str  # the name of the first variant
    content: str
    lift: float
    low: float
    high: float
    guardrails: tuple[GuardrailEvidence, ...] = ()  # of this variant


@dataclass(frozen=True, slots=True, kw_only=True)
class NightEvidence:
    """What a night knows of an account; shares and rates are 0 to 1.

    stages: followers by stage. comes_back: the mean of 1 - churn risk of dormant followers, None
    where it isn't predicted. peak_hours, sent_hours: shares of the hours at which followers are
    active and contents were published. wanted_words: followers interested in a word;
    supplied_words: items of the last 30 days about it. unfollow_rate: a day, of the last week.
    sends, recent_sends: mass messages of this month and of the last 14 days.
    open_subjects: of open proposals, which aren't repeated.
    settled_subjects: decided lately, or in a test, or answered by one. measured: the lift that a
    test found of a subject.
    """

    stages: dict[str, int]
    comes_back: float | None
    peak_hours: dict[int, int]
    sent_hours: dict[int, int]
    wanted_words: dict[str, int]
    supplied_words: dict[str, int]
    features: tuple[FeatureEvidence, ...]
    winners: tuple[WinnerEvidence, ...]
    unfollow_rate: float
    unfollow_rate_before: float
    sends: int
    recent_sends: int
    open_subjects: frozenset[str] = frozenset()
    settled_subjects: frozenset[str] = frozenset()
    measured: Mapping[str, "LiftPrediction"] = field(default_factory=dict)

    @property
    def followers(self) -> int:
        """All who follow."""
        return sum(count for stage, count in self.stages.items() if stage != "gone")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftPrediction:
    """What a proposal is expected to do to the objective: a relative lift with its 90 % interval.

    basis: what it rests on, in a Chinese sentence.
    """

    lift: float
    low: float
    high: float
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProposal:
    """A proposal: what, why, what is expected, and the experiment that would prove it.

    subject: names what it is about, so that an open one isn't repeated. plan: an ExperimentPlan as
    JSON, {} where there is nothing to test. brief: what is to be written, as fields of a brief
    without facts, {} for none. experiment, variant: a running one that has a winner, and
    the variant to decide for.
    """

    kind: ProposalKind
    subject: str
    title: str
    reason: str
    prediction: LiftPrediction | None
    plan: dict[str, Any] = field(default_factory=dict)
    brief: dict[str, Any] = field(default_factory=dict)
    experiment: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A stored proposal. `experiment` is what was made of its plan when it was accepted."""

    id: str
    account: str
    created: float  # seconds since 1970
    new: NewProposal
    state: ProposalState
    decided: float | None
    decided_by: str
    reason: str  # of the decision
    experiment: str
