"""The database that tests have one after another."""

import asyncpg
import pytest

from tests.reused_database import ReusedDatabase

ADD_ROW = "INSERT INTO knowledge_revisions VALUES ('default', 1)"
NEXT_NUMBER = "SELECT nextval(pg_get_serial_sequence('conversation_messages', 'number'))"
HAS_ROWS = "SELECT count(*) FROM knowledge_revisions"
ADD_TABLE = "CREATE TABLE holds (number INTEGER)"
HAS_TABLE = "SELECT count(*) FROM pg_class WHERE relname = 'holds'"


async def query(url: str, statement: str) -> int | None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""), ssl=False)
    value: int | None = await connection.fetchval(statement)
    await connection.close()
    return value


async def test_the_next_test_finds_no_rows_and_numbers_from_one(
    reused_database: ReusedDatabase, database_url: str
) -> None:
    await query(database_url, ADD_ROW)
    await query(database_url, NEXT_NUMBER)

    url = await reused_database.empty()

    assert (url, await query(url, HAS_ROWS), await query(url, NEXT_NUMBER)) == (database_url, 0, 1)


async def test_a_database_whose_tables_were_changed_is_not_used_again(
    reused_database: ReusedDatabase, database_url: str
) -> None:
    await query(database_url, ADD_TABLE)

    url = await reused_database.empty()

    assert (url != database_url, await query(url, HAS_TABLE)) == (True, 0)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM alembic_version",
        "UPDATE alembic_version SET version_num = '9999'",
        "DROP TABLE alembic_version",
    ],
)
async def test_a_database_whose_version_was_changed_is_not_used_again(
    reused_database: ReusedDatabase, database_url: str, change: str
) -> None:
    await query(database_url, change)

    assert await reused_database.empty() != database_url
