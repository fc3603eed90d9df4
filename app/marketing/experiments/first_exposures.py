"""What a running bandit showed followers first, where it has to be quick: from the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.conditions import is_any_of
from app.db.engines import connect_to_read
from app.db.tables import events, sealed_exposures
from app.marketing.events.values import EventKind
from app.marketing.experiments.values import StoredExperiment


@dataclass(frozen=True, slots=True)
class FirstExposures:
    """Finds them among the events of open days, and what was noted of sealed ones."""

    engine: AsyncEngine

    async def find_first_variants(
        self, experiment: StoredExperiment, pseudonyms: Sequence[str]
    ) -> dict[str, str]:
        """The first variant of each of some followers; without those who weren't exposed."""
        on_open_days = select(
            events.c.pseudonym, events.c.variant, events.c.time, events.c.id
        ).where(
            events.c.account == experiment.account,
            events.c.experiment == experiment.id,
            events.c.kind == EventKind.EXPOSURE.value,
            events.c.variant != "",
            events.c.time >= (experiment.started or 0.0),
            events.c.time <= (experiment.ended or float("inf")),
            is_any_of(events.c.pseudonym, pseudonyms),
        )
        sealed = sealed_exposures.c
        on_sealed_days = select(
            sealed.pseudonym, sealed.variant, sealed.time, literal("").label("id")
        ).where(
            sealed.account == experiment.account,
            sealed.experiment == experiment.id,
            is_any_of(sealed.pseudonym, pseudonyms),
        )
        both = on_open_days.union_all(on_sealed_days).subquery()
        query = select(both).order_by(both.c.time.desc(), both.c.id.desc())
        async with connect_to_read(self.engine) as connection:
            return {row.pseudonym: row.variant for row in await connection.execute(query)}
