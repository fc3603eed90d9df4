"""How many exposures would show a lift, told where an experiment was analysed without a plan."""

from typing import Any

from app.marketing.experiments.plans.planning import size_variants
from app.marketing.experiments.stats.analysis import AnalysisQuestion
from app.marketing.experiments.stats.values import BadCounts, VariantComparison

TOLD_LIFT = 0.1  # relative


def describe_needed_size(question: AnalysisQuestion) -> dict[str, Any] | None:
    """`lift`, and the `exposures` of each variant that show it at the control's rate.

    None with a plan, and where the control's rate gives no size.
    """
    control = question.variants[0]
    if question.planned_exposures is not None or not control.conversions:
        return None
    try:
        exposures = size_variants(
            question.applied_method, control.rate, TOLD_LIFT, alpha=question.alpha_of_each
        )
    except BadCounts:  # such as a control of 95 %, which has no room for the lift
        return None
    return {"lift": TOLD_LIFT, "exposures": exposures}


def explain_needed_size(question: AnalysisQuestion) -> str:
    """The same in a Chinese sentence; "" for None."""
    size = describe_needed_size(question)
    if size is None:
        return ""
    if is_large_enough(question):
        enough = f"（每组约需 {size['exposures']:,} 次曝光，已经够了）"
        return f"如果真有 {TOLD_LIFT:.0%} 的相对提升，现在多半已经看得出{enough}。"
    return f"要看出 {TOLD_LIFT:.0%} 的相对提升，每组约需 {size['exposures']:,} 次曝光。"


def is_large_enough(question: AnalysisQuestion) -> bool:
    """Whether each variant has the exposures that would show the lift."""
    size = describe_needed_size(question)
    fewest = min(variant.exposures for variant in question.variants)
    return size is not None and fewest >= size["exposures"]


def excludes_told_lift(comparison: VariantComparison) -> bool:
    """Whether the interval leaves no room for a change of that size, up or down."""
    low, high = comparison.interval
    return low is not None and high is not None and -TOLD_LIFT < low <= high < TOLD_LIFT
