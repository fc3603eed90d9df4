"""The database tables of turns and their citations."""

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
        self, rows: Sequence[dict[str, Any]], citation_rows: Sequence[dict[str, Any]] = ()
    ) -> None:
        """Insert turns and citations; rows that were written before, by a worker that died before
        it confirmed them, stay unchanged.
        """
        async with self.engine.begin() as connection:
            await connection.execute(insert(turns).on_conflict_do_nothing(), list(rows))
            if citation_rows:
                await connection.execute(
                    insert(citations).on_conflict_do_nothing(), list(citation_rows)
                )

    async def erase(self, account: str, openid: str, until: float) -> None:
        """Delete a follower's turns and citations received up to `until` (Unix seconds): the
        platform requires it when a follower unsubscribes.
        """
        async with self.engine.begin() as connection:
            for table in (turns, citations):
                mine = (table.c.account == account) & (table.c.openid == openid)
                mine &= table.c.received <= until
                await connection.execute(delete(table).where(mine))
