"""Thompson sampling over Beta posteriors: shares for the next batch of followers.

The prior of an arm comes from its predicted rate. Batches and late rewards need no special case:
the shares follow from the counts that have arrived. Source: Chapelle and Li 2011 (NIPS, 2249);
Russo et al. 2018 (Foundations and Trends 11, 1).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.marketing.experiments.stats.bayesian import BetaRate, chances_to_be_best
from app.marketing.experiments.stats.values import BadCounts

WEAK = 20.0  # exposures that a prediction counts as, unless it is known to be better


@dataclass(frozen=True, slots=True, kw_only=True)
class SharpnessSchedule:
    """A sharpness that falls with the exposures of all arms so far: in a straight line from `first`
    to `last`, which it has from `over` exposures on.

    Early on little is left to be lost by a wrong guess and a good prior is all there is; later a
    wrong favourite would be kept for long. Chosen by replay (docs/marketing.md).
    """

    first: float
    last: float
    over: float

    def __post_init__(self) -> None:
        if not 0 < self.last <= self.first:
            raise BadCounts(f"a sharpness from {self.first:g} to {self.last:g}; it falls, above 0")
        if self.over <= 0:
            raise BadCounts(f"a sharpness that falls over {self.over:g} exposures; it is above 0")

    def at(self, exposures: float) -> float:
        """The sharpness after so many exposures."""
        return self.first + (self.last - self.first) * min(exposures / self.over, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A variant in a bandit. predicted: its rate before any data; None without a prediction."""

    exposures: float
    conversions: float
    predicted: float | None = None
    strength: float = WEAK  # exposures that the prediction counts as

    def __post_init__(self) -> None:
        if self.exposures < 0 or not 0 <= self.conversions <= self.exposures:
            raise BadCounts("an arm's conversions lie between 0 and its exposures")
        if self.predicted is not None and not 0 < self.predicted < 1:
            raise BadCounts(f"a predicted rate of {self.predicted:g}; it lies between 0 and 1")

    @property
    def rate(self) -> BetaRate:
        """The posterior of the arm's rate."""
        mean = 0.5 if self.predicted is None else self.predicted
        strength = 1.0 if self.predicted is None else self.strength
        return BetaRate(
            mean * strength + self.conversions,
            (1 - mean) * strength + self.exposures - self.conversions,
        )


def decay(arm: Arm, days: float, half_life: float) -> Arm:
    """The arm with its counts halved each `half_life` days: for rates that change."""
    if half_life <= 0:
        raise BadCounts(f"a half-life of {half_life:g} days; it is more than 0")
    remaining = 0.5 ** (days / half_life)
    return Arm(
        exposures=arm.exposures * remaining,
        conversions=arm.conversions * remaining,
        predicted=arm.predicted,
        strength=arm.strength,
    )


def allocate_shares(
    arms: Sequence[Arm], floor: float = 0.05, sharpness: float | SharpnessSchedule = 1.0
) -> tuple[float, ...]:
    """The share of the next followers for each arm: its chance to be best, at least `floor`.

    sharpness: the posteriors' counts are multiplied by it; 1 is Thompson sampling, more explores
    less. A schedule is read at the arms' exposures. Raises BadCounts where the floors alone exceed
    1.
    """
    if isinstance(sharpness, SharpnessSchedule):
        sharpness = sharpness.at(sum(arm.exposures for arm in arms))
    if not arms:
        raise BadCounts("there is no arm to allocate")
    if not 0 <= floor * len(arms) <= 1:
        raise BadCounts(f"a floor of {floor:g} for each of {len(arms)} arms exceeds 1")
    if sharpness <= 0:
        raise BadCounts(f"a sharpness of {sharpness:g}; it is more than 0")
    rates = [arm.rate for arm in arms]
    sharp = [BetaRate(sharpness * r.successes, sharpness * r.failures) for r in rates]
    chances = chances_to_be_best(sharp)
    total = sum(chances)
    free = 1 - floor * len(arms)
    return tuple(floor + free * chance / total for chance in chances)
