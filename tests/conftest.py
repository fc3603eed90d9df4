import os
import socket
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog
from redis.asyncio import Redis
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.cli.processes import freeze_loaded_objects
from app.resources import private_redis, redis_client
from tests import coverage_sample, pace, run_order
from tests.own_redis import OwnRedis
from tests.postgres import PostgresServer, migrated_folder, postgres_server
from tests.reused_database import ReusedDatabase
from tests.service import Service, service

# rich's tracebacks show all locals, which stops the event loop for seconds on a busy machine.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

# How long an example takes says nothing on a busy machine.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")

MOST_PROCESSES = 8  # each loads the models once more: 1.5 GB of memory, half a minute of a core

Open = Callable[..., AbstractAsyncContextManager[Service]]


def pytest_xdist_auto_num_workers() -> int:
    """The processes of `-n auto`: two for each core, as tests wait for half of their time."""
    return min(2 * (os.cpu_count() or 1), MOST_PROCESSES)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests; stretch the bounds of those that have one of their own."""
    items[:] = run_order.deal_long_tests(items)
    for item in items:
        if bound := item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(pace.seconds(bound.args[0])), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Measure the coverage of imports in one process only."""
    with coverage_sample.measure(coverage_sample.is_first_process()):
        return (yield)


def pytest_collection_finish() -> None:
    """Exclude what is loaded from garbage collection: a full run over it takes a second."""
    freeze_loaded_objects()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure the coverage of some tests only, with their fixtures."""
    with coverage_sample.measure(coverage_sample.is_measured(item)):
        return (yield)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def no_certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No certificates to load: httpx reads 140 of them for each client, 40 ms of a processor."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_DIR", str(tmp_path_factory.mktemp("no_certificates")))
        yield


@pytest.fixture(scope="session")
async def redis_server(
    anyio_backend: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """One real Redis for the whole run."""
    async with private_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
async def redis_url(redis_server: str) -> str:
    """That Redis, with nothing in it."""
    return await empty_redis(redis_server)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Any]:
    """A client of it, as the service opens it."""
    async with redis_client(redis_url) as client:
        yield client


async def empty_redis(redis_url: str) -> str:
    """Remove all keys of this database; return its URL."""
    async with Redis.from_url(redis_url) as client:
        await client.flushdb()
    return redis_url


@pytest.fixture(scope="session")
async def migrated_postgres(anyio_backend: str) -> AsyncIterator[Path]:
    """The folder that each PostgreSQL of the run is a copy of."""
    async with migrated_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
async def shared_postgres(migrated_postgres: Path) -> AsyncIterator[PostgresServer]:
    """One real PostgreSQL for the whole run: no test stops it."""
    async with postgres_server(migrated_postgres) as server:
        yield server


@pytest.fixture(scope="session")
async def reused_database(shared_postgres: PostgresServer) -> AsyncIterator[ReusedDatabase]:
    """A database in it that one test after another has."""
    database = ReusedDatabase(shared_postgres)
    yield database
    await database.close()


@pytest.fixture
async def database_url(reused_database: ReusedDatabase) -> str:
    """That database, with nothing in it: its SQLAlchemy URL."""
    return await reused_database.empty()


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """That database."""
    engine = create_async_engine(database_url, poolclass=NullPool)
    yield engine
    await engine.dispose()


@pytest.fixture
async def own_postgres(migrated_postgres: Path) -> AsyncIterator[PostgresServer]:
    """A PostgreSQL that the test may stop, start and freeze; its database is of this version."""
    async with postgres_server(migrated_postgres) as server:
        yield server


@pytest.fixture
def own_redis(tmp_path: Path) -> OwnRedis:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return OwnRedis(tmp_path, probe.getsockname()[1])


@pytest.fixture
def open_service(redis_url: str, database_url: str, tmp_path: Path) -> Open:
    """Opens a service with what the test wants changed; see `tests.service.service`."""
    return partial(service, redis_url, tmp_path, database_url=database_url)


@pytest.fixture
async def api_only(open_service: Open) -> AsyncIterator[Service]:
    """An api process without a worker: for what must not become a job."""
    async with open_service(workers=0) as running:
        yield running


@pytest.fixture(scope="module")
async def shared_api(
    redis_server: str, shared_postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """An api process without a worker, one for a module: for what it refuses, or answers alone."""
    # Its own database: the other one is emptied for each test.
    redis_url = await empty_redis(redis_server.removesuffix("/0") + "/1")
    folder = tmp_path_factory.mktemp("shared")
    async with (
        shared_postgres.copied_database() as database_url,
        service(redis_url, folder, database_url=database_url, workers=0) as running,
    ):
        yield running


@pytest.fixture
async def huiyin(open_service: Open) -> AsyncIterator[Service]:
    """The service as it comes: one api, one worker, the quick classifier."""
    async with open_service() as running:
        yield running
