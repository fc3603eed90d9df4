"""Beta posteriors of rates: to show, never to stop by.

The chance to be best and the expected loss are integrals over a grid, not simulations: the same
counts give the same figures. Prior: Jeffreys' Beta(0.5, 0.5).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from app.marketing.experiments.stats.fixed import measure_lift
from app.marketing.experiments.stats.values import BadCounts, VariantComparison, VariantCounts

Array = npt.NDArray[np.float64]
PRIOR = 0.5
_POINTS = 4_001
_DRAWS = 200_000  # of fixed seeds: the same counts give the same interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """A variant's rate after the data."""

    name: str
    mean: float
    interval: tuple[float, float]  # 95 % of the probability, equal tails
    best: float  # the probability that no other variant's rate is higher
    loss: float  # the rate that is given up on average by choosing this variant


@dataclass(frozen=True, slots=True)
class BetaRate:
    """A Beta distribution of a rate: `successes` and `failures`, both more than 0."""

    successes: float
    failures: float

    @property
    def mean(self) -> float:
        return self.successes / (self.successes + self.failures)


def chances_to_be_best(rates: Sequence[BetaRate]) -> tuple[float, ...]:
    """For each rate the probability that no other is higher; they sum to about 1."""
    _, below = _tabulate(rates)
    return tuple(_chance_to_be_best(below, at) for at in range(len(rates)))


def describe_posteriors(variants: Sequence[VariantCounts]) -> tuple[Posterior, ...]:
    """The posterior of each variant. Raises BadCounts without variants."""
    if not variants:
        raise BadCounts("there is no variant to describe")
    rates = [BetaRate(PRIOR + v.conversions, PRIOR + v.exposures - v.conversions) for v in variants]
    grid, below = _tabulate(rates)
    highest = float(grid[-1] - np.trapezoid(np.prod(below, axis=0), grid))  # the maximum's mean
    return tuple(
        Posterior(
            name=variant.name,
            mean=rate.mean,
            interval=_quantiles(rate),
            best=_chance_to_be_best(below, at),
            loss=max(0.0, highest - rate.mean),
        )
        for at, (variant, rate) in enumerate(zip(variants, rates, strict=True))
    )


def _tabulate(rates: Sequence[BetaRate]) -> tuple[Array, Array]:
    """A grid (n,) over all rates, and their distribution functions on it (rates, n)."""
    distributions = [stats.beta(rate.successes, rate.failures) for rate in rates]
    low = min(float(each.ppf(1e-9)) for each in distributions)
    high = max(float(each.isf(1e-9)) for each in distributions)
    grid = np.linspace(low, high, _POINTS)
    return grid, np.array([each.cdf(grid) for each in distributions])


def _quantiles(rate: BetaRate) -> tuple[float, float]:
    distribution = stats.beta(rate.successes, rate.failures)
    return float(distribution.ppf(0.025)), float(distribution.isf(0.025))


def _chance_to_be_best(below: Array, at: int) -> float:
    """Integrate the product of the others' distribution functions over this one's."""
    others = np.prod(np.delete(below, at, axis=0), axis=0)
    middles = (others[1:] + others[:-1]) / 2
    return float(np.sum(middles * np.diff(below[at])))


def compare_posteriors(
    control: VariantCounts, treatment: VariantCounts, alpha: float = 0.05
) -> VariantComparison:
    """The lift, the posterior's interval of it at 1 - alpha, and the probability to be better.

    Never significant and without a p-value, since a posterior isn't a rule to stop by.
    """
    _, posterior = describe_posteriors((control, treatment))
    return VariantComparison(
        significant=False,
        p_value=None,
        lift=measure_lift(control, treatment),
        interval=_bound_lift(control, treatment, alpha),
        probability_better=posterior.best,
    )


def _bound_lift(
    control: VariantCounts, treatment: VariantCounts, alpha: float
) -> tuple[float | None, float | None]:
    """Quantiles of the lift; None for a bound that would come from the prior alone."""
    if not control.exposures or not treatment.exposures:
        return None, None
    draws = [
        stats.beta.rvs(
            PRIOR + v.conversions, PRIOR + v.exposures - v.conversions, size=_DRAWS, random_state=at
        )
        for at, v in enumerate((control, treatment))
    ]
    low, high = np.quantile(draws[1] / draws[0], [alpha / 2, 1 - alpha / 2]) - 1
    return float(low), float(high) if control.conversions else None
