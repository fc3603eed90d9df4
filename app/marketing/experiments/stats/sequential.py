"""Group-sequential tests: looks at times of one's choice, the error rate spent as data come in.

Sources: Lan and DeMets 1983 (Biometrika 70, 659) with O'Brien and Fleming's spending; boundaries by
the recursion of Armitage, McPherson and Rowe 1969 (JRSS A 132, 235). Times are information
fractions: exposures so far by planned exposures.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from app.marketing.experiments.stats import fixed
from app.marketing.experiments.stats.values import (
    BadCounts,
    VariantComparison,
    VariantCounts,
    refuse_bad_alpha,
)

Array = npt.NDArray[np.float64]
MOST_LOOKS = 200
_POINTS = 401  # of the grid; boundaries agree with 2,001 points to four digits
_WIDEST = 8.0  # z beyond which no boundary is looked for


@dataclass(frozen=True, slots=True)
class SequentialPlan:
    """Critical z at each look, and what the plan costs against a fixed horizon."""

    boundaries: tuple[float, ...]
    largest: float  # the largest sample by the fixed one
    mean: float  # the mean sample by the fixed one if the planned lift is true


def spend_alpha(fraction: float, alpha: float) -> float:
    """O'Brien and Fleming's spending: the error of both sides spent at an information fraction."""
    if fraction <= 0:
        return 0.0
    z = stats.norm.isf(alpha / 4) / sqrt(min(fraction, 1.0))
    return float(4 * stats.norm.sf(z))


def find_boundaries(fractions: Sequence[float], alpha: float) -> tuple[float, ...]:
    """Critical z at each look. Raises BadCounts for fractions that don't rise.

    The first look at or beyond the plan (fraction 1 or more) gets all that is left of alpha; looks
    after it get nothing.
    """
    refuse_bad_alpha(alpha)
    _refuse_bad_fractions(fractions)
    return _find_boundaries(tuple(round(fraction, 9) for fraction in fractions), alpha)


def plan_looks(looks: int, alpha: float = 0.05, power: float = 0.8) -> SequentialPlan:
    """Plan equally spaced looks with the power of a fixed horizon."""
    fractions = [look / looks for look in range(1, looks + 1)]
    boundaries = find_boundaries(fractions, alpha)
    fixed_drift = float(stats.norm.isf(alpha / 2) + stats.norm.ppf(power))

    def miss(drift: float) -> float:
        return sum(_exit_probabilities(fractions, boundaries, drift)) - power

    drift = float(optimize.brentq(miss, 0.5 * fixed_drift, 2 * fixed_drift))
    largest = (drift / fixed_drift) ** 2
    exits = _exit_probabilities(fractions, boundaries, drift)
    going_on = 1 - sum(exits)
    mean = sum(p * t for p, t in zip(exits, fractions, strict=True)) + going_on
    return SequentialPlan(boundaries, largest, largest * mean)


def compare_at_look(
    control: VariantCounts,
    treatment: VariantCounts,
    fractions: Sequence[float],
    alpha: float = 0.05,
) -> VariantComparison:
    """The test at the last of the looks made so far, at these information fractions.

    The interval is the repeated one (Jennison and Turnbull 1989): right at every look. The p-value
    is the smallest alpha at which this look would stop. A look past the plan is the final one.
    Raises BadCounts.
    """
    fractions = end_at_final_look(fractions)
    critical = find_boundaries(fractions, alpha)[-1]
    z = abs(fixed.score_z(control, treatment))
    low, high = fixed.bound_lift(control, treatment, critical)
    return VariantComparison(
        significant=z >= critical,
        p_value=_find_p_value(z, fractions),
        lift=fixed.measure_lift(control, treatment),
        interval=(low, high),
    )


def end_at_final_look(fractions: Sequence[float]) -> list[float]:
    """The looks before the plan's end, and the last one.

    A test has one final look, which spends what is left of alpha at its true fraction (Lan and
    DeMets, overrunning). Where the last look lies past the plan it is that one, and those before it
    that lay past the plan, too, decided nothing.
    """
    return [*(fraction for fraction in fractions[:-1] if fraction < 1), *fractions[-1:]]


def _refuse_bad_fractions(fractions: Sequence[float]) -> None:
    if not 1 <= len(fractions) <= MOST_LOOKS:
        raise BadCounts(f"{len(fractions)} looks; there are 1 to {MOST_LOOKS}")
    if fractions[0] <= 0 or any(a >= b for a, b in itertools.pairwise(fractions)):
        raise BadCounts("the looks' fractions of the planned exposures must rise from above 0")


@lru_cache(maxsize=1_024)
def _find_boundaries(fractions: tuple[float, ...], alpha: float) -> tuple[float, ...]:
    boundaries: list[float] = []
    spent = 0.0
    grid = density = np.zeros(0)
    for at, fraction in enumerate(fractions):
        target = spend_alpha(fraction, alpha) - spent
        step = sqrt(fraction - (fractions[at - 1] if at else 0.0))
        edge = _solve_edge(grid, density, step, sqrt(fraction), target)
        boundaries.append(edge / sqrt(fraction))
        spent += max(target, 0.0)
        grid, density = _continue_density(grid, density, step, edge, 0.0, fraction)
    return tuple(boundaries)


def _solve_edge(grid: Array, density: Array, step: float, scale: float, target: float) -> float:
    """The edge of the score process at which a look spends `target` of the error rate."""
    widest = _WIDEST * scale
    if target <= 0 or _leave(grid, density, step, widest, 0.0) >= target:
        return widest
    return float(
        optimize.brentq(
            lambda edge: _leave(grid, density, step, edge, 0.0) - target, 0.0, widest, xtol=1e-9
        )
    )


def _leave(grid: Array, density: Array, step: float, edge: float, shift: float) -> float:
    """The probability that the process leaves [-edge, edge] in this step."""
    if not grid.size:
        return float(stats.norm.sf((edge - shift) / step) + stats.norm.cdf((-edge - shift) / step))
    above = stats.norm.sf((edge - grid - shift) / step)
    below = stats.norm.cdf((-edge - grid - shift) / step)
    return float(np.trapezoid(density * (above + below), grid))


def _continue_density(
    grid: Array, density: Array, step: float, edge: float, drift: float, fraction: float
) -> tuple[Array, Array]:
    """The density of the process behind a look, on the paths that stay within the edge."""
    width = min(edge, abs(drift) * fraction + _WIDEST * sqrt(fraction))
    fresh = np.linspace(-width, width, _POINTS)
    shift = drift * step**2
    if not grid.size:
        return fresh, stats.norm.pdf(fresh, shift, step)
    kernel = stats.norm.pdf(fresh[:, None] - grid[None, :], shift, step)
    return fresh, np.trapezoid(kernel * density[None, :], grid, axis=1)


def _exit_probabilities(
    fractions: Sequence[float], boundaries: Sequence[float], drift: float
) -> list[float]:
    """The probability to stop at each look, where z has mean drift * sqrt(fraction)."""
    exits = []
    grid = density = np.zeros(0)
    before = 0.0
    for fraction, boundary in zip(fractions, boundaries, strict=True):
        step, edge = sqrt(fraction - before), boundary * sqrt(fraction)
        exits.append(_leave(grid, density, step, edge, drift * step**2))
        grid, density = _continue_density(grid, density, step, edge, drift, fraction)
        before = fraction
    return exits


def _find_p_value(z: float, fractions: Sequence[float]) -> float:
    """The smallest alpha at which the last look stops; boundaries fall as alpha rises."""

    def gap(alpha: float) -> float:
        return find_boundaries(fractions, alpha)[-1] - z

    least, most = 1e-8, 0.999
    if gap(least) <= 0:
        return least
    if gap(most) >= 0:
        return 1.0
    return float(optimize.brentq(gap, least, most, xtol=1e-5))
