"""Answers the question what an experiment's counts say, in figures and in a Chinese sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from app.marketing.experiments.refusals import refusing_bad_counts
from app.marketing.experiments.results.changes import describe_lift
from app.marketing.experiments.results.count_warnings import list_count_warnings
from app.marketing.experiments.results.needed_size import (
    TOLD_LIFT,
    describe_needed_size,
    excludes_told_lift,
    explain_needed_size,
)
from app.marketing.experiments.results.other_variants import explain_other_variants
from app.marketing.experiments.results.reasons import Reason, format_probability
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
        "significant": _is_significant(analysis, headline),
        "p_value": headline.p_value,
        "lift": headline.lift,
        "interval": list(headline.interval),
        "probability_better": headline.probability_better,
        "recommendation": analysis.recommendation,
        "variant": question.variants[analysis.best + 1].name,
        "reason": explain_recommendation(question, analysis),
        "warnings": list_count_warnings(question.variants),
        "needed_size": describe_needed_size(question),
        "fraction": question.fraction,
        "variants": _describe_variants(question, analysis),
    }


def explain_recommendation(question: AnalysisQuestion, analysis: Analysis) -> Reason:
    """What the counts say to the operator, what to do, and what the other variants did."""
    if analysis.recommendation == "fix_assignment":
        return _explain_sample_ratio(question, analysis)
    reason = _explain_headline(question, analysis)
    is_open = analysis.recommendation in {"continue", "no_difference"} and question.is_comparable
    size = explain_needed_size(question) if is_open else ""
    return replace(reason, remark=explain_other_variants(question, analysis) + size)


def _explain_headline(question: AnalysisQuestion, analysis: Analysis) -> Reason:
    name = question.variants[analysis.best + 1].name
    change = _describe_change(question, analysis)
    match analysis.recommendation:
        case "launch_variant":
            return Reason(f"“{name}”优于对照组，{change}", "建议采用")
        case "keep_control":
            return Reason(f"“{name}”不如对照组，{change}", "建议保留对照组")
        case "no_difference":
            return _explain_no_difference(question, analysis, name, change)
        case _:
            return _explain_open_end(question, analysis, name, change)


def _describe_change(question: AnalysisQuestion, analysis: Analysis) -> str:
    """The lift of the headline in words; without a conversion of the control's, what there is."""
    converted = question.variants[analysis.best + 1].conversions
    if analysis.headline.lift is not None or question.variants[0].conversions:
        return describe_lift(analysis.headline)
    if not any(variant.conversions for variant in question.variants):
        return "各组都还没有转化"
    return f"对照组还没有转化，“{question.variants[analysis.best + 1].name}”有 {converted:,} 次"


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
            "comparison": _describe_comparison(analysis, comparison) if comparison else None,
            "posterior": asdict(posterior),
        }
        for variant, comparison, posterior in zip(
            question.variants, comparisons, analysis.posteriors, strict=True
        )
    ]


def _describe_comparison(analysis: Analysis, comparison: VariantComparison) -> dict[str, Any]:
    return asdict(comparison) | {"significant": _is_significant(analysis, comparison)}


def _is_significant(analysis: Analysis, comparison: VariantComparison) -> bool:
    """Whether the difference counts: groups as configured, and a fixed plan complete."""
    return comparison.significant and analysis.sample_ratio.ok and not analysis.is_early


def _explain_sample_ratio(question: AnalysisQuestion, analysis: Analysis) -> Reason:
    if leaks := analysis.sample_ratio.leaks:
        names = _list_names(question.variants[at].name for at in leaks)
        finding = f"{names}的分流比例是 0，却有曝光：分流有漏洞，结果不可用"
        return Reason(finding, "请先修复")
    p_value = f"p = {analysis.sample_ratio.p_value:.2g}，低于 {THRESHOLD}"
    if question.unseen:
        finding = (
            f"{_list_names(question.unseen)}没有曝光，与配置的比例不符（{p_value}），结果不可用"
        )
        return Reason(finding, "请先检查分流和埋点")
    return Reason(f"各组曝光数与配置的比例不符（{p_value}），结果不可用", "请先检查分流和埋点")


def _explain_no_difference(
    question: AnalysisQuestion, analysis: Analysis, name: str, change: str
) -> Reason:
    state = change if analysis.headline.lift is None else f"“{name}”{change}"
    has_plan = question.fraction is not None
    start = (
        "计划的样本已用完，看不出差别" if has_plan else "没有给出计划的样本数，这些数据证明不了差别"
    )
    finding = f"{start}：{state}"
    if not any(variant.conversions for variant in question.variants):
        return Reason(finding, "请先确认转化有上报")
    if excludes_told_lift(analysis.headline):
        choice = f"“{question.variants[0].name}”和“{name}”" if len(question.variants) > 2 else ""
        return Reason(f"{finding}，差别即使有也不到 {TOLD_LIFT:.0%}", f"{choice}可任选其一")
    finding += "，样本太少，也说不准没有差别"
    if has_plan:
        return Reason(finding, "建议先保留对照组，或另做一次更大的实验")
    return Reason(finding, "请先定好样本数，再做一次更大的实验")


def _explain_open_end(
    question: AnalysisQuestion, analysis: Analysis, name: str, change: str
) -> Reason:
    """What the counts say that can't tell: so far, or at the end."""
    is_known = analysis.headline.lift is not None
    if question.is_ended:
        return _explain_end(question, analysis, f"“{name}”{change}" if is_known else change)
    return _explain_going_on(question, analysis, f"“{name}”目前{change}" if is_known else change)


def _explain_going_on(question: AnalysisQuestion, analysis: Analysis, state: str) -> Reason:
    if not question.is_comparable:
        return _explain_missing_exposures(question)
    if analysis.method == "bayesian":
        chance = format_probability(analysis.headline.probability_better or 0.0)
        is_named = analysis.headline.lift is not None
        name = "" if is_named else f"“{question.variants[analysis.best + 1].name}”"
        finding = f"{state}，{name}比对照组更好的概率{chance}。后验概率只供参考"
        return Reason(finding, "不作为停止实验的依据：要下结论，请用固定、序贯或随时有效的检验")
    if analysis.method == "anytime":
        return _explain_anytime(question, state)
    if analysis.method == "fixed":
        finding = f"{state}，样本只到计划的 {question.fraction:.0%}"
        return Reason(finding, "固定样本的检验要等计划完成再看")
    finding = f"{state}，样本到计划的 {question.fraction:.0%}，还没有越过停止边界"
    return Reason(finding, "请继续")


def _explain_anytime(question: AnalysisQuestion, state: str) -> Reason:
    few = _explain_few_conversions(question)
    if question.fraction is None:
        return Reason(f"{state}{few}", "请继续")
    if not question.is_complete:
        return Reason(f"{state}，样本到计划的 {question.fraction:.0%}{few}", "请继续")
    finding = f"{state}，计划的样本已用完{few}"
    return Reason(finding, "可以再多收集一些，也可以结束实验，当作看不出差别")


def _explain_end(question: AnalysisQuestion, analysis: Analysis, state: str) -> Reason:
    """What the counts of an experiment say that ended before they could tell."""
    if not question.is_comparable:
        return Reason(_explain_missing_exposures(question).finding.replace("还没有", "没有"))
    if analysis.method == "bayesian":
        return Reason(f"{state}。后验概率只供参考")
    if analysis.method == "fixed":
        return Reason(f"{state}。样本没有达到计划，固定样本的检验不能下结论")
    return Reason(f"{state}，证明不了有差别")


def _explain_missing_exposures(question: AnalysisQuestion) -> Reason:
    if not question.exposures:
        return Reason("还没有曝光，没有可以分析的数据", "请在各组开始展示后再看")
    if not question.unseen:
        return Reason(
            "除了对照组，各方案的比例都是 0，没有可比较的", "请另做一个给它们分配比例的实验"
        )
    names = _list_names(question.unseen)
    return Reason(f"{names}还没有曝光，无法比较", "请检查它是否已经开始展示")


def _explain_few_conversions(question: AnalysisQuestion) -> str:
    few = [variant.name for variant in question.variants if variant.conversions < FEWEST]
    if not few:
        return "，证据还不够"
    return f"。{_list_names(few)}的转化不到 {FEWEST} 次，还不能判断"


def _list_names(names: Iterable[str]) -> str:
    return "、".join(f"“{name}”" for name in names)
