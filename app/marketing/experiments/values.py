"""An experiment as it is stored: plan, state, shares over time, decision and log."""

from dataclasses import dataclass
from typing import Any, Literal

from app.errors import Refusal
from app.marketing.experiments.assignment import Allocation, VariantShare
from app.marketing.experiments.plans.plan import ExperimentPlan

# draft: editable. running: assigns. stopped: ended without a choice. decided: ended with one.
State = Literal["draft", "running", "stopped", "decided"]
# Why a follower takes no part: the account's holdout; a bucket of another experiment, or of none.
NoPart = Literal["", "holdout", "not_selected"]
STATE_TITLES: dict[State, str] = {
    "draft": "草稿", "running": "进行中", "stopped": "已停止", "decided": "已决定",
}  # fmt: skip
Action = Literal["create", "edit", "plan", "start", "reallocate", "stop", "decide"]


class UnknownExperiment(Refusal):
    """The account has no experiment of this id."""

    status = 404
    name = "unknown_experiment"


class WrongExperimentState(Refusal):
    """What was asked for can't be done in the experiment's state; the message says what can."""

    status = 409
    name = "wrong_experiment_state"


class UnplannedExperiment(Refusal):
    """The method needs a number of exposures, and none is planned."""

    status = 409
    name = "unplanned_experiment"


class UnwrittenVariants(Refusal):
    """Variants are empty, the same, or no hours; the message names them."""

    status = 409
    name = "unwritten_variants"


class NoFreeFollowers(Refusal):
    """Other experiments of the namespace own too many of its followers."""

    status = 409
    name = "no_free_followers"


class OverlappingExperiment(Refusal):
    """Another running experiment decides the same for the same followers."""

    status = 409
    name = "overlapping_experiment"


class WrongVariant(Refusal):
    """An exposure of a variant that the follower isn't assigned to."""

    status = 409
    name = "wrong_variant"


@dataclass(frozen=True, slots=True)
class SharePeriod:
    """The shares from a time on, in the order of the variants. An A/B test has one period."""

    start: float  # seconds since 1970
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RatePrior:
    """A variant's expected rate before there are data, and the exposures that it counts as."""

    rate: float
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRun:
    """How many exposures are needed, of all variants together, and how long they take."""

    exposures: int
    days: int | None  # None: longer than anyone waits, or unknown traffic
    base_rate: float
    daily_exposures: float
    looks: int
    smallest_lift: float | None  # that four weeks of this traffic find
    source: Literal["events", "request"]  # where base rate and traffic come from
    priors: tuple[RatePrior, ...] | None = None  # of a bandit's variants, by the click model
    followers: int | None = None  # who could have taken part in the last four weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """Who did what when."""

    at: float
    by: str
    action: Action
    details: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredExperiment:
    """One experiment. `version` counts its changes."""

    id: str
    account: str
    version: int
    state: State
    author: str
    created: float  # seconds since 1970, as are the others
    plan: ExperimentPlan
    run: PlannedRun | None = None
    buckets: tuple[tuple[int, int], ...] = ()
    periods: tuple[SharePeriod, ...] = ()
    started: float | None = None
    ended: float | None = None
    chosen: str = ""  # the variant that was decided for
    decided_by: str = ""

    def allocation_at(self, time: float) -> Allocation:
        """The allocation in force at a time; the first one for a time before the start."""
        before = [period for period in self.periods if period.start <= time]
        period = before[-1] if before else self.periods[0]
        return Allocation(
            namespace=self.plan.namespace,
            salt=self.id,
            buckets=self.buckets,
            variants=tuple(
                VariantShare(name, share)
                for name, share in zip(self.plan.variant_names, period.shares, strict=True)
            ),
            holdout=self.plan.holdout,
        )
