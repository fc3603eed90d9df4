"""Answers the question what an experiment's counts say, in figures and in a Chinese sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from app.marketing.experiments.refusals import refusing_bad_counts
from app.marketing.experiments.results.reasons import Reason
from app.marketing.experiments.stats.analysis import Analysis, AnalysisQuestion, analyse
from app.marketing.experiments.stats.anytime import FEWEST
from app.marketing.experiments.stats.samples import THRESHOLD
from app.marketing.experiments.stats.values import VariantComparison, VariantCounts


def answer_question(question: Mapping[str, Any]) -> dict[str, Any]:
    """Analyse counts that came as JSON; `question` has AnalysisQuestion's fields.

    Raises UnusableCounts.
    """
    with refusing_bad_counts():
        parsed = _parse_question(question)
        answer = describe_analysis(parsed, analyse(parsed))
    return answer | {"reason": answer["reason"].sentence}


def describe_analysis(question: AnalysisQuestion, analysis: Analysis) -> dict[str, Any]:
    """The answer as JSON values, `reason` as a Reason.

    The sample ratio comes first, as nothing counts without it.
    """
    headline = analysis.headline
    return {
        "sample_ratio_ok": analysis.sample_ratio.ok,
        "sample_ratio": asdict(analysis.sample_ratio),
        "method": analysis.method,
        "significant": headline.significant and analysis.sample_ratio.ok,
        "p_value": headline.p_value,
        "lift": headline.lift,
        "interval": list(headline.interval),
        "recommendation": analysis.recommendation,
        "variant": question.variants[analysis.best + 1].name,
        "reason": explain_recommendation(question, analysis),
        "fraction": question.fraction,
        "variants": _describe_variants(question, analysis),
    }


def explain_recommendation(question: AnalysisQuestion, analysis: Analysis) -> Reason:
    """What the counts say to the operator, and what to do."""
    name = question.variants[analysis.best + 1].name
    change = _describe_lift(analysis.headline)
    match analysis.recommendation:
        case "fix_assignment":
            return _explain_sample_ratio(question, analysis)
        case "launch_variant":
            return Reason(f"“{name}”优于对照组，{change}", "建议采用")
        case "keep_control":
            return Reason(f"“{name}”不如对照组，{change}", "建议保留对照组")
        case "no_difference":
            is_planned = question.fraction is not None
            start = (
                "计划的样本已用完，看不出"
                if is_planned
                else "没有给出计划的样本数，这些数据证明不了"
            )
            finding = f"{start}差别：“{name}”{change}"
            return Reason(finding, "可任选其一，或换新的方案")
        case "continue" | "ended":
            return _explain_open_end(question, analysis, name, change)


def _parse_question(question: Mapping[str, Any]) -> AnalysisQuestion:
    variants = tuple(VariantCounts(**variant) for variant in question["variants"])
    shares = question.get("shares")
    return AnalysisQuestion(
        method=question["method"],
        variants=variants,
        alpha=question["alpha"],
        planned_exposures=question.get("planned_exposures"),
        look=question["look"],
        shares=tuple(shares) if shares else None,
    )


def _describe_variants(question: AnalysisQuestion, analysis: Analysis) -> list[dict[str, Any]]:
    comparisons = [None, *analysis.comparisons]
    return [
        {
            "name": variant.name,
            "exposures": variant.exposures,
            "conversions": variant.conversions,
            "rate": variant.rate,
            "comparison": asdict(comparison) if comparison else None,
            "posterior": asdict(posterior),
        }
        for variant, comparison, posterior in zip(
            question.variants, comparisons, analysis.posteriors, strict=True
        )
    ]


def _describe_lift(comparison: VariantComparison) -> str:
    if comparison.lift is None:
        return "对照组还没有转化，算不出提升"
    low, high = comparison.interval
    low_text = "无下限" if low is None else f"{low:+.1%}"
    high_text = "无上限" if high is None else f"{high:+.1%}"
    change = _format_change(comparison.lift)
    if low is None and high is None:
        return change
    return f"{change}（区间 {low_text} 至 {high_text}）"


def _format_change(lift: float) -> str:
    size = f"{abs(lift):.1%}"
    if size == "0.0%":
        return "相对提升 0%"
    return f"相对提升 +{size}" if lift > 0 else f"相对下降 {size}"


def _explain_sample_ratio(question: AnalysisQuestion, analysis: Analysis) -> Reason:
    if leaks := analysis.sample_ratio.leaks:
        names = _list_names(question.variants[at].name for at in leaks)
        finding = f"{names}的分流比例是 0，却有曝光：分流有漏洞，结果不可用"
        return Reason(finding, "请先修复")
    p_value = f"p = {analysis.sample_ratio.p_value:.2g}，低于 {THRESHOLD}"
    return Reason(f"各组曝光数与配置的比例不符（{p_value}），结果不可用", "请先检查分流和埋点")


def _explain_open_end(
    question: AnalysisQuestion, analysis: Analysis, name: str, change: str
) -> Reason:
    """What the counts say that can't tell: so far, or at the end."""
    is_known = analysis.headline.lift is not None
    if question.is_ended:
        return _explain_end(question, analysis, f"“{name}”{change}" if is_known else change)
    return _explain_going_on(question, analysis, f"“{name}”目前{change}" if is_known else change)


def _explain_going_on(question: AnalysisQuestion, analysis: Analysis, state: str) -> Reason:
    if question.unseen:
        return _explain_missing_exposures(question)
    if analysis.method == "bayesian":
        return Reason(f"{state}。后验概率只供参考", "不作为停止实验的依据")
    if question.fraction is None:
        return Reason(f"{state}{_explain_few_conversions(question)}", "请继续")
    if analysis.method == "fixed":
        finding = f"{state}，样本只到计划的 {question.fraction:.0%}"
        return Reason(finding, "固定样本的检验要等计划完成再看")
    finding = f"{state}，样本到计划的 {question.fraction:.0%}，还没有越过停止边界"
    return Reason(finding, "请继续")


def _explain_end(question: AnalysisQuestion, analysis: Analysis, state: str) -> Reason:
    """What the counts of an experiment say that ended before they could tell."""
    if question.unseen:
        return Reason(_explain_missing_exposures(question).finding.replace("还没有", "没有"))
    if analysis.method == "bayesian":
        return Reason(f"{state}。后验概率只供参考")
    if analysis.method == "fixed":
        return Reason(f"{state}。样本没有达到计划，固定样本的检验不能下结论")
    return Reason(f"{state}，证明不了有差别")


def _explain_missing_exposures(question: AnalysisQuestion) -> Reason:
    if not question.exposures:
        return Reason("还没有曝光，没有可以分析的数据", "请在各组开始展示后再看")
    names = _list_names(question.unseen)
    return Reason(f"{names}还没有曝光，无法比较", "请检查它是否已经开始展示")


def _explain_few_conversions(question: AnalysisQuestion) -> str:
    few = [variant.name for variant in question.variants if variant.conversions < FEWEST]
    if not few:
        return "，证据还不够"
    return f"。{_list_names(few)}的转化不到 {FEWEST} 次，还不能判断"


def _list_names(names: Iterable[str]) -> str:
    return "、".join(f"“{name}”" for name in names)
