"""Who was exposed to which variant, and what they did: read from the events, the one truth."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import items, knowledge
from app.dialogue.wording.variant_wordings import ENTRY
from app.marketing.events.analytics import Analytics, describe_activity
from app.marketing.events.values import SealedEvents
from app.marketing.experiments.exposed_activity import (
    DAY,
    Metric,
    describe_early_exposures,
    describe_exposed,
    find_span,
)
from app.marketing.experiments.values import StoredExperiment

EARLY_DAYS = 30  # before the start, in which exposures that don't count are looked for


@dataclass(frozen=True, slots=True)
class ExposedFollower:
    """A follower's first exposure; `variant_count`: how many variants they saw in all."""

    pseudonym: str  # or the random id of an erased follower
    variant: str
    first: float  # seconds since 1970
    variant_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureRecord:
    """Exposed followers in the order of their first exposures, and what they did.

    event_counts: events of each metric by pseudonym; who has none is left out. past: the same of
    the days before the start. unknown: exposures of readers who aren't known, who can't be
    followed up.
    """

    exposed: Sequence[ExposedFollower]
    event_counts: Mapping[Metric, Mapping[str, int]]
    past: Mapping[str, int]
    unknown: int


@dataclass(frozen=True, slots=True)
class ExposureLog:
    """Reads the exposures of experiments and what followed them, sealed days too.

    A query may take minutes: an experiment may have a million followers.
    """

    engine: AsyncEngine
    analytics: Analytics

    async def read_exposures(
        self, experiment: StoredExperiment, metrics: Sequence[Metric] = (), past_days: int = 0
    ) -> ExposureRecord:
        """All exposures with the events of some metrics, and of the plan's in the days before."""
        span = find_span(experiment, metrics, past_days)
        expression = await asyncio.to_thread(
            lambda: describe_exposed(describe_activity(), experiment, metrics, past_days)
        )
        rows = await self.analytics.run(experiment.account, expression, span)
        return await asyncio.to_thread(_read_rows, rows, metrics)

    async def count_early_exposures(self, experiment: StoredExperiment) -> int:
        """Exposures of the days before the start; 0 where those days can't be read any more."""
        started = experiment.started or 0.0
        expression = await asyncio.to_thread(
            lambda: describe_early_exposures(describe_activity(), experiment)
        )
        span = (max(0.0, started - EARLY_DAYS * DAY), started)
        try:
            [row] = await self.analytics.run(experiment.account, expression, span)
        except SealedEvents:
            return 0
        return int(row["early"])

    async def list_deleted_items(self, experiment: StoredExperiment) -> dict[str, float]:
        """The items of its variants that were deleted, with the times."""
        ids = [variant.item for variant in experiment.plan.variants if variant.item]
        query = select(items.c.id, items.c.deleted).where(
            items.c.account == experiment.account, items.c.id.in_(ids), items.c.deleted.is_not(None)
        )
        if not ids:
            return {}
        async with connect_to_read(self.engine) as connection:
            return {row.id: row.deleted for row in await connection.execute(query)}

    async def has_deleted_target(self, experiment: StoredExperiment) -> bool:
        """Whether the entry whose answer its variants word isn't there any more."""
        target = experiment.plan.target
        if not target.startswith(ENTRY):
            return False
        query = select(knowledge.c.id).where(
            knowledge.c.account == experiment.account,
            knowledge.c.id == target.removeprefix(ENTRY),
            knowledge.c.deleted.is_(False),
        )
        async with connect_to_read(self.engine) as connection:
            return await connection.scalar(query) is None


def _read_rows(rows: Sequence[Mapping[str, Any]], metrics: Sequence[Metric]) -> ExposureRecord:
    def count_by_follower(column: str) -> dict[str, int]:
        return {row["pseudonym"]: row[column] for row in followers if row.get(column)}

    followers = [row for row in rows if row["pseudonym"]]
    return ExposureRecord(
        exposed=[
            ExposedFollower(row["pseudonym"], row["variant"], row["first"], row["variant_count"])
            for row in followers
        ],
        event_counts={
            metric: count_by_follower(f"metric_{at}") for at, metric in enumerate(metrics)
        },
        past=count_by_follower("past"),
        unknown=sum(row["exposures"] for row in rows if not row["pseudonym"]),
    )
