"""What is said of an experiment that has ended: the decision first, then what the data say."""

from dataclasses import replace

from app.marketing.experiments.results.reasons import Reason
from app.marketing.experiments.stats.analysis import Recommendation
from app.marketing.experiments.values import StoredExperiment


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


def _describe_early_stop(experiment: StoredExperiment, exposures: int) -> str:
    planned = experiment.run.exposures if experiment.run else 0
    if exposures >= planned:
        return ""
    return f"；提前停止，只完成计划的 {exposures / planned:.0%}（{exposures:,} / {planned:,}）"
