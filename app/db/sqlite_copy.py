"""Copies a database of version 0.1 (an SQLite file) into an empty PostgreSQL database."""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    Table,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.engines import connect_to_read, is_bad_row, patient
from app.db.stored_answers import convert_answers
from app.db.tables import conversation_messages, metadata
from app.errors import BadSettings

ROWS_AT_ONCE = 500
# What version 0.1 called a table or column that has another name now.
OLD_NAMES = {
    "account_documents": "books",
    "chunks.split_version": "parting",
    "citations.source_id": "cited",
    "conversations.closed_at": "closed",
    "conversations.end_reason": "ended",
    "conversations.last_active_at": "last",
    "conversations.opened_at": "opened",
    "conversations.taken_at": "taken",
    "imports.created": "filed",
    "imports.leased_by": "holder",
    "imports.leased_until": "held_until",
    "outbox.remaining": "rest",
    "outbox.reserved_at": "boarded",
    "outbox.sent_with": "carrier",
    "turns.sentiment": "mood",
    "turns.text": "said",
}


async def copy_database(file: Path, engine: AsyncEngine) -> dict[str, int]:
    """Copy every row in one transaction; returns row counts by name, of tables that the file has.

    The database of `engine` must have this version's tables. Raises BadSettings when a table has
    rows, when `file` isn't such a database, and when a row doesn't fit.
    """
    try:
        with contextlib.closing(_open(file)) as source:
            async with patient(engine).begin() as connection:
                await _refuse_rows(connection)
                counts = {
                    table.name: await _copy_table(source, connection, table)
                    for table in metadata.sorted_tables
                    if _list_columns(source, table)
                }
                await connection.run_sync(convert_answers, "remaining")
                await _continue_numbers(connection)
    except sqlite3.Error as error:
        raise BadSettings([f"--from: {file} can't be read ({error})."]) from None
    return counts


def _open(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True)
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if "turns" not in names:
        connection.close()
        raise BadSettings([f"--from: {file} isn't a database of ours: it has no table turns."])
    return connection


async def find_filled_tables(engine: AsyncEngine) -> list[str]:
    """The names of the tables that have rows, in a database of any version."""
    async with connect_to_read(engine) as connection:
        return await _find_filled_tables(connection)


async def _find_filled_tables(connection: AsyncConnection) -> list[str]:
    present = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    return [
        table.name
        for table in metadata.sorted_tables
        if table.name in present
        and await connection.scalar(select(select(literal(1)).select_from(table).exists()))
    ]


async def _refuse_rows(connection: AsyncConnection) -> None:
    filled = await _find_filled_tables(connection)
    if filled:
        raise BadSettings(
            [f"--from: the database isn't empty, it has rows in {', '.join(filled)}."]
        )


async def _copy_table(source: sqlite3.Connection, target: AsyncConnection, table: Table) -> int:
    copied = 0
    for rows in _read_rows(source, table):
        try:
            await target.execute(insert(table), rows)
        except SQLAlchemyError as error:
            if not is_bad_row(error):
                raise
            raise BadSettings(
                [f"--from: a row of table {table.name} doesn't fit ({str(error).splitlines()[0]})."]
            ) from None
        copied += len(rows)
    return copied


def old_name(part: Table | Column[Any]) -> str:
    """The name in a file of version 0.1."""
    return OLD_NAMES.get(str(part), part.name)


def _list_columns(source: sqlite3.Connection, table: Table) -> list[Column[Any]]:
    """The table's columns that the file has; none where it lacks the table."""
    present = {row[1] for row in source.execute(f'PRAGMA table_info("{old_name(table)}")')}
    return [column for column in table.c if old_name(column) in present]


def _read_rows(source: sqlite3.Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Yield a table's rows, ROWS_AT_ONCE at a time; older files may lack columns."""
    columns = _list_columns(source, table)
    names = ", ".join(f'"{old_name(column)}"' for column in columns)
    cursor = source.execute(f'SELECT {names} FROM "{old_name(table)}"')  # noqa: S608 - ours
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        yield [
            {column.name: _value(column, value) for column, value in zip(columns, row, strict=True)}
            for row in rows
        ]


def _value(column: Column[Any], value: Any) -> Any:
    """Convert an SQLite value to the column's Python type: SQLite has no booleans and no JSON."""
    if value is None:
        return None
    if isinstance(column.type, JSON):
        return json.loads(value)
    if isinstance(column.type, Boolean):
        return bool(value)
    return float(value) if isinstance(column.type, Float) else value


async def _continue_numbers(connection: AsyncConnection) -> None:
    """Set the sequence of message numbers to the last number copied."""
    last = await connection.scalar(select(func.max(conversation_messages.c.number)))
    if last:
        sequence = "pg_get_serial_sequence('conversation_messages', 'number')"
        await connection.execute(text(f"SELECT setval({sequence}, :last)"), {"last": last})
