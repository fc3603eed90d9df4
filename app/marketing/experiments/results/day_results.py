"""The result of an experiment whose variants alternate from day to day: days are compared.

A follower counts on the day of the first exposure. The days are the sample (clusters): the rate's
variance is that of a ratio over days (delta method), so a good day doesn't count as many followers.
"""

from collections import Counter
from dataclasses import asdict
from typing import Any

from app.marketing.experiments.alternation import FEWEST_DAYS, number_day
from app.marketing.experiments.results.observation import Observation, count_variants
from app.marketing.experiments.results.reasons import Reason
from app.marketing.experiments.stats import bayesian, means, samples
from app.marketing.experiments.stats.analysis import Recommendation
from app.marketing.experiments.stats.means import Difference, MeanEstimate
from app.marketing.experiments.stats.values import VariantCounts
from app.marketing.experiments.values import StoredExperiment


def describe_days(experiment: StoredExperiment, observation: Observation) -> dict[str, Any]:
    """The main part of the result; it is read once, at the end of the plan."""
    counts = count_variants(experiment, observation, experiment.plan.metric)
    days = {name: _list_days(observation, experiment, name) for name in _names(counts)}
    ratio = samples.check_sample_ratio(
        [len(days[variant.name]) for variant in counts], experiment.plan.shares
    )
    differences = _compare_days(experiment, days)
    best = max(differences, key=lambda name: counts[_names(counts).index(name)].rate, default="")
    rates = dict(zip(_names(counts), [variant.rate for variant in counts], strict=True))
    difference = differences.get(best)
    is_complete = bool(experiment.run) and len(observation.exposed) >= _planned(experiment)
    significant = bool(difference and difference.significant and is_complete and ratio.ok)
    control = rates[_names(counts)[0]]
    return {
        "sample_ratio_ok": ratio.ok,
        "sample_ratio": asdict(ratio),
        "method": "fixed",
        "significant": significant,
        "p_value": difference.p_value if difference else 1.0,
        "lift": rates[best] / control - 1 if best and control else None,
        "interval": _scale(difference, control),
        "recommendation": _recommend(experiment, difference, is_complete, ratio.ok),
        "variant": best or _names(counts)[-1],
        "reason": _explain(experiment, difference, is_complete),
        "fraction": len(observation.exposed) / _planned(experiment) if experiment.run else None,
        "variants": _describe_variants(counts, days),
    }


def _names(counts: tuple[VariantCounts, ...]) -> list[str]:
    return [variant.name for variant in counts]


def _planned(experiment: StoredExperiment) -> int:
    return experiment.run.exposures if experiment.run else 0


def _list_days(
    observation: Observation, experiment: StoredExperiment, variant: str
) -> list[tuple[int, int]]:
    """Exposed followers and converted ones of each of the variant's days."""
    exposures: Counter[int] = Counter()
    conversions: Counter[int] = Counter()
    for follower in observation.exposed:
        if follower.variant == variant:
            day = number_day(follower.first)
            exposures[day] += 1
            conversions[day] += observation.has_converted(experiment.plan.metric, follower)
    return [(exposures[day], conversions[day]) for day in exposures]


def _compare_days(
    experiment: StoredExperiment, days: dict[str, list[tuple[int, int]]]
) -> dict[str, Difference]:
    """Each variant against the control, where both have days enough."""
    control, *treatments = days.items()
    alpha = experiment.plan.alpha / max(1, len(experiment.plan.compared_variants))
    estimates = {
        name: _estimate_rate(figures)
        for name, figures in (control, *treatments)
        if len(figures) >= FEWEST_DAYS
    }
    if control[0] not in estimates:
        return {}
    return {
        name: means.compare_estimates(estimates[control[0]], estimates[name], alpha)
        for name, _ in treatments
        if name in estimates
    }


def _estimate_rate(figures: list[tuple[int, int]]) -> MeanEstimate:
    exposures, conversions = zip(*figures, strict=True)
    return means.estimate_ratio(list(map(float, conversions)), list(map(float, exposures)))


def _scale(difference: Difference | None, control: float) -> list[float | None]:
    """The interval relative to the control's rate."""
    if difference is None or not control:
        return [None, None]
    return [bound / control for bound in difference.interval]


def _recommend(
    experiment: StoredExperiment, difference: Difference | None, is_complete: bool, ok: bool
) -> Recommendation:
    if not ok:
        return "fix_assignment"
    if not is_complete or difference is None:
        return "continue" if experiment.ended is None else "ended"
    if not difference.significant:
        return "no_difference"
    return "launch_variant" if difference.difference > 0 else "keep_control"


def _explain(
    experiment: StoredExperiment, difference: Difference | None, is_complete: bool
) -> Reason:
    if experiment.ended is not None and not (difference and is_complete):
        return Reason("计划没有完成，按天比较不能下结论")
    if difference is None:
        return Reason(f"每个方案至少要有 {FEWEST_DAYS} 天才能比较", "请继续")
    if not is_complete:
        return Reason("计划还没有完成，按天比较只在结束时看一次", "请继续")
    return Reason("各天之间有差别" if difference.significant else "各天之间看不出差别")


def _describe_variants(
    counts: tuple[VariantCounts, ...], days: dict[str, list[tuple[int, int]]]
) -> list[dict[str, Any]]:
    posteriors = bayesian.describe_posteriors(counts)
    return [
        {
            "name": variant.name,
            "exposures": variant.exposures,
            "conversions": variant.conversions,
            "rate": variant.rate,
            "days": len(days[variant.name]),
            "comparison": None,
            "posterior": asdict(posterior),
        }
        for variant, posterior in zip(counts, posteriors, strict=True)
    ]
