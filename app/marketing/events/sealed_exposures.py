"""What running bandits showed followers first on days that are sealed: read while they wait.

A bandit's follower keeps the variant of their first exposure, and a file is too slow to ask then.
The rows are written as a day is sealed, and deleted once the bandit ends.
"""

from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.marketing.events.days import find_start

# Days aren't always sealed in their order: an earlier exposure takes the place of a later one.
_NOTE = text(
    "INSERT INTO sealed_exposures AS s (account, experiment, pseudonym, variant, time, recorded)"
    " SELECT DISTINCT ON (e.experiment, e.pseudonym)"
    " e.account, e.experiment, e.pseudonym, e.variant, e.time, e.recorded"
    " FROM events AS e JOIN experiments AS x ON x.account = e.account AND x.id = e.experiment"
    " WHERE e.account = :account AND e.time >= :since AND e.time < :until"
    " AND e.kind = 'exposure' AND e.variant <> '' AND e.pseudonym <> ''"
    " AND x.state = 'running' AND x.plan->>'kind' = 'bandit' AND e.time >= x.started"
    " ORDER BY e.experiment, e.pseudonym, e.time, e.id"
    " ON CONFLICT (account, experiment, pseudonym) DO UPDATE"
    " SET variant = excluded.variant, time = excluded.time, recorded = excluded.recorded"
    " WHERE s.time > excluded.time"
)
_DROP_ENDED = text(
    "DELETE FROM sealed_exposures AS s WHERE NOT EXISTS (SELECT FROM experiments AS x"
    " WHERE x.account = s.account AND x.id = s.experiment AND x.state = 'running')"
)
_DROP_OLD = text("DELETE FROM sealed_exposures WHERE time < :before")


async def note_first_exposures(connection: AsyncConnection, account: str, day: date) -> None:
    """Note the day's first exposures of running bandits, before its events leave the database."""
    span = {"since": find_start(day), "until": find_start(day + timedelta(days=1))}
    await connection.execute(_NOTE, {"account": account, **span})


async def drop_ended_exposures(connection: AsyncConnection) -> None:
    """Delete those of bandits that don't run any more."""
    await connection.execute(_DROP_ENDED)


async def drop_old_exposures(connection: AsyncConnection, first_day: date) -> None:
    """Delete those of days before `first_day`, as their events are deleted."""
    await connection.execute(_DROP_OLD, {"before": find_start(first_day)})
