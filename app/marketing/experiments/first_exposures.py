"""What followers were shown first: the open days of the database, where it has to be quick."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.conditions import is_any_of
from app.db.engines import connect_to_read
from app.db.tables import events
from app.marketing.events.values import EventKind
from app.marketing.experiments.values import StoredExperiment


@dataclass(frozen=True, slots=True)
class FirstExposures:
    """Finds them in the database alone: an exposure of a sealed day isn't seen any more."""

    engine: AsyncEngine

    async def find_first_variants(
        self, experiment: StoredExperiment, pseudonyms: Sequence[str]
    ) -> dict[str, str]:
        """The first variant of each of some followers; without those who weren't exposed."""
        query = (
            select(events.c.pseudonym, events.c.variant)
            .where(
                events.c.account == experiment.account,
                events.c.experiment == experiment.id,
                events.c.kind == EventKind.EXPOSURE.value,
                events.c.variant != "",
                events.c.time >= (experiment.started or 0.0),
                events.c.time <= (experiment.ended or float("inf")),
                is_any_of(events.c.pseudonym, pseudonyms),
            )
            .order_by(events.c.time.desc(), events.c.id.desc())
        )
        async with connect_to_read(self.engine) as connection:
            return {row.pseudonym: row.variant for row in await connection.execute(query)}
