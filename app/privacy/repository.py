"""Exports and erases all rows of a follower, in every table.

A table takes part by having the columns `account` and `openid`, and a table of its rows' parts by a
column with `info={"of": THE_TABLE}`. An erasure is limited by the column with `info=MADE`. In a
table that has a column with `info=PSEUDONYM` instead, the rows stay, without the pseudonym and
without the columns with `info=PERSONAL`; with `info=ANONYMISED`, under a random id. A row whose
pseudonym has `info=OWN_ROW` is deleted.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.engines import connect_to_read, patient
from app.db.tables import anonyms, citations, conversations, generations, metadata, turns
from app.privacy.pseudonym import get_digits, make_anonym, make_pseudonym

AT_ONCE = 500  # rows of a transaction, so that other writers don't wait long
RETENTION = timedelta(days=180)  # 网络安全法 art. 21: logs for no less than six months


@dataclass(frozen=True, slots=True)
class Followers:
    """Exports and erases one follower's rows, and deletes rows past their retention.

    `key` is that of pseudonyms.
    """

    engine: AsyncEngine
    key: str

    async def export_rows(self, account: str, openid: str) -> dict[str, list[dict[str, Any]]]:
        """The follower's rows by table name, as JSON values; empty tables are left out."""
        rows_by_table: dict[str, list[dict[str, Any]]] = {}
        async with connect_to_read(self.engine) as connection:
            for table in of_followers():
                mine = _of_follower(table, account, openid)
                rows_by_table[table.name] = await _read_rows(connection, table, mine)
                for part in _part_columns(table):
                    theirs = part.in_(select(table.c.id).where(mine))
                    rows_by_table[part.table.name] = await _read_rows(
                        connection, part.table, theirs
                    )
            for column in [*pseudonym_columns(), *own_row_columns()]:
                mine = self._under_pseudonym(column, account, openid)
                rows_by_table[column.table.name] = await _read_rows(connection, column.table, mine)
        return {name: rows for name, rows in rows_by_table.items() if rows}

    async def count(self, account: str, openid: str, until: float) -> int:
        """Count the rows made up to `until`, without their parts: 0 after an erasure."""
        total = 0
        async with connect_to_read(self.engine) as connection:
            for table in of_followers():
                condition = _of_follower_until(table, account, openid, until)
                counting = select(func.count()).select_from(table).where(condition)
                total += await connection.scalar(counting) or 0
            for column in [*pseudonym_columns(), *own_row_columns()]:
                condition = self._under_pseudonym(column, account, openid, until)
                counting = select(func.count()).select_from(column.table).where(condition)
                total += await connection.scalar(counting) or 0
        return total

    async def erase(self, account: str, openid: str, until: float) -> int:
        """Delete the rows made up to `until`, in one transaction; returns their number.

        Later rows stay: a follower who follows again starts anew.
        """
        async with patient(self.engine).begin() as connection:
            row_counts = [
                await _delete_rows(
                    connection, table, _of_follower_until(table, account, openid, until)
                )
                for table in of_followers()
            ]
        return sum(row_counts) + await self.erase_pseudonym(account, openid, until)

    async def erase_pseudonym(self, account: str, openid: str, until: float) -> int:
        """Empty the follower's pseudonym in rows made up to `until`, and delete the follower's own.

        Returns the number of rows.
        """
        row_count, pseudonym = 0, make_pseudonym(openid, self.key)
        async with patient(self.engine).begin() as connection:
            anonym = await _note_anonym(connection, account, pseudonym, until)
            for column in pseudonym_columns():
                mine = self._under_pseudonym(column, account, openid, until)
                changes = _list_erased(column, pseudonym, anonym)
                statement = update(column.table).where(mine).values(changes)
                row_count += (await connection.execute(statement)).rowcount
            for column in own_row_columns():
                mine = self._under_pseudonym(column, account, openid, until)
                row_count += (await connection.execute(delete(column.table).where(mine))).rowcount
        return row_count

    async def drop_old(self, now: float, keep: timedelta = RETENTION) -> int:
        """Delete turns, citations, conversations and generations older than `keep`; their number.

        Runs once an hour; safe from several workers at once.
        """
        before = now - keep.total_seconds()
        times = (
            turns.c.received, citations.c.received, conversations.c.last_active_at,
            generations.c.received,
        )  # fmt: skip
        return sum([await self._drop_rows(time.table, time < before) for time in times])

    async def _drop_rows(self, table: Table, old: ColumnElement[bool]) -> int:
        dropped, last, engine = 0, AT_ONCE, patient(self.engine)
        while last == AT_ONCE:
            some = select(table.c.id).where(old).limit(AT_ONCE)
            async with engine.begin() as connection:
                last = await _delete_rows(connection, table, table.c.id.in_(some))
            dropped += last
        return dropped

    def _under_pseudonym(
        self, column: Column[Any], account: str, openid: str, until: float = math.inf
    ) -> ColumnElement[bool]:
        """The rows of `column`'s table that are the follower's, made up to `until`."""
        table = column.table
        pseudonym = make_pseudonym(openid, self.key)
        return and_(table.c.account == account, column == pseudonym, made_at(table) <= until)


def pseudonym_columns() -> Sequence[Column[Any]]:
    """The columns with a pseudonym that an erasure empties."""
    columns = (column for table in metadata.sorted_tables for column in table.c)
    return [column for column in columns if column.info.get("pseudonym")]


def own_row_columns() -> Sequence[Column[Any]]:
    """The columns with a pseudonym whose rows an erasure deletes."""
    columns = (column for table in metadata.sorted_tables for column in table.c)
    return [column for column in columns if column.info.get("own_row")]


async def _note_anonym(
    connection: AsyncConnection, account: str, pseudonym: str, until: float
) -> str:
    """Note the random id of an erased follower; of one who was erased before it stays the same."""
    row = {"account": account, "pseudonym": pseudonym, "anonym": make_anonym(), "until": until}
    statement = insert(anonyms).values(row)
    later = func.greatest(anonyms.c.until, statement.excluded.until)
    statement = statement.on_conflict_do_update(
        index_elements=["account", "pseudonym"], set_={"until": later, "rewritten": None}
    )
    result = await connection.execute(statement.returning(anonyms.c.anonym))
    return str(result.scalar_one())


def _list_erased(column: Column[Any], pseudonym: str, anonym: str) -> dict[str, Any]:
    """The values that an erasure writes into a row with the pseudonym in `column`."""
    columns = list(column.table.c)
    empty = {
        each.name: {} if isinstance(each.type, JSONB) else ""
        for each in columns
        if each.info.get("personal")
    }
    ids = {
        each.name: func.replace(each, get_digits(pseudonym), get_digits(anonym))
        for each in columns
        if each.info.get("made_of_pseudonym")
    }
    return {column.name: anonym if column.info.get("anonymised") else ""} | empty | ids


def of_followers() -> Sequence[Table]:
    """The tables with followers' rows."""
    return [t for t in metadata.sorted_tables if {"account", "openid"} <= set(t.c.keys())]


def made_at(table: Table) -> Column[Any]:
    """The column with the time at which a follower's row was made."""
    [column] = (column for column in table.c if column.info.get("made"))
    return column


async def _read_rows(
    connection: AsyncConnection, table: Table, condition: ColumnElement[bool]
) -> list[dict[str, Any]]:
    columns = [column for column in table.c if column.name not in {"account", "openid"}]
    rows = await connection.execute(select(*columns).where(condition).order_by(*table.primary_key))
    return [dict(row._mapping) for row in rows]


async def _delete_rows(
    connection: AsyncConnection, table: Table, which: ColumnElement[bool]
) -> int:
    """Delete rows, then their parts: concurrent writers of parts wait for the locked rows."""
    parts = _part_columns(table)
    if not parts:
        return (await connection.execute(delete(table).where(which))).rowcount
    result = await connection.execute(delete(table).where(which).returning(table.c.id))
    ids = list(result.scalars())
    for at in range(0, len(ids), AT_ONCE):
        for part in parts:
            some = part.in_(ids[at : at + AT_ONCE])
            await connection.execute(delete(part.table).where(some))
    return len(ids)


def _part_columns(table: Table) -> list[Column[Any]]:
    """The columns of other tables that refer to a row of `table`."""
    columns = (column for other in metadata.sorted_tables for column in other.c)
    return [column for column in columns if column.info.get("of") == table.name]


def _of_follower(table: Table, account: str, openid: str) -> ColumnElement[bool]:
    return and_(table.c.account == account, table.c.openid == openid)


def _of_follower_until(
    table: Table, account: str, openid: str, until: float
) -> ColumnElement[bool]:
    return and_(_of_follower(table, account, openid), made_at(table) <= until)
