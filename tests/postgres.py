"""A real PostgreSQL for tests, which a test may stop and freeze."""

import contextlib
import os
import secrets
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import asyncpg

from app.db import schema
from app.db.engines import open_engine
from app.db.private_postgres import DATABASE, PrivatePostgres, private_postgres

# What a crash of the machine would lose is of no use to a test.
QUICK = {"fsync": "off", "synchronous_commit": "off", "max_connections": "300"}


class PostgresServer(PrivatePostgres):
    """The product's server; `start` again finds the same data on the same port."""

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """The host takes connections and packets, and nothing answers."""
        assert self.process is not None
        with frozen([self.process.pid, *self.children()]):
            yield

    @contextlib.contextmanager
    def frozen_children(self) -> Iterator[None]:
        """The server's child processes notice nothing, such as the end of the server."""
        with frozen(self.children()):
            yield

    def children(self) -> list[int]:
        """The ids of the processes that the server has started."""
        assert self.process is not None
        own = self.process.pid
        listing = Path(f"/proc/{own}/task/{own}/children")
        return [int(child) for child in listing.read_text().split()]

    @contextlib.asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Stopped, as by a crash, for as long as the block lasts."""
        await self.stop(signal.SIGQUIT)
        try:
            yield
        finally:
            await self.start()

    @contextlib.asynccontextmanager
    async def copied_database(self) -> AsyncIterator[str]:
        """A database of this version with nothing in it: its SQLAlchemy URL."""
        name = f"test_{secrets.token_hex(8)}"
        await self.execute(f"CREATE DATABASE {name} TEMPLATE {DATABASE} STRATEGY file_copy")
        try:
            yield self.url(name)
        finally:
            await self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    async def execute(self, statement: str) -> None:
        """Run a statement as the owner of everything, in none of the databases that are copied."""
        address = self.url("template1").replace("+asyncpg", "")
        connection = await asyncpg.connect(address, timeout=5, ssl=False)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextlib.contextmanager
def frozen(processes: Sequence[int]) -> Iterator[None]:
    """Stop processes for as long as the block lasts."""
    for process in processes:
        with contextlib.suppress(ProcessLookupError):  # one may end by itself meanwhile
            os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


@contextlib.asynccontextmanager
async def postgres_server(migrated: Path | None = None) -> AsyncIterator[PostgresServer]:
    """A server that runs, on a copy of the folder `migrated`, else with nothing in it."""
    with tempfile.TemporaryDirectory(prefix="huiyin-postgres-") as folder:
        if migrated:
            subprocess.run(["cp", "-a", f"{migrated}/.", folder], check=True)  # noqa: ASYNC221 - 50 ms
        server = PostgresServer(Path(folder), QUICK)
        await server.start()
        try:
            yield server
        finally:
            await server.stop(signal.SIGQUIT)


@contextlib.asynccontextmanager
async def migrated_folder() -> AsyncIterator[Path]:
    """The folder of a server, stopped, whose database has the tables of this version."""
    async with postgres_server() as server:
        await migrate(server.url())
        await server.stop()
        yield server.folder


@contextlib.asynccontextmanager
async def private_database(folder: Path) -> AsyncIterator[str]:
    """The URL of a database of this version on a server as `make run` starts it."""
    async with private_postgres(folder) as url:
        await migrate(url)
        yield url


async def migrate(url: str) -> None:
    """Bring a database to this version."""
    engine = open_engine(url)
    await schema.upgrade(engine)
    await engine.dispose()
