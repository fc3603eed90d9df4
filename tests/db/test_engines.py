"""Every call on a database ends within seconds, and says whether the database is away."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import URL, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import engines, tables
from app.db.engines import UNAVAILABLE, Probe, is_bad_row, open_engine, patient, ping
from app.dialogue.records.repository import TurnLog
from tests import pace
from tests.postgres import PostgresServer
from tests.privacy.test_repository import turn


@asynccontextmanager
async def opened(
    url: str | URL, ping_after: float = engines.PING_AFTER
) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(url, ping_after)
    try:
        yield engine
    finally:
        await engine.dispose()


@dataclass
class Firewall:
    """Stands before a server; a connection that was opened before `forget` ends at its next use."""

    url: URL  # the server's
    age: int = 0

    def forget(self) -> None:
        self.age += 1

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[URL]:
        async with await asyncio.start_server(self._forward, "127.0.0.1", 0) as relay:
            yield self.url.set(port=relay.sockets[0].getsockname()[1])

    async def _forward(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_connection(self.url.host, self.url.port)
        answers, age = asyncio.create_task(_copy(server, to_client)), self.age
        while (packet := await client.read(65536)) and age == self.age:
            to_server.write(packet)
        answers.cancel()
        to_client.transport.abort()
        to_server.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while packet := await source.read(65536):
        target.write(packet)


async def seconds_until_unavailable(engine: AsyncEngine, statement: str = "SELECT 1") -> float:
    started = time.monotonic()
    with pytest.raises(UNAVAILABLE):
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    return time.monotonic() - started


async def test_a_statement_that_takes_too_long_is_cancelled_by_the_server(
    database_url: str,
) -> None:
    async with opened(database_url) as engine:
        assert 3 < await seconds_until_unavailable(engine, "SELECT pg_sleep(60)") < 10
        await ping(engine)


async def test_statements_that_may_take_minutes_have_their_own_limit(database_url: str) -> None:
    async with opened(database_url) as engine, patient(engine).begin() as connection:
        await connection.execute(text("SELECT pg_sleep(6)"))


@pytest.mark.timeout(90)
async def test_a_host_that_hangs_is_an_error_within_seconds_and_no_error_afterwards(
    own_postgres: PostgresServer,
) -> None:
    async with opened(own_postgres.url()) as engine:
        await ping(engine)
        probe = Probe(engine)
        with own_postgres.frozen():
            reused = await seconds_until_unavailable(engine)
            fresh = await seconds_until_unavailable(engine)
            started = time.monotonic()
            answers = await asyncio.gather(*(probe.answers() for _ in range(50)))
            probed = time.monotonic() - started
        await ping(engine)
        await asyncio.sleep(engines.PROBE_EVERY)
        again = await probe.answers()

    assert reused < 15
    assert fresh < 10
    assert probed < 8
    assert (set(answers), again) == ({False}, True)


async def test_a_host_that_hangs_in_a_transaction_is_an_error_within_seconds(
    own_postgres: PostgresServer,
) -> None:
    async with opened(own_postgres.url()) as engine:

        async def freeze_in_transaction() -> None:
            async with engine.begin() as connection:
                await connection.execute(text("SELECT 1"))
                with own_postgres.frozen():
                    await connection.execute(text("SELECT 1"))

        started = time.monotonic()
        with pytest.raises(UNAVAILABLE):
            await freeze_in_transaction()

    assert time.monotonic() - started < pace.seconds(15)


async def test_a_host_that_takes_connections_and_says_nothing_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+asyncpg://a:b@127.0.0.1:{silent.getsockname()[1]}/c"
        async with opened(url) as engine:
            assert await seconds_until_unavailable(engine) < 10


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://a:b@127.0.0.1:1/c",
        "postgresql+asyncpg://a:b@nowhere.invalid/c",
    ],
)
async def test_a_database_that_is_not_there_is_away(url: str) -> None:
    async with opened(url) as engine:
        assert await seconds_until_unavailable(engine) < 5


async def test_a_server_that_stops_and_starts_is_away_in_between(
    own_postgres: PostgresServer,
) -> None:
    async with opened(own_postgres.url()) as engine:
        await ping(engine)
        async with own_postgres.away():
            assert await seconds_until_unavailable(engine) < 5
        await ping(engine)


async def test_a_restart_between_two_uses_of_a_connection_is_no_outage(
    own_postgres: PostgresServer,
) -> None:
    async with opened(own_postgres.url()) as engine:
        await ping(engine)
        async with own_postgres.away():
            pass

        await ping(engine)


async def test_a_connection_that_was_cut_while_unused_is_no_outage(database_url: str) -> None:
    firewall = Firewall(make_url(database_url))
    async with firewall.opened() as url, opened(url, ping_after=0) as engine:
        await ping(engine)
        firewall.forget()

        await ping(engine)


@pytest.mark.parametrize(
    "statement", ["SELECT no_such_column", "SELECT * FROM no_such_table", "SELECT 1/0", "SELEC 1"]
)
async def test_a_wrong_statement_is_no_outage(database_url: str, statement: str) -> None:
    async with opened(database_url) as engine, engine.connect() as connection:
        with pytest.raises(DBAPIError) as refused:
            await connection.execute(text(statement))

    assert is_bad_row(refused.value) == (statement == "SELECT 1/0")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("openid", "o" * 65),
        ("openid", "o\0"),
        ("openid", "\ud800"),
        ("received", "yesterday"),
        ("text", None),
    ],
)
async def test_a_row_that_does_not_fit_is_told_from_an_outage(
    database_url: str, column: str, value: object
) -> None:
    async with opened(database_url) as engine:
        with pytest.raises(Exception) as refused:  # noqa: PT011 - of several kinds
            await TurnLog(engine).write([turn("1") | {column: value}])

    assert is_bad_row(refused.value)


@pytest.mark.parametrize(
    ("text_", "stored"),
    [("发货\0吗", "发货吗"), ("好\ud83d", "好?"), ("\udc00", "?"), ("好😀", "好😀"), ("\0", "")],
)
async def test_prose_is_stored_without_what_no_database_can_hold(
    database_url: str, text_: str, stored: str
) -> None:
    async with opened(database_url) as engine:
        await TurnLog(engine).write([turn("1") | {"text": text_}])
        async with engine.connect() as connection:
            assert await connection.scalar(select(tables.turns.c.text)) == stored
