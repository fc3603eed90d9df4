"""What stands beside the main comparison: guardrails, other metrics, the past removed (CUPED)."""

from collections.abc import Sequence
from typing import Any

from scipy import stats

from app.marketing.experiments.plans.plan import Guardrail
from app.marketing.experiments.results.observation import Observation, count_variants
from app.marketing.experiments.stats import corrections, fixed, means
from app.marketing.experiments.stats.means import MeanEstimate
from app.marketing.experiments.stats.values import VariantCounts
from app.marketing.experiments.values import StoredExperiment


def check_guardrails(
    experiment: StoredExperiment, observation: Observation
) -> list[dict[str, Any]]:
    """For each guardrail and variant: True where it is surely not worse by the margin, False where
    it is surely worse than the control.

    `ok` is None while neither is proven: no proof isn't a failure, nor a pass.
    """
    return [
        _check_guardrail(experiment, guardrail, control, treatment)
        for guardrail in experiment.plan.guardrails
        for control, *treatments in [count_variants(experiment, observation, guardrail)]
        for treatment in treatments
    ]


def compare_metrics(experiment: StoredExperiment, observation: Observation) -> list[dict[str, Any]]:
    """The other metrics; their p-values control the share of false discoveries.

    Fixed-horizon figures: to be read at the end of the plan.
    """
    rows = [
        (metric, control, treatment)
        for metric in experiment.plan.more_metrics
        for control, *treatments in [count_variants(experiment, observation, metric)]
        for treatment in treatments
    ]
    adjusted = corrections.adjust_false_discovery(
        [fixed.find_p_value(control, treatment) for _, control, treatment in rows]
    )
    return [
        {
            "event": metric.event,
            "hours": metric.hours,
            "variant": treatment.name,
            "lift": fixed.measure_lift(control, treatment),
            "interval": list(fixed.compare_proportions(control, treatment).interval),
            "p_value": p_value,
            "significant": p_value < experiment.plan.alpha,
        }
        for (metric, control, treatment), p_value in zip(rows, adjusted, strict=True)
    ]


def adjust_metric_by_past(
    experiment: StoredExperiment, observation: Observation
) -> list[dict[str, Any]]:
    """CUPED: each variant's difference from the control, what the past explains removed.

    [] where no past was asked for. Raises BadCounts where the past doesn't vary.
    """
    if not experiment.plan.past_days:
        return []
    names = experiment.plan.variant_names
    groups = [_list_values(observation, experiment, name) for name in names]
    estimates = means.adjust_by_past(groups)
    return [
        _describe_adjusted(name, estimates[0], estimate, groups[0][0], group[0])
        for name, estimate, group in zip(names[1:], estimates[1:], groups[1:], strict=True)
    ]


def _check_guardrail(
    experiment: StoredExperiment,
    guardrail: Guardrail,
    control: VariantCounts,
    treatment: VariantCounts,
) -> dict[str, Any]:
    answer = {
        "event": guardrail.event, "variant": treatment.name, "margin": guardrail.margin,
        "control_rate": control.rate, "rate": treatment.rate,
    }  # fmt: skip
    alpha = experiment.plan.alpha
    if _is_non_inferior(guardrail, control, treatment, alpha):
        return answer | {"ok": True}
    sign = 1 if guardrail.better == "higher" else -1
    is_worse = sign * fixed.score_z(control, treatment) < float(stats.norm.ppf(alpha))
    return answer | {"ok": False if is_worse else None}


def _is_non_inferior(
    guardrail: Guardrail, control: VariantCounts, treatment: VariantCounts, alpha: float
) -> bool:
    """Whether it is surely not worse by the margin; without a rate of the control none is."""
    if not control.conversions or not treatment.exposures:
        return False
    sign = 1 if guardrail.better == "higher" else -1
    return means.is_non_inferior(
        _estimate_rate(control, sign), _estimate_rate(treatment, sign),
        guardrail.margin * control.rate, alpha,
    )  # fmt: skip


def _estimate_rate(counts: VariantCounts, sign: int) -> MeanEstimate:
    variance = counts.rate * (1 - counts.rate) / counts.exposures
    return MeanEstimate(sign * counts.rate, variance)


def _list_values(
    observation: Observation, experiment: StoredExperiment, variant: str
) -> tuple[list[float], list[float]]:
    """Of each of the variant's followers: whether they converted, and their past events."""
    metric = experiment.plan.metric
    mine = [each for each in observation.exposed if each.variant == variant]
    return (
        [float(observation.has_converted(metric, each)) for each in mine],
        [float(observation.past.get(each.pseudonym, 0)) for each in mine],
    )


def _describe_adjusted(
    name: str,
    control: MeanEstimate,
    treatment: MeanEstimate,
    control_values: Sequence[float],
    values: Sequence[float],
) -> dict[str, Any]:
    difference = means.compare_estimates(control, treatment)
    plain = means.estimate_mean(control_values).variance + means.estimate_mean(values).variance
    return {
        "variant": name,
        "difference": difference.difference,
        "interval": list(difference.interval),
        "p_value": difference.p_value,
        "variance_removed": 1 - (control.variance + treatment.variance) / plain if plain else 0.0,
    }
