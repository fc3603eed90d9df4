"""Two proportions at a fixed horizon: the score test, and Koopman's interval of their ratio.

Source: Koopman 1984 (Biometrics 40, 513); Pearson's chi-square is its value at a ratio of 1, so
that the interval excludes a lift of 0 exactly where p < alpha.
"""

from math import inf, sqrt

from scipy import optimize, stats

from app.marketing.experiments.stats.values import (
    VariantComparison,
    VariantCounts,
    refuse_bad_alpha,
)

_SMALLEST_RATIO, _LARGEST_RATIO = 1e-9, 1e6


def compare_proportions(
    control: VariantCounts, treatment: VariantCounts, alpha: float = 0.05
) -> VariantComparison:
    """Two-sided score test of equal rates, and the interval of the lift at 1 - alpha.

    Valid for one look, at the horizon that was planned. Raises BadCounts.
    """
    refuse_bad_alpha(alpha)
    p_value = find_p_value(control, treatment)
    low, high = bound_lift(control, treatment, float(stats.norm.isf(alpha / 2)))
    return VariantComparison(
        significant=p_value < alpha,
        p_value=p_value,
        lift=measure_lift(control, treatment),
        interval=(low, high),
    )


def find_p_value(control: VariantCounts, treatment: VariantCounts) -> float:
    """The two-sided p-value of the score test."""
    return float(2 * stats.norm.sf(abs(score_z(control, treatment))))


def measure_lift(control: VariantCounts, treatment: VariantCounts) -> float | None:
    """The relative difference of the rates; None where the control has no conversion."""
    if not control.conversions or not treatment.exposures:
        return None
    return treatment.rate / control.rate - 1


def score_z(control: VariantCounts, treatment: VariantCounts) -> float:
    """The score statistic of equal rates, positive where the treatment's is higher.

    0 where the counts say nothing: no exposure of one, nobody or everybody converted.
    """
    exposures = control.exposures + treatment.exposures
    if not control.exposures or not treatment.exposures:
        return 0.0
    pooled = (control.conversions + treatment.conversions) / exposures
    variance = pooled * (1 - pooled) * (1 / control.exposures + 1 / treatment.exposures)
    return (treatment.rate - control.rate) / sqrt(variance) if variance else 0.0


def bound_lift(
    control: VariantCounts, treatment: VariantCounts, critical: float
) -> tuple[float | None, float | None]:
    """Koopman's interval of the lift for a critical z; None for a bound that doesn't exist."""
    if not control.exposures or not treatment.exposures:
        return None, None
    estimate = treatment.rate / control.rate if control.conversions else _LARGEST_RATIO
    low: float | None = -1.0
    if treatment.conversions:
        low = _find_ratio(control, treatment, critical, (_SMALLEST_RATIO, estimate)) - 1
    high = None
    if control.conversions:
        upwards = (max(estimate, _SMALLEST_RATIO), _LARGEST_RATIO)
        ratio = _find_ratio(control, treatment, -critical, upwards)
        high = ratio - 1 if ratio < _LARGEST_RATIO else None
    return low, high


def _find_ratio(
    control: VariantCounts,
    treatment: VariantCounts,
    critical: float,
    between: tuple[float, float],
) -> float:
    """The ratio at which the score statistic is `critical`; the statistic falls with the ratio.

    The end of the range where the statistic is still beyond `critical` there.
    """

    def gap(ratio: float) -> float:
        return _score_at(control, treatment, ratio) - critical

    start, end = between
    if gap(start) * gap(end) > 0:
        return end
    return float(optimize.brentq(gap, start, end, xtol=1e-10))


def _score_at(control: VariantCounts, treatment: VariantCounts, ratio: float) -> float:
    """Koopman's statistic for treatment rate = ratio * control rate."""
    n1, n0, x1, x0 = (
        treatment.exposures, control.exposures, treatment.conversions, control.conversions,
    )  # fmt: skip
    a = ratio * (n1 + n0)
    b = ratio * (n1 + x0) + n0 + x1
    c = x1 + x0
    rate0 = (b - sqrt(max(b * b - 4 * a * c, 0))) / (2 * a)  # maximum likelihood at this ratio
    rate1 = min(ratio * rate0, 1.0)
    variance = rate1 * (1 - rate1) / n1 + ratio**2 * rate0 * (1 - rate0) / n0
    difference = treatment.rate - ratio * control.rate
    if variance <= 0:
        return 0.0 if difference == 0 else inf * difference
    return difference / sqrt(variance)
