"""Moves the shares of running bandits: in batches, by the rewards that have arrived.

Thompson sampling over Beta posteriors. An exposure counts once its reward had time to come
(`reward_hours`), older ones fade (`half_life_days`), and no variant falls below the floor.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from app.errors import Refusal, StaleRevision
from app.marketing.experiments.exposed_activity import DAY, HOUR
from app.marketing.experiments.exposures import ExposedFollower, ExposureLog
from app.marketing.experiments.service import Experiments
from app.marketing.experiments.values import StoredExperiment

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class MatureReward:
    """An exposure old enough to judge: its variant, its age in days, whether it converted."""

    variant: str
    age: float
    has_converted: bool


@dataclass(frozen=True, slots=True)
class BanditKeeper:
    """Gives bandits new shares when a batch is over. Safe from several workers at once."""

    experiments: Experiments
    exposures: ExposureLog
    clock: Callable[[], float] = field(default=time.time)

    async def reallocate_due(self) -> None:
        """Reallocate all bandits whose batch is over; one that fails doesn't stop the others."""
        now = self.clock()
        for experiment in await self.experiments.store.list_running():
            if experiment.plan.kind == "bandit" and is_due(experiment, now):
                try:
                    await self.reallocate(experiment)
                except StaleRevision:
                    continue  # another worker did it, or a person stopped it
                except Refusal as error:
                    log.warning(
                        "bandit_not_reallocated", experiment=experiment.id, error=str(error)
                    )

    async def reallocate(self, experiment: StoredExperiment) -> StoredExperiment:
        """New shares by the rewards so far. Raises StaleRevision."""
        metric = experiment.plan.metric
        record = await self.exposures.read_exposures(experiment, [metric])
        converted = record.event_counts[metric]
        rewards = list_mature_rewards(experiment, record.exposed, converted, self.clock())
        shares = await asyncio.to_thread(_compute_shares, experiment, rewards)
        return await self.experiments.reallocate(experiment, shares, {"rewards": len(rewards)})


def is_due(experiment: StoredExperiment, now: float) -> bool:
    """Whether the batch that began with the last shares is over.

    So it is where they are of a time that is a batch ahead: the clock was set back since, and the
    shares would stay until it comes there again.
    """
    return abs(now - experiment.periods[-1].start) >= experiment.plan.bandit.batch_hours * HOUR


def list_mature_rewards(
    experiment: StoredExperiment,
    exposed: Sequence[ExposedFollower],
    converted: Mapping[str, int],
    now: float,
) -> list[MatureReward]:
    """The exposures whose rewards had time to come. One that converted sooner waits as well, or
    variants whose rewards come fast would look better than they are.
    """
    until = now - experiment.plan.bandit.reward_hours * HOUR
    return [
        MatureReward(each.variant, (now - each.first) / DAY, each.pseudonym in converted)
        for each in exposed
        if each.first <= until
    ]


def _compute_shares(
    experiment: StoredExperiment, rewards: Sequence[MatureReward]
) -> tuple[float, ...]:
    # Imported here: the statistics are loaded at their first use.
    from app.marketing.experiments.bandit_shares import compute_shares

    return compute_shares(experiment, rewards)
