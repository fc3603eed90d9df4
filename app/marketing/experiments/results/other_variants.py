"""What the other variants did, beside the one that the recommendation is about, in Chinese.

Each is compared with the control; the share of false discoveries among them is controlled.
"""

from app.marketing.experiments.results.changes import format_change
from app.marketing.experiments.results.reasons import format_probability
from app.marketing.experiments.stats.analysis import Analysis, AnalysisQuestion
from app.marketing.experiments.stats.values import VariantComparison


def explain_other_variants(question: AnalysisQuestion, analysis: Analysis) -> str:
    """A sentence on the others; "" with two variants, or where nothing can be compared."""
    if not analysis.sample_ratio.ok or question.unseen:
        return ""
    states = [
        f"“{variant.name}”{_describe(question, analysis, comparison)}"
        for at, (variant, comparison) in enumerate(
            zip(question.variants[1:], analysis.comparisons, strict=True)
        )
        if at != analysis.best and variant.exposures
    ]
    return f"其他方案与对照组相比：{'；'.join(states)}。" if states else ""


def _describe(question: AnalysisQuestion, analysis: Analysis, comparison: VariantComparison) -> str:
    change = "" if comparison.lift is None else format_change(comparison.lift)
    verdict = _judge(question, analysis, comparison)
    return "，".join(part for part in (change, verdict) if part) or "还没有可比的转化"


def _judge(question: AnalysisQuestion, analysis: Analysis, comparison: VariantComparison) -> str:
    """The verdict; "" where the method gives none yet."""
    if comparison.probability_better is not None:
        return f"更好的概率{format_probability(comparison.probability_better)}"
    if analysis.is_early or comparison.q_value is None:
        return ""
    if comparison.q_value >= question.alpha:
        return "看不出差别"
    is_better = comparison.lift is None or comparison.lift > 0
    return "优于对照组" if is_better else "不如对照组"
