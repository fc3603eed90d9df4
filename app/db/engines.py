"""SQLAlchemy engines with time limits, and one error for a database that is unavailable."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import URL, NullPool, event, make_url, select
from sqlalchemy.exc import DBAPIError, DisconnectionError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.errors import DatabaseUnavailable
from app.settings import is_loopback

# Seconds. The server cancels a statement before the client times out, which keeps the connection
# usable. A vanished host cancels nothing; its connection is closed within two further seconds.
CONNECT_WITHIN = 5.0
STATEMENT_WITHIN = 4.0
PATIENT_STATEMENT_WITHIN = 120.0  # erasure, retention, imports, changes of tables
CLIENT_MARGIN = 1.0
POOL_WITHIN = 5.0
# A client that vanished in a transaction must not hold its rows for the two hours of TCP's default.
IDLE_IN_TRANSACTION = 60.0
KEEPALIVE_IDLE, KEEPALIVE_INTERVAL, KEEPALIVE_COUNT = 10, 5, 3
PROBE_WITHIN = 2.0
PROBE_EVERY = 1.0
PING_AFTER = 10.0  # seconds without use after which a connection is pinged first
USED_AT = "used_at"  # of a pooled connection's `info`: time.monotonic of its last use
POSTGRES_PORT = 5432  # where an address names none

# Classes of SQLSTATE: connection, transaction, object in use, resources, operator, host.
TRANSIENT_CLASSES = {"08", "40", "53", "55", "57", "58"}
# Class 22 is a value, 23 a constraint, 54 a program limit: the row will never be accepted.
ROW_CLASSES = {"22", "23", "54"}

# Raised by calls on an engine while the database is unavailable; other errors are bugs or bad rows.
UNAVAILABLE = (DatabaseUnavailable, PoolTimeoutError)


def open_engine(address: str | URL, ping_after: float = PING_AFTER) -> AsyncEngine:
    """An engine with a pool; its calls raise UNAVAILABLE within seconds without a database.

    A connection is pinged before its use where its last one was `ping_after` seconds ago or more.
    """
    bounds = _bounds(STATEMENT_WITHIN)
    engine = _engine(make_url(address), pool_timeout=POOL_WITHIN, connect_args=bounds)
    event.listen(engine.sync_engine, "connect", _note_use)
    event.listen(engine.sync_engine, "checkin", _note_use)
    check = partial(_check_connection, engine.dialect, ping_after)
    event.listen(engine.sync_engine, "checkout", check)
    return engine


def describe_place(url: URL) -> str:
    """The database as HOST:PORT/NAME, without user and password."""
    host = url.host or url.query.get("host") or "localhost"
    place = f"{host}:{url.port or POSTGRES_PORT}/{url.database or ''}"
    return place.rpartition("@")[2]  # an @ in a password that isn't encoded


def patient(engine: AsyncEngine) -> AsyncEngine:
    """An engine of the same database for statements of up to two minutes.

    It has no pool: each block opens a connection, and the engine need not be closed.
    """
    return _engine(engine.url, poolclass=NullPool, connect_args=_bounds(PATIENT_STATEMENT_WITHIN))


@contextlib.asynccontextmanager
async def connect_to_read(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection for statements that only read, each a transaction of its own.

    One round trip a statement: `engine.connect` adds a BEGIN and a ROLLBACK to each block.
    """
    async with engine.connect() as connection:
        yield await connection.execution_options(isolation_level="AUTOCOMMIT")


async def ping(engine: AsyncEngine) -> None:
    """Run `SELECT 1`. Raises UNAVAILABLE when the database doesn't answer."""
    async with connect_to_read(engine) as connection:
        await connection.execute(select(1))


@dataclass(slots=True)
class Probe:
    """Checks whether the database answers, at most once a second for any number of callers."""

    engine: AsyncEngine
    _checked_at: float = float("-inf")  # time.monotonic
    _answers: bool = False
    _checking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def answers(self) -> bool:
        """Whether the database answers within PROBE_WITHIN seconds; cached for PROBE_EVERY."""
        async with self._checking:
            if time.monotonic() - self._checked_at >= PROBE_EVERY:
                self._answers = await self._ask()
                self._checked_at = time.monotonic()
            return self._answers

    async def _ask(self) -> bool:
        try:
            async with asyncio.timeout(PROBE_WITHIN):
                await ping(self.engine)
        except (*UNAVAILABLE, TimeoutError):
            return False
        return True


def is_bad_row(error: BaseException) -> bool:
    """Whether the database refuses the row for its content, so that retries are useless."""
    if isinstance(error, StatementError) and not isinstance(error, DBAPIError):
        return True  # not sent: a value is missing or of a type that the column doesn't take
    return (sqlstate(error) or "")[:2] in ROW_CLASSES or isinstance(
        _driver_error(error), ValueError | TypeError | OverflowError
    )


def _engine(url: URL, connect_args: dict[str, Any], **options: Any) -> AsyncEngine:
    # No TLS on this machine unless the address asks for it: asyncpg's negotiation leaves an error
    # in the event loop when a connection attempt is cancelled.
    if url.host and is_loopback(url.host) and "ssl" not in url.query:
        connect_args = connect_args | {"ssl": False}
    # Parameters are hidden, since errors would quote followers' texts.
    engine = create_async_engine(url, hide_parameters=True, connect_args=connect_args, **options)
    event.listen(engine.sync_engine, "do_connect", _connect)
    event.listen(engine.sync_engine, "handle_error", _translate)
    return engine


def _bounds(seconds: float) -> dict[str, Any]:
    """asyncpg's arguments: time limits of the client and of the server."""
    settings = {
        "statement_timeout": int(seconds * 1000),
        "idle_in_transaction_session_timeout": int(IDLE_IN_TRANSACTION * 1000),
        "tcp_keepalives_idle": KEEPALIVE_IDLE,
        "tcp_keepalives_interval": KEEPALIVE_INTERVAL,
        "tcp_keepalives_count": KEEPALIVE_COUNT,
    }
    return {
        "timeout": CONNECT_WITHIN,
        "command_timeout": seconds + CLIENT_MARGIN,
        "server_settings": {name: str(value) for name, value in settings.items()},
    }


def _connect(dialect: Any, _: object, args: Any, options: Any) -> Any:
    try:
        return dialect.connect(*args, **options)
    except Exception as error:
        if _is_unavailable(error):
            raise DatabaseUnavailable(_describe(error)) from error
        raise


def _note_use(_: object, record: Any) -> None:
    record.info[USED_AT] = time.monotonic()


def _check_connection(
    dialect: Any, ping_after: float, connection: Any, record: Any, _: object
) -> None:
    """Raise DisconnectionError, on which the pool reconnects, where the connection is lost.

    The driver notices by itself that the server has closed it. That it was cut on the way, as
    firewalls do with idle ones, shows only a ping: three round trips, so not before each use.
    SQLAlchemy's pool_pre_ping would raise bare TimeoutErrors; here they are DatabaseUnavailable.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError
    if time.monotonic() - record.info[USED_AT] < ping_after:
        return
    try:
        dialect.do_ping(connection)
    except TimeoutError as error:
        raise DatabaseUnavailable(_describe(error)) from error
    except Exception as error:
        raise DisconnectionError from error


def _translate(context: Any) -> Exception | None:
    error = context.original_exception
    if context.is_disconnect or _is_unavailable(error):
        return DatabaseUnavailable(_describe(error))
    return None


def _is_unavailable(error: BaseException) -> bool:
    """Whether a driver's error means that the database is unavailable."""
    state = sqlstate(error) or ""
    return isinstance(_driver_error(error), OSError) or state[:2] in TRANSIENT_CLASSES


def sqlstate(error: BaseException) -> str | None:
    """The error's SQLSTATE (PostgreSQL's error code), or None."""
    for each in (error, getattr(error, "orig", None), error.__cause__):
        state = getattr(each, "sqlstate", None)
        if isinstance(state, str):
            return state
    return None


def _driver_error(error: BaseException) -> BaseException:
    """The driver's error that SQLAlchemy has wrapped."""
    if isinstance(error, OSError):  # the cause of a TimeoutError is the task's cancellation
        return error
    wrapped = getattr(error, "orig", None) or error
    return wrapped.__cause__ or wrapped


def _describe(error: BaseException) -> str:
    """The driver error's type and first line, which holds no values of rows."""
    lines = str(_driver_error(error)).strip().splitlines()
    name = type(_driver_error(error)).__name__
    return f"{name}: {lines[0]}" if lines else name
