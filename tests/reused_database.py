"""One database for test after test: emptying it takes a tenth of what copying one takes.

The connection that empties it stays open: a new one reads the catalog anew, six times the work.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import asyncpg

from tests.postgres import PostgresServer

# What changes with a table, a column, a constraint or the version of the schema.
SCHEMA_STATE = """
SELECT (SELECT string_agg(version_num, ' ') FROM alembic_version),
    (SELECT count(*) FROM pg_constraint), count(*), max(xmin::text::bigint)
FROM pg_attribute WHERE attrelid >= 16384
"""
DISCONNECT_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# TRUNCATE is dear but gives back the space of tables that a test has filled.
EMPTY_TABLES = """
DO $$
DECLARE name regclass;
BEGIN
    SET LOCAL session_replication_role = replica;  -- rows in any order, whatever refers to them
    FOR name IN SELECT oid FROM pg_class WHERE relkind = 'r' AND oid >= 16384
        AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        IF pg_relation_size(name) > 1000000 THEN
            EXECUTE format('TRUNCATE %s CASCADE', name);
        ELSE
            EXECUTE format('DELETE FROM %s', name);
        END IF;
    END LOOP;
    FOR name IN SELECT oid FROM pg_class WHERE relkind = 'S' AND oid >= 16384 LOOP
        PERFORM setval(name, 1, false);
    END LOOP;
END $$
"""


@dataclass
class ReusedDatabase:
    """A database of `server` that one test after another has; close it at the end."""

    server: PostgresServer
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    url: str = ""
    connection: asyncpg.Connection | None = None
    schema_state: tuple[object, ...] = ()

    async def empty(self) -> str:
        """The URL of a database of this version with nothing in it.

        It is the last test's, unless that test has changed its tables.
        """
        if self.connection is None or not await self._is_emptied(self.connection):
            await self.close()
            self.url = await self.stack.enter_async_context(self.server.copied_database())
            self.connection = await self.stack.enter_async_context(_connection(self.url))
            self.schema_state = await _read_schema_state(self.connection)
        return self.url

    async def close(self) -> None:
        """Remove the database, if there is one."""
        await self.stack.aclose()
        self.connection = None

    async def _is_emptied(self, connection: asyncpg.Connection) -> bool:
        """Empty the tables, if they are still those of this version; tells whether they are."""
        if connection.is_closed():  # by a test
            return False
        await connection.execute(DISCONNECT_OTHERS)
        if await _read_schema_state(connection) != self.schema_state:
            return False
        await connection.execute(EMPTY_TABLES)
        return True


@asynccontextmanager
async def _connection(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""), timeout=5, ssl=False)
    try:
        yield connection
    finally:
        await connection.close()


async def _read_schema_state(connection: asyncpg.Connection) -> tuple[object, ...]:
    try:
        return tuple(await connection.fetchrow(SCHEMA_STATE))
    except asyncpg.UndefinedTableError:  # a test has dropped the table of the version
        return ()
