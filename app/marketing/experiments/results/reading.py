"""What an experiment says at a time: the sample ratio first, then everything else.

An A/B test on followers is analysed by its plan's method; days and bandits have their own ways.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.dialogue.wording.variant_wordings import ENTRY
from app.marketing.experiments.alternation import WEAKNESS
from app.marketing.experiments.results import (
    bandit_results,
    day_results,
    exposure_faults,
    side_metrics,
)
from app.marketing.experiments.results.contrary_choices import name_contrary_choice
from app.marketing.experiments.results.endings import describe_end, explain_end
from app.marketing.experiments.results.guardrail_advice import weigh_guardrails
from app.marketing.experiments.results.metric_scope import describe_scope
from app.marketing.experiments.results.observation import Observation, count_variants
from app.marketing.experiments.results.planned_looks import end_at_plan, list_fractions
from app.marketing.experiments.results.progress import measure_progress
from app.marketing.experiments.results.reasons import Reason
from app.marketing.experiments.results.reports import describe_analysis
from app.marketing.experiments.stats.analysis import AnalysisQuestion, analyse
from app.marketing.experiments.stats.values import BadCounts
from app.marketing.experiments.values import StoredExperiment
from app.privacy.pseudonym import is_anonym


def describe_result(experiment: StoredExperiment, observation: Observation) -> dict[str, Any]:
    """The result as JSON values. Raises BadCounts."""
    guardrails = side_metrics.check_guardrails(experiment, observation)
    main = _describe_main(experiment, observation)
    main |= weigh_guardrails(main, guardrails)
    if observation.early:
        main["reason"] = Reason(
            f"有 {observation.early:,} 次曝光，但时间都早于实验开始，没有计入",
            "请检查上报的时间，并在实验开始之后展示",
        )
    main["reason"] = _write_reason(experiment, observation, main)
    faults = exposure_faults.find_faults(experiment, observation.exposed)
    if faults:
        end = "" if experiment.ended is None else describe_end(experiment, len(observation.exposed))
        main |= {"significant": False, "recommendation": "fix_assignment"}
        main["reason"] = end + "".join(fault.sentence for fault in faults)
    return main | {
        "experiment": experiment.id,
        "state": experiment.state,
        "kind": experiment.plan.kind,
        "unit": experiment.plan.unit,
        "faults": [asdict(fault) for fault in faults],
        "progress": asdict(measure_progress(experiment, observation)),
        "metric_scope": describe_scope(experiment.plan.metric),
        "guardrails": guardrails,
        "more_metrics": side_metrics.compare_metrics(experiment, observation),
        **_adjust(experiment, observation),
        "erased": sum(is_anonym(each.pseudonym) for each in observation.exposed),
        "unknown_exposures": observation.unknown,
        "notes": _list_notes(experiment, observation),
    }


def _describe_main(experiment: StoredExperiment, observation: Observation) -> dict[str, Any]:
    if experiment.plan.unit == "day":
        return day_results.describe_days(experiment, observation)
    if experiment.plan.kind == "bandit":
        counts = count_variants(experiment, observation, experiment.plan.metric)
        return bandit_results.describe_bandit(experiment, observation, counts)
    observation = _limit_to_plan(experiment, observation)
    question = AnalysisQuestion(
        method=experiment.plan.method,
        variants=count_variants(experiment, observation, experiment.plan.metric),
        alpha=experiment.plan.alpha,
        planned_exposures=experiment.run.exposures if experiment.run else None,
        fractions=list_fractions(experiment, observation),
        shares=experiment.plan.shares,
        is_ended=experiment.ended is not None,
    )
    return describe_analysis(question, analyse(question))


def _limit_to_plan(experiment: StoredExperiment, observation: Observation) -> Observation:
    """What the main comparison counts: a test with a last look ends with its planned exposures."""
    plan = experiment.plan
    has_last_look = plan.method in {"sequential", "fixed"}
    is_limited = (plan.kind, plan.unit, has_last_look) == ("ab", "follower", True)
    return end_at_plan(experiment, observation) if is_limited else observation


def _write_reason(
    experiment: StoredExperiment, observation: Observation, main: Mapping[str, Any]
) -> str:
    exposures = len(observation.exposed)
    if experiment.ended is None:
        sentence = str(main["reason"].sentence)
    else:
        sentence = explain_end(experiment, exposures, main["recommendation"], main["reason"])
        if main["recommendation"] != "fix_assignment":
            sentence += name_contrary_choice(main["variants"], experiment.chosen)
    return sentence + (WEAKNESS if experiment.plan.unit == "day" else "")


def _adjust(experiment: StoredExperiment, observation: Observation) -> dict[str, Any]:
    """The comparison with the past removed, or why it can't be made: the rest holds without it."""
    try:
        adjusted = side_metrics.adjust_metric_by_past(experiment, observation)
    except BadCounts as error:
        return {"adjusted": [], "adjustment_error": error.chinese or str(error)}
    return {"adjusted": adjusted, "adjustment_error": ""}


def _list_notes(experiment: StoredExperiment, observation: Observation) -> list[str]:
    """What a reader must know beside the figures, in Chinese."""
    notes = [
        f"方案“{variant.name}”展示的内容 {variant.item} 在实验中被删除：之后的曝光和转化可能缺失"
        + ("，请停止实验或恢复内容。" if experiment.ended is None else "。")
        for variant in experiment.plan.variants
        if variant.item in observation.deleted_items
    ]
    if observation.is_target_deleted:
        entry = experiment.plan.target.removeprefix(ENTRY)
        notes.append(
            f"实验改写的条目 {entry} 已被删除：不会再有新的曝光"
            + ("，请停止实验或恢复条目。" if experiment.ended is None else "。")
        )
    counted = len(_limit_to_plan(experiment, observation).exposed)
    if late := len(observation.exposed) - counted:
        notes.append(
            f"计划的样本在 {counted:,} 位粉丝时已经够了，主要指标以那一天的查看为准："
            f"之后的 {late:,} 位没有计入，再看多少次结论都不变。"
        )
    if observation.unknown:
        notes.append(f"{observation.unknown:,} 次曝光不知道是谁看到的，没有计入。")
    if erased := sum(is_anonym(each.pseudonym) for each in observation.exposed):
        notes.append(f"{erased:,} 位粉丝的数据已应要求删除：人数照算，删除之后的转化不再计入。")
    return notes
