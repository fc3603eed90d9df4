"""A database of version 0.1, a file of SQLite, goes into PostgreSQL with every value."""

import contextlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Integer, LargeBinary, Table, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.cli import migrate
from app.db import tables
from app.db.sqlite_copy import copy_database, old_name
from app.db.stored_answers import ANSWERS
from app.errors import BadSettings
from app.messages.values import Text, to_json

SCHEMA = Path(__file__).with_name("version_0_1.sqlite.sql")
ROWS = 3


def example(column: Column[Any], number: int) -> Any:
    """A value of the column's kind, another one in each row."""
    kinds: list[tuple[type[Any], Any]] = [
        (JSON, {"问": [number, None, "答"]}),
        (Boolean, number % 2 == 0),
        (Float, None if column.nullable and number == 0 else number + 0.25),
        (BigInteger, 2**40 + number),
        (Integer, number + 1),
        (LargeBinary, bytes([0, 255, number])),
    ]
    for kind, value in kinds:
        if isinstance(column.type, kind):
            return value
    return None if column.nullable and number == 0 else f"{column.name}-{number}"[:16]


# Columns that version 0.1 did not have, by table, with their defaults.
ADDED: dict[str, dict[str, Any]] = {
    "conversation_messages": {"refusal": ""},
    "outbox": {"drop_reason": ""},
}


def copied_columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.c if column.name not in ADDED.get(table.name, {})]


def is_in_version_0_1(table: Table) -> bool:
    return f"CREATE TABLE {old_name(table)} " in SCHEMA.read_text("utf-8")


EXAMPLES = {
    table.name: [
        {column.name: example(column, number) for column in copied_columns(table)}
        for number in range(ROWS)
    ]
    for table in tables.metadata.sorted_tables
    if is_in_version_0_1(table)
}


# Answers are JSON from the next version on.
CONVERTED = {*ANSWERS, ("outbox", "remaining")}
COPIED = {
    table: [
        {
            name: to_json(Text(content=value)) if (table, name) in CONVERTED else value
            for name, value in row.items()
        }
        | ADDED.get(table, {})
        for row in rows
    ]
    for table, rows in EXAMPLES.items()
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """With rows in every table."""
    path = tmp_path / "hui yin#1.db"
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(SCHEMA.read_text("utf-8"))
        for name, rows in EXAMPLES.items():
            table = tables.metadata.tables[name]
            columns = ", ".join(old_name(column) for column in copied_columns(table))
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(
                f"INSERT INTO {old_name(table)} ({columns}) VALUES ({marks})",
                [[stored(value) for value in row.values()] for row in rows],
            )
    return path


def stored(value: Any) -> Any:
    """As version 0.1 stored it."""
    return json.dumps(value) if isinstance(value, dict) else value


def change(file: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


async def read_all(engine: AsyncEngine) -> dict[str, list[dict[str, Any]]]:
    async with engine.connect() as connection:
        rows_by_table = {
            table.name: [
                dict(row._mapping)
                for row in await connection.execute(
                    select(table).order_by(*table.primary_key.columns)
                )
            ]
            for table in tables.metadata.sorted_tables
        }
    return {name: rows for name, rows in rows_by_table.items() if rows or name in EXAMPLES}


async def refusal(file: Path, engine: AsyncEngine) -> str:
    with pytest.raises(BadSettings) as refused:
        await copy_database(file, engine)
    [fault] = refused.value.faults
    return fault


async def test_every_value_of_every_table_is_copied(file: Path, engine: AsyncEngine) -> None:
    counts = await copy_database(file, engine)

    assert await read_all(engine) == COPIED
    assert counts == dict.fromkeys(EXAMPLES, ROWS)


async def test_the_next_message_has_the_number_after_the_last(
    file: Path, engine: AsyncEngine
) -> None:
    await copy_database(file, engine)
    row = EXAMPLES["conversation_messages"][0] | {"key": "next"}
    row.pop("number")

    async with engine.begin() as connection:
        statement = tables.conversation_messages.insert().values(**row)
        number = await connection.scalar(statement.returning(tables.conversation_messages.c.number))

    assert number == 2**40 + ROWS


async def test_a_database_that_has_rows_is_left_alone(file: Path, engine: AsyncEngine) -> None:
    await copy_database(file, engine)

    fault = await refusal(file, engine)

    assert fault == (
        f"--from: the database isn't empty, it has rows in {', '.join(sorted(EXAMPLES))}."
    )
    assert await read_all(engine) == COPIED


async def test_a_row_that_does_not_fit_copies_nothing(file: Path, engine: AsyncEngine) -> None:
    change(file, f"UPDATE turns SET openid = '{'o' * 65}' WHERE id = 'id-1'")

    fault = await refusal(file, engine)

    assert fault.startswith("--from: a row of table turns doesn't fit (")
    assert "o" * 65 not in fault
    assert not any((await read_all(engine)).values())


async def test_what_an_older_file_does_not_have_is_left_at_its_default(
    file: Path, engine: AsyncEngine
) -> None:
    change(file, "ALTER TABLE conversations DROP COLUMN priority")
    change(file, "DROP TABLE gap_answers")

    counts = await copy_database(file, engine)

    copied = await read_all(engine)
    assert [row["priority"] for row in copied["conversations"]] == [0] * ROWS
    assert ("gap_answers" in counts, counts["turns"]) == (False, ROWS)


@pytest.mark.parametrize("content", [None, b"", b"no database at all, only text in a file" * 9])
async def test_a_file_that_is_no_database_of_ours_is_refused(
    tmp_path: Path, engine: AsyncEngine, content: bytes | None
) -> None:
    other = tmp_path / "other.db"
    if content is not None:
        other.write_bytes(content)

    assert (await refusal(other, engine)).startswith(f"--from: {other} ")


def test_the_command_prints_what_it_has_copied(
    file: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)

    code = migrate.main(["--from", str(file)])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert [line.split() for line in lines[1:-1]] == [[str(ROWS), name] for name in EXAMPLES]
    assert lines[-1].split(maxsplit=1) == [
        str(ROWS * len(EXAMPLES)), f"rows copied from {file}",
    ]  # fmt: skip
