"""Who was exposed to which variant, and what they did: read from the events, the one truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Subquery, and_, distinct, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.conditions import is_any_of
from app.db.engines import connect_to_read, patient
from app.db.tables import events, items, sealed_days
from app.marketing.events.days import find_day
from app.marketing.events.values import EventKind
from app.marketing.experiments.plan import Guardrail, PlannedMetric
from app.marketing.experiments.values import SealedEvents, StoredExperiment

HOUR, DAY = 3_600.0, 86_400.0  # seconds


@dataclass(frozen=True, slots=True)
class ExposedFollower:
    """A follower's first exposure; `variant_count`: how many variants they saw in all."""

    pseudonym: str  # or the random id of an erased follower
    variant: str
    first: float  # seconds since 1970
    variant_count: int


@dataclass(frozen=True, slots=True)
class ExposureLog:
    """Reads the exposures of experiments and what followed them.

    A query may take minutes: an experiment may have a million followers.
    """

    engine: AsyncEngine

    async def refuse_sealed(self, experiment: StoredExperiment, start: float) -> None:
        """Raise SealedEvents where days from `start` on are no longer in the database."""
        newest = select(func.max(sealed_days.c.day).label("day")).where(
            sealed_days.c.account == experiment.account
        )
        [row] = await self._read(newest)
        if row["day"] is not None and row["day"] >= find_day(start):
            raise SealedEvents(
                f"the events up to {row['day']} are sealed, and the experiment began before: its"
                " result can't be read any more. EVENTS_OPEN_DAYS keeps more days open"
            )

    async def list_exposed(self, experiment: StoredExperiment) -> list[ExposedFollower]:
        """Each exposed follower once, in the order of the first exposures; erased ones too."""
        exposed = _select_exposed(experiment)
        query = select(exposed).order_by(exposed.c.first, exposed.c.pseudonym)
        return [ExposedFollower(**row) for row in await self._read(query)]

    async def count_unknown(self, experiment: StoredExperiment) -> int:
        """Exposures of readers who aren't known: they can't be followed up."""
        query = select(func.count().label("count")).where(
            _exposures_of(experiment), events.c.pseudonym == ""
        )
        [row] = await self._read(query)
        return int(row["count"])

    async def count_events(
        self, experiment: StoredExperiment, metric: PlannedMetric | Guardrail
    ) -> dict[str, int]:
        """By pseudonym: events of the metric from the first exposure on, within its hours.

        An event that names another experiment isn't counted. Who has none is left out.
        """
        exposed = _select_exposed(experiment)
        until = exposed.c.first + metric.hours * HOUR
        within = and_(events.c.time >= exposed.c.first, events.c.time <= until)
        return await self._count(experiment, exposed, metric.event, within)

    async def count_past(
        self, experiment: StoredExperiment, start: float, days: int
    ) -> dict[str, int]:
        """By pseudonym: events of the metric in the days before the start."""
        exposed = _select_exposed(experiment)
        within = and_(events.c.time < start, events.c.time >= start - days * DAY)
        return await self._count(experiment, exposed, experiment.plan.metric.event, within)

    async def find_first_variant(self, experiment: StoredExperiment, pseudonym: str) -> str:
        """What a follower was shown first; "" for who wasn't exposed."""
        query = (
            select(events.c.variant)
            .where(_exposures_of(experiment), events.c.pseudonym == pseudonym)
            .order_by(events.c.time, events.c.id)
            .limit(1)
        )
        rows = await self._read(query)
        return str(rows[0]["variant"]) if rows else ""

    async def find_first_variants(
        self, experiment: StoredExperiment, pseudonyms: Sequence[str]
    ) -> dict[str, str]:
        """What each of some followers was shown first; without those who weren't exposed.

        Unlike the other queries it has to be quick, and so uses the engine's pool.
        """
        query = (
            select(events.c.pseudonym, events.c.variant)
            .where(_exposures_of(experiment), is_any_of(events.c.pseudonym, pseudonyms))
            .order_by(events.c.time.desc(), events.c.id.desc())
        )
        async with connect_to_read(self.engine) as connection:
            return {row.pseudonym: row.variant for row in await connection.execute(query)}

    async def list_deleted_items(self, experiment: StoredExperiment) -> dict[str, float]:
        """The items of its variants that were deleted, with the times."""
        ids = [variant.item for variant in experiment.plan.variants if variant.item]
        query = select(items.c.id, items.c.deleted).where(
            items.c.account == experiment.account, items.c.id.in_(ids), items.c.deleted.is_not(None)
        )
        return {row["id"]: row["deleted"] for row in await self._read(query)} if ids else {}

    async def _count(
        self,
        experiment: StoredExperiment,
        exposed: Subquery,
        kind: str,
        within: ColumnElement[bool],
    ) -> dict[str, int]:
        query = (
            select(events.c.pseudonym, func.count().label("count"))
            .join(exposed, exposed.c.pseudonym == events.c.pseudonym)
            .where(
                events.c.account == experiment.account,
                events.c.kind == kind,
                or_(events.c.experiment == "", events.c.experiment == experiment.id),
                within,
            )
            .group_by(events.c.pseudonym)
        )
        return {row["pseudonym"]: row["count"] for row in await self._read(query)}

    async def _read(self, query: Select[Any]) -> list[Mapping[str, Any]]:
        async with patient(self.engine).connect() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]


def _exposures_of(experiment: StoredExperiment) -> ColumnElement[bool]:
    """Exposures while the experiment ran."""
    return and_(
        events.c.account == experiment.account,
        events.c.experiment == experiment.id,
        events.c.kind == EventKind.EXPOSURE.value,
        events.c.variant != "",
        events.c.time >= (experiment.started or 0.0),
        events.c.time <= (experiment.ended or float("inf")),
    )


def _select_exposed(experiment: StoredExperiment) -> Subquery:
    in_order = aggregate_order_by(events.c.variant, events.c.time, events.c.id)
    variants = func.array_agg(in_order, type_=ARRAY(String))
    return (
        select(
            events.c.pseudonym,
            variants[1].label("variant"),
            func.min(events.c.time).label("first"),
            func.count(distinct(events.c.variant)).label("variant_count"),
        )
        .where(_exposures_of(experiment), events.c.pseudonym != "")
        .group_by(events.c.pseudonym)
        .subquery()
    )
