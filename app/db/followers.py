"""All that the database keeps of a follower, whichever table it is in.

A table joins by having the columns `account` and `openid`; one whose rows have a time has it in
`received`, in seconds since 1970.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.tables import generations, metadata, turns

AT_ONCE = 1_000  # rows; other writers get a turn in between
RETENTION = timedelta(days=180)  # 网络安全法 art. 21: logs for no less than six months


@dataclass(frozen=True, slots=True)
class Followers:
    """Shows and erases what is kept of one follower; drops what is old."""

    engine: AsyncEngine

    async def kept(self, account: str, openid: str) -> dict[str, list[dict[str, Any]]]:
        """By table, as JSON can hold it; tables without anything are left out."""
        async with self.engine.connect() as connection:
            found = {
                table.name: await self._rows(connection, table, account, openid)
                for table in of_followers()
            }
        return {name: rows for name, rows in found.items() if rows}

    async def count(self, account: str, openid: str, until: float) -> int:
        """Rows of up to `until`: 0 after an erasure."""
        async with self.engine.connect() as connection:
            counts = [
                await connection.scalar(
                    select(func.count())
                    .select_from(table)
                    .where(_theirs(table, account, openid, until))
                )
                for table in of_followers()
            ]
        return sum(count or 0 for count in counts)

    async def erase(self, account: str, openid: str, until: float) -> int:
        """Rows of up to `until`, in all tables or none; how many there were.

        Who follows again starts anew: what comes later stays.
        """
        async with self.engine.begin() as connection:
            gone = [
                await connection.execute(
                    delete(table).where(_theirs(table, account, openid, until))
                )
                for table in of_followers()
            ]
        return sum(each.rowcount for each in gone)

    async def drop_old(self, now: float, keep: timedelta = RETENTION) -> int:
        """Turns and the log of generations from before the time that they are kept for.

        How many there were. For once an hour; safe from several workers.
        """
        before = now - keep.total_seconds()
        return await self._drop(turns, before) + await self._drop(generations, before)

    async def _drop(self, table: Table, before: float) -> int:
        dropped = 0
        while True:
            some = select(table.c.id).where(table.c.received < before).limit(AT_ONCE)
            async with self.engine.begin() as connection:
                gone = await connection.execute(delete(table).where(table.c.id.in_(some)))
            dropped += gone.rowcount
            if gone.rowcount < AT_ONCE:
                return dropped

    async def _rows(
        self, connection: AsyncConnection, table: Table, account: str, openid: str
    ) -> list[dict[str, Any]]:
        shown = [column for column in table.c if column.name not in {"account", "openid"}]
        mine = _mine(table, account, openid)
        rows = await connection.execute(select(*shown).where(mine).order_by(*table.primary_key))
        return [dict(row._mapping) for row in rows]


def of_followers() -> Sequence[Table]:
    """Tables that hold something of a follower."""
    return [t for t in metadata.sorted_tables if {"account", "openid"} <= set(t.c.keys())]


def _mine(table: Table, account: str, openid: str) -> ColumnElement[bool]:
    return and_(table.c.account == account, table.c.openid == openid)


def _theirs(table: Table, account: str, openid: str, until: float) -> ColumnElement[bool]:
    mine = _mine(table, account, openid)
    return and_(mine, table.c.received <= until) if "received" in table.c else mine
