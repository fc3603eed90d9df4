"""Beta posteriors of rates: to show, never to stop by.

The chance to be best and the expected loss are integrals over a grid, not simulations: the same
counts give the same figures. Prior: Jeffreys' Beta(0.5, 0.5).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from app.marketing.experiments.stats.values import BadCounts, VariantComparison, VariantCounts

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


def describe_posteriors(variants: Sequence[VariantCounts]) -> tuple[Posterior, ...]:
    """The posterior of each variant. Raises BadCounts without variants."""
    if not variants:
        raise BadCounts("there is no variant to describe")
    rates = [
        stats.beta(PRIOR + v.conversions, PRIOR + v.exposures - v.conversions) for v in variants
    ]
    low = min(float(rate.ppf(1e-9)) for rate in rates)
    high = max(float(rate.isf(1e-9)) for rate in rates)
    grid = np.linspace(low, high, _POINTS)
    below = np.array([rate.cdf(grid) for rate in rates])
    highest = high - float(np.trapezoid(np.prod(below, axis=0), grid))  # the mean of the maximum
    return tuple(
        Posterior(
            name=variant.name,
            mean=float(rate.mean()),
            interval=(float(rate.ppf(0.025)), float(rate.isf(0.025))),
            best=_chance_to_be_best(below, at, grid),
            loss=max(0.0, highest - float(rate.mean())),
        )
        for at, (variant, rate) in enumerate(zip(variants, rates, strict=True))
    )


def _chance_to_be_best(below: np.ndarray, at: int, grid: np.ndarray) -> float:
    """Integrate the product of the others' distribution functions over this one's."""
    others = np.prod(np.delete(below, at, axis=0), axis=0)
    middles = (others[1:] + others[:-1]) / 2
    return float(np.sum(middles * np.diff(below[at])))


def compare_posteriors(
    control: VariantCounts, treatment: VariantCounts, alpha: float = 0.05
) -> VariantComparison:
    """The posterior lift and its interval at 1 - alpha.

    Never significant, since a posterior isn't a rule to stop by; `p_value` is the probability that
    the treatment isn't better than the control.
    """
    first, _ = describe_posteriors((control, treatment))
    draws = [
        stats.beta.rvs(
            PRIOR + v.conversions, PRIOR + v.exposures - v.conversions, size=_DRAWS, random_state=at
        )
        for at, v in enumerate((control, treatment))
    ]
    low, middle, high = np.quantile(draws[1] / draws[0], [alpha / 2, 0.5, 1 - alpha / 2]) - 1
    return VariantComparison(
        significant=False,
        p_value=first.best,
        lift=float(middle),
        interval=(float(low), float(high)),
    )
