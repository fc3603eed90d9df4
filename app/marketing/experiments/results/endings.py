"""What is said of an experiment that has ended: the decision first, then what the data say."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.marketing.experiments.results.reasons import Reason, format_rate
from app.marketing.experiments.stats.analysis import Recommendation
from app.marketing.experiments.values import StoredExperiment

SURE_POSTERIOR = 0.95  # that a variant is the best one, where no test decides


def describe_end(experiment: StoredExperiment, exposures: int) -> str:
    """What was chosen, and how much of the plan was done where it was stopped early."""
    outcome = f"决定采用“{experiment.chosen}”" if experiment.chosen else "没有选定方案"
    return f"实验已结束，{outcome}{_describe_early_stop(experiment, exposures)}。"


def explain_end(
    experiment: StoredExperiment, exposures: int, recommendation: Recommendation, reason: Reason
) -> str:
    """The end, and the finding. Advice only where a choice is still to be made."""
    is_open = not experiment.chosen and recommendation in {
        "launch_variant", "keep_control", "no_difference",
    }  # fmt: skip
    data = reason if is_open else replace(reason, advice="")
    return describe_end(experiment, exposures) + data.sentence


def name_contrary_choice(variants: Sequence[Mapping[str, Any]], chosen: str) -> str:
    """A sentence where another variant is surely better than the chosen one; "" otherwise.

    variants: of a result, with name, rate and posterior; those of days have no posterior.
    """
    by_name = {variant["name"]: variant for variant in variants}
    best = max(variants, key=_read_likelihood, default=None)
    if best is None or chosen not in by_name or _read_likelihood(best) < SURE_POSTERIOR:
        return ""
    rate, best_rate = by_name[chosen]["rate"], best["rate"]
    if best["name"] == chosen or rate is None or not rate < best_rate:
        return ""
    return (
        f"注意：“{chosen}”的转化率 {format_rate(rate)}，低于“{best['name']}”的"
        f" {format_rate(best_rate)}，选择它与已有的数据相反。"
    )


def _read_likelihood(variant: Mapping[str, Any]) -> float:
    return float((variant.get("posterior") or {}).get("best", 0.0))


def _describe_early_stop(experiment: StoredExperiment, exposures: int) -> str:
    planned = experiment.run.exposures if experiment.run else 0
    if exposures >= planned:
        return ""
    return f"；提前停止，只完成计划的 {exposures / planned:.0%}（{exposures:,} / {planned:,}）"
