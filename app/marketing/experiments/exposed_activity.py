"""The expression over events that tells who was exposed to an experiment, and what they did."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.marketing.events.values import EventKind
from app.marketing.experiments.plans.plan import Guardrail, PlannedMetric
from app.marketing.experiments.values import StoredExperiment

if TYPE_CHECKING:
    from ibis.expr.types import BooleanColumn, IntegerScalar, Table

Metric = PlannedMetric | Guardrail
HOUR, DAY = 3_600.0, 86_400.0  # seconds


def find_span(
    experiment: StoredExperiment, metrics: Sequence[Metric], past_days: int
) -> tuple[float, float]:
    """The span of time whose events `describe_exposed` reads, in seconds since 1970."""
    started = experiment.started or 0.0
    longest = max((metric.hours for metric in metrics), default=0)
    until = 1e12 if experiment.ended is None else experiment.ended + longest * HOUR + 1
    return max(0.0, started - past_days * DAY), until


def describe_exposed(
    activity: "Table", experiment: StoredExperiment, metrics: Sequence[Metric], past_days: int = 0
) -> "Table":
    """A row a follower that was exposed while the experiment ran, in the order of the exposures.

    Columns: pseudonym, variant (the first one), first (its time), variant_count, exposures;
    metric_0 and so on: events of each metric within its hours from the first exposure on;
    past: events of the plan's metric in the days before the start. An event that names another
    experiment isn't counted. Pseudonym "": all readers who aren't known.
    """
    exposed = _describe_exposures(activity, experiment)
    kinds = [metric.event for metric in metrics]
    if past_days:
        kinds.append(experiment.plan.metric.event)
    events = activity.filter(
        activity.kind.isin(kinds) if kinds else activity.kind == "",
        activity.pseudonym != "",
        activity.experiment.isin(["", experiment.id]),
    ).select("pseudonym", "kind", "time")
    followed = events.join(exposed, "pseudonym")
    counts = _count_events(followed, experiment, metrics, past_days)
    counted = followed.group_by("pseudonym").agg(**counts) if counts else None
    if counted is None:
        return exposed.order_by(["first", "pseudonym"])
    joined = exposed.left_join(counted, "pseudonym").drop("pseudonym_right")
    filled = joined.mutate(**{name: joined[name].fill_null(0) for name in counts})
    return filled.order_by(["first", "pseudonym"])


def describe_early_exposures(activity: "Table", experiment: StoredExperiment) -> "Table":
    """One row: `early`, the exposures that name the experiment and are older than its start."""
    exposures = activity.filter(
        activity.experiment == experiment.id,
        activity.kind == EventKind.EXPOSURE.value,
        activity.time < (experiment.started or 0.0),
    )
    return exposures.agg(early=exposures.count())


def _describe_exposures(activity: "Table", experiment: StoredExperiment) -> "Table":
    conditions = [
        activity.experiment == experiment.id,
        activity.kind == EventKind.EXPOSURE.value,
        activity.variant != "",
        activity.time >= (experiment.started or 0.0),
    ]
    if experiment.ended is not None:
        conditions.append(activity.time <= experiment.ended)
    exposures = activity.filter(*conditions)
    return exposures.group_by("pseudonym").agg(
        variant=exposures.variant.collect(order_by=[exposures.time, exposures.id])[0],
        first=exposures.time.min(),
        variant_count=exposures.variant.nunique(),
        exposures=exposures.count(),
    )


def _count_events(
    followed: "Table", experiment: StoredExperiment, metrics: Sequence[Metric], past_days: int
) -> "dict[str, IntegerScalar]":
    def is_within(metric: Metric) -> "BooleanColumn":
        return followed.time.between(followed.first, followed.first + metric.hours * HOUR)

    counts = {
        f"metric_{at}": followed.count(where=(followed.kind == metric.event) & is_within(metric))
        for at, metric in enumerate(metrics)
    }
    if past_days:
        start = experiment.started or 0.0
        is_past = (followed.time < start) & (followed.time >= start - past_days * DAY)
        is_metric = followed.kind == experiment.plan.metric.event
        counts["past"] = followed.count(where=is_metric & is_past)
    return counts
