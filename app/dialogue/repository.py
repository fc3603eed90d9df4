"""The record of turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.tables import citations, turns


@dataclass(frozen=True, slots=True)
class TurnLog:
    """Writes and erases turns."""

    engine: AsyncEngine

    async def write(
        self, rows: Sequence[dict[str, Any]], cited: Sequence[dict[str, Any]] = ()
    ) -> None:
        """Insert turns, and what they cite; what was written before (a worker died in between)
        stays as it is.
        """
        async with self.engine.begin() as connection:
            await connection.execute(insert(turns).on_conflict_do_nothing(), list(rows))
            if cited:
                await connection.execute(insert(citations).on_conflict_do_nothing(), list(cited))

    async def erase(self, account: str, openid: str, until: float) -> None:
        """Remove one follower's turns of up to `until`: the platform's rule for unsubscribing."""
        async with self.engine.begin() as connection:
            for table in (turns, citations):
                mine = (table.c.account == account) & (table.c.openid == openid)
                mine &= table.c.received <= until
                await connection.execute(delete(table).where(mine))
