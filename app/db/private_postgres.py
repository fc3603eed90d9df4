"""Runs a private PostgreSQL server with the programs of a wheel: see docs/decisions/0023."""

import asyncio
import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from app.db.postgres_programs import build_command
from app.db.server_folder import lock_folder, read_postmaster, unusable_folder
from app.errors import BadSettings
from app.kit.ports import find_free_port

ROLE = DATABASE = "postgres"
START_WITHIN = 60.0  # seconds; after a crash the log is replayed first
STOP_WITHIN = 20.0
POLL_EVERY = 0.05
# Where the server was killed, its child processes hold its shared memory until they notice.
CRASH_OVER_WITHIN = 10.0
STILL_ATTACHED = "shared memory block"
SERVER_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # their paths are limited to 107 characters
    # Errors of statements quote values of rows: they are kept out of the server's log.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
}


@dataclass
class PrivatePostgres:
    """A server whose files are in `folder`: data, password, log and lock.

    One process at a time may run it. `options` are added to SERVER_OPTIONS.
    """

    folder: Path
    options: dict[str, str] = field(default_factory=dict)
    port: int = 0  # 0: a free one is chosen at each start
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder; it exists once the server has been initialised."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.folder / "postgres.log"

    def url(self, database: str = DATABASE) -> str:
        """The SQLAlchemy URL of a database. Raises BadSettings if the password can't be read."""
        return self._build_url(self.port, database)

    async def start(self) -> None:
        """Initialise the data if needed, start the server, and wait until it takes connections.

        Raises BadSettings when the server can't be initialised or started.
        """
        if not self.data.exists():
            await self._create_data_folder()
        await self._stop_orphan()
        until = time.monotonic() + CRASH_OVER_WITHIN
        while True:
            output = await self._launch()
            if output is None:
                return
            if STILL_ATTACHED not in output or time.monotonic() >= until:
                raise self._not_started(output)
            await asyncio.sleep(POLL_EVERY)

    async def _launch(self) -> str | None:
        """Start the server and wait until it takes connections: None, else what it has logged."""
        port = self.port = self.port or find_free_port()
        options = SERVER_OPTIONS | {"port": str(port)} | self.options
        settings = [f"--{name}={value}" for name, value in options.items()]
        with self.log.open("ab") as log:
            log_offset = log.tell()
            # A new session: Ctrl-C must stop this process first, then the server.
            self.process = subprocess.Popen(  # noqa: ASYNC220, S603 - returns at once; fixed command
                build_command("postgres", "-D", str(self.data.absolute()), *settings),
                stdout=log, stderr=log, start_new_session=True, cwd="/",
            )  # fmt: skip
        ready = False
        try:
            ready = await self._wait_until_ready(self.process)
        finally:
            if not ready:
                await self.stop()
        return None if ready else self._read_log(log_offset)

    def _read_log(self, offset: int) -> str:
        with self.log.open("rb") as log:
            log.seek(offset)
            return log.read().decode(errors="replace")

    async def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Disconnect all clients, stop the server and wait; SIGQUIT stops without a checkpoint."""
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            await asyncio.to_thread(process.wait, STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            await asyncio.to_thread(process.wait, STOP_WITHIN)

    async def running_url(self) -> str | None:
        """The URL of the server that runs on this data, started by any process; else None."""
        postmaster = read_postmaster(self.data)
        if postmaster is None or not (self.folder / "password").exists():
            return None
        url = self._build_url(postmaster[1], DATABASE)
        return url if await _takes_connections(url) else None

    def _build_url(self, port: int, database: str) -> str:
        try:
            password = (self.folder / "password").read_text()
        except OSError as error:
            raise unusable_folder(self.folder / "password", error) from None
        return f"postgresql+asyncpg://{ROLE}:{password}@127.0.0.1:{port}/{database}"

    async def _create_data_folder(self) -> None:
        """Run initdb in a temporary folder, then rename it: an abort leaves no partial data."""
        draft, password = self.folder / "data.new", self.folder / "password"
        try:
            shutil.rmtree(draft, ignore_errors=True)
            password.touch(mode=0o600)
            password.write_text(secrets.token_urlsafe(24))
        except OSError as error:
            raise unusable_folder(self.folder, error) from None
        initdb = await asyncio.create_subprocess_exec(
            *build_command(
                "initdb", "-D", str(draft.absolute()), "-U", ROLE, "--auth=scram-sha-256",
                f"--pwfile={password.absolute()}", "--encoding=UTF8", "--locale=C.UTF-8",
                # The password is random: stretching it costs each connection 10 ms for nothing.
                "--set=scram_iterations=1",
                *(["--no-sync"] if self.options.get("fsync") == "off" else []),
            ),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True, cwd="/",
        )  # fmt: skip
        try:
            _, output = await initdb.communicate()
        finally:
            if initdb.returncode is None:
                os.killpg(initdb.pid, signal.SIGTERM)  # includes the server that initdb runs
                await initdb.wait()
        if initdb.returncode:
            raise self._not_started(output.decode(errors="replace"))
        draft.rename(self.data)

    async def _stop_orphan(self) -> None:
        """Stop a server whose parent process was killed before stopping it."""
        postmaster = read_postmaster(self.data)
        if postmaster is None or await self.running_url() is None:
            return  # PostgreSQL itself removes the file of a server that has crashed
        os.kill(postmaster[0], signal.SIGINT)
        with contextlib.suppress(TimeoutError):  # then the new server reports the running one
            async with asyncio.timeout(STOP_WITHIN):
                while read_postmaster(self.data) == postmaster:  # noqa: ASYNC110 - no event tells
                    await asyncio.sleep(POLL_EVERY)

    async def _wait_until_ready(self, process: "subprocess.Popen[bytes]") -> bool:
        """Whether the server takes connections before it ends or `START_WITHIN` is over."""
        url, until = self.url(), time.monotonic() + START_WITHIN
        while process.poll() is None and time.monotonic() < until:
            if await _takes_connections(url):
                return True
            await asyncio.sleep(POLL_EVERY)
        return False

    def _not_started(self, output: str) -> BadSettings:
        lines = [line for line in output.splitlines() if re.search("FATAL: |PANIC: |error: ", line)]
        reason = lines[-1] if lines else "it gives no reason"
        place = f"DATA_DIR: the private PostgreSQL in {self.folder}"
        return BadSettings([f"{place} does not start ({reason}); see {self.log.name} there."])


@contextlib.asynccontextmanager
async def private_postgres(folder: Path) -> AsyncIterator[str]:
    """Run a server on the data in `folder` and yield its SQLAlchemy URL.

    Raises BadSettings when another process uses the folder, or the server doesn't start.
    """
    server = PrivatePostgres(folder)
    with lock_folder(folder):
        await server.start()
        try:
            yield server.url()
        finally:
            await server.stop()


@contextlib.asynccontextmanager
async def joined_postgres(folder: Path) -> AsyncIterator[str]:
    """Yield the URL of the server that already runs on `folder`, else run one."""
    url = await PrivatePostgres(folder).running_url()
    if url:
        yield url
        return
    async with private_postgres(folder) as server_url:
        yield server_url


async def _takes_connections(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""), timeout=5, ssl=False)
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    await connection.close()
    return True
