"""Always-valid tests: look as often as you like, stop when you like.

Source: Robbins' normal mixture on the estimate of the log ratio of two rates (Johari, Koomen,
Pekelis and Walsh 2022, Operations Research 70, 1806; asymptotic as in Waudby-Smith et al. 2024,
Annals of Statistics 52, 2613). The price: about twice the exposures of a fixed horizon are needed
to be sure of the same power; on average about as many.
"""

from math import exp, log, sqrt

from app.marketing.experiments.stats import fixed
from app.marketing.experiments.stats.values import (
    VariantComparison,
    VariantCounts,
    refuse_bad_alpha,
)

TYPICAL_LIFT = 0.15  # log scale; the mixture's spread: lifts of about this size are found soonest
FEWEST = 25  # conversions of each variant before which the normal approximation isn't used


def compare_anytime(
    control: VariantCounts,
    treatment: VariantCounts,
    alpha: float = 0.05,
    typical_lift: float = TYPICAL_LIFT,
) -> VariantComparison:
    """The always-valid test and confidence sequence of the lift. Raises BadCounts.

    typical_lift must be chosen before the data are seen; it changes the power, not the validity.
    """
    refuse_bad_alpha(alpha)
    lift = fixed.measure_lift(control, treatment)
    if min(control.conversions, treatment.conversions) < FEWEST or lift is None:
        return VariantComparison(significant=False, p_value=1.0, lift=lift, interval=(None, None))
    estimate, variance = log(1 + lift), _log_ratio_variance(control, treatment)
    if not variance:  # everybody converted: the normal approximation knows no error
        return VariantComparison(significant=False, p_value=1.0, lift=lift, interval=(None, None))
    spread = typical_lift**2
    total = variance + spread
    width = sqrt(variance * total / spread * (2 * log(1 / alpha) + log(total / variance)))
    exponent = -(estimate**2) * spread / (2 * variance * total)
    p_value = min(1.0, sqrt(total / variance) * exp(exponent))
    return VariantComparison(
        significant=p_value < alpha,
        p_value=p_value,
        lift=lift,
        interval=(exp(estimate - width) - 1, exp(estimate + width) - 1),
    )


def _log_ratio_variance(control: VariantCounts, treatment: VariantCounts) -> float:
    """The delta method's variance of the log of the ratio of two rates."""
    return sum(1 / variant.conversions - 1 / variant.exposures for variant in (control, treatment))
