"""A real PostgreSQL for tests, which a test may stop and freeze."""

import contextlib
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg

from app.db.private_postgres import PrivatePostgres

# What a crash of the machine would lose is of no use to a test.
QUICK = {"fsync": "off", "synchronous_commit": "off", "max_connections": "300"}


class PostgresServer(PrivatePostgres):
    """The product's server; `start` again finds the same data on the same port."""

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """The host takes connections and packets, and nothing answers."""
        assert self.process is not None
        processes = [self.process.pid, *self.children()]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

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

    async def execute(self, statement: str, database: str = "postgres") -> None:
        """Run a statement as the owner of everything."""
        address = self.url(database).replace("+asyncpg", "")
        connection = await asyncpg.connect(address, timeout=5, ssl=False)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextlib.asynccontextmanager
async def postgres_server() -> AsyncIterator[PostgresServer]:
    """A server that runs, with nothing in it."""
    with tempfile.TemporaryDirectory(prefix="huiyin-postgres-") as folder:
        server = PostgresServer(Path(folder), QUICK)
        await server.start()
        try:
            yield server
        finally:
            await server.stop(signal.SIGQUIT)
