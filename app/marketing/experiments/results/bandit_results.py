"""The result of a bandit: posteriors to show, and what each variant alone would have earned.

The shares moved while it ran, so the variants' followers came at different times. The value of a
variant alone is estimated from the logged shares (self-normalised weighting), not from raw rates.
"""

from dataclasses import asdict
from typing import Any

from app.marketing.experiments.exposures import ExposedFollower
from app.marketing.experiments.results.observation import Observation
from app.marketing.experiments.results.reasons import Reason, format_probability
from app.marketing.experiments.results.reports import describe_analysis
from app.marketing.experiments.stats import off_policy
from app.marketing.experiments.stats.analysis import Analysis, AnalysisQuestion, analyse
from app.marketing.experiments.stats.off_policy import PolicyLog
from app.marketing.experiments.stats.values import VariantCounts
from app.marketing.experiments.values import SharePeriod, StoredExperiment


def describe_bandit(
    experiment: StoredExperiment, observation: Observation, counts: tuple[VariantCounts, ...]
) -> dict[str, Any]:
    """The main part of the result. A posterior is never a reason to stop by itself."""
    question = AnalysisQuestion(
        method="bayesian",
        variants=counts,
        alpha=experiment.plan.alpha,
        planned_exposures=experiment.run.exposures if experiment.run else None,
        shares=_mix_shares(experiment, observation),
        is_ended=experiment.ended is not None,
    )
    analysis = analyse(question)
    answer = describe_analysis(question, analysis) | {
        "shares": dict(
            zip(experiment.plan.variant_names, experiment.periods[-1].shares, strict=True)
        ),
        "policy_values": _value_variants(experiment, observation),
    }
    if analysis.sample_ratio.ok:
        answer["reason"] = _explain(experiment, analysis)
    return answer


def find_period(experiment: StoredExperiment, time: float) -> SharePeriod:
    """The period that a time lies in."""
    before = [period for period in experiment.periods if period.start <= time]
    return before[-1] if before else experiment.periods[0]


def _mix_shares(experiment: StoredExperiment, observation: Observation) -> tuple[float, ...]:
    """The mean of the shares in force at each first exposure: what the sample ratio expects."""
    names = experiment.plan.variant_names
    times = [each.first for each in observation.exposed if each.variant in names]
    if not times:
        return experiment.periods[-1].shares
    rows = [find_period(experiment, time).shares for time in times]
    sums = [sum(column) for column in zip(*rows, strict=True)]
    return tuple(each / sum(sums) for each in sums)


def _value_variants(experiment: StoredExperiment, observation: Observation) -> list[dict[str, Any]]:
    """The rate of each variant if all had seen it, with its error and effective sample size."""
    names = experiment.plan.variant_names
    rounds = [each for each in observation.exposed if _share_of(experiment, each)]
    if len(rounds) < 2:
        return []
    rewards = [float(observation.has_converted(experiment.plan.metric, each)) for each in rounds]
    logged = [_share_of(experiment, each) for each in rounds]
    values = []
    for name in names:
        target = [float(each.variant == name) for each in rounds]
        if any(target):
            log = PolicyLog.of(rewards, logged, target)
            estimate = off_policy.estimate_self_normalised(log)
            values.append({"variant": name, **asdict(estimate)})
    return values


def _share_of(experiment: StoredExperiment, follower: ExposedFollower) -> float:
    """The share with which the follower's variant was assigned; 0 for an unknown variant."""
    shares = find_period(experiment, follower.first).shares
    by_name = dict(zip(experiment.plan.variant_names, shares, strict=True))
    return by_name.get(follower.variant, 0.0)


def _explain(experiment: StoredExperiment, analysis: Analysis) -> Reason:
    best = max(analysis.posteriors, key=lambda posterior: posterior.best)
    share = dict(zip(experiment.plan.variant_names, experiment.periods[-1].shares, strict=True))[
        best.name
    ]
    chance = format_probability(best.best)
    if experiment.ended is not None:
        return Reason(
            f"“{best.name}”最可能是最好的（概率{chance}），结束时分到 {share:.0%} 的粉丝；"
            f"选它平均最多损失 {best.loss:.2%} 的转化率"
        )
    return Reason(
        f"“{best.name}”目前最可能是最好的（概率{chance}），现在分到 {share:.0%} 的粉丝；"
        f"选它平均最多损失 {best.loss:.2%} 的转化率",
        "是否停止由人决定",
    )
