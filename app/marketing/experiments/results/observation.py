"""What was seen of an experiment so far, read at one time from the events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.marketing.experiments.exposed_activity import Metric
from app.marketing.experiments.exposures import ExposedFollower, ExposureLog
from app.marketing.experiments.stats.values import VariantCounts
from app.marketing.experiments.values import StoredExperiment, WrongExperimentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Exposed followers in the order of their first exposures, and what they did.

    event_counts: events of each metric by pseudonym; who has none is left out. past: the same of
    the days before the start. unknown: exposures of readers who aren't known.
    """

    now: float  # seconds since 1970
    exposed: Sequence[ExposedFollower]
    event_counts: Mapping[Metric, Mapping[str, int]]
    past: Mapping[str, int]
    unknown: int
    deleted_items: Mapping[str, float]  # item -> when it was deleted
    is_target_deleted: bool = False  # the entry that the variants word
    early: int = 0  # exposures before the start, read only where there is none since

    def has_converted(self, metric: Metric, follower: ExposedFollower) -> bool:
        """Whether the follower has an event of the metric."""
        return follower.pseudonym in self.event_counts[metric]


async def observe(log: ExposureLog, experiment: StoredExperiment, now: float) -> Observation:
    """Read what was seen of an experiment. Raises WrongExperimentState."""
    if experiment.started is None:
        raise WrongExperimentState(
            "the experiment is a draft: start it, then it has a result",
            chinese="实验还是草稿：开始之后才有结果",
        )
    plan = experiment.plan
    metrics: tuple[Metric, ...] = (plan.metric, *plan.more_metrics, *plan.guardrails)
    record = await log.read_exposures(experiment, metrics, plan.past_days)
    return Observation(
        now=now,
        exposed=record.exposed,
        event_counts=record.event_counts,
        past=record.past,
        unknown=record.unknown,
        deleted_items=await log.list_deleted_items(experiment),
        is_target_deleted=await log.has_deleted_target(experiment),
        early=0 if record.exposed else await log.count_early_exposures(experiment),
    )


def count_variants(
    experiment: StoredExperiment, observation: Observation, metric: Metric
) -> tuple[VariantCounts, ...]:
    """Followers exposed and converted by variant, in the order of the plan."""
    names = experiment.plan.variant_names
    exposures, conversions = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    for follower in observation.exposed:
        if follower.variant in exposures:
            exposures[follower.variant] += 1
            conversions[follower.variant] += observation.has_converted(metric, follower)
    return tuple(VariantCounts(name, exposures[name], conversions[name]) for name in names)
