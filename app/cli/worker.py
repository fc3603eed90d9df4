"""Run the models: answer followers, send customer-service messages, publish."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import structlog
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from app.cli.processes import (
    call_at_end,
    freeze_loaded_objects,
    raise_if_cancelled,
    run_on_fast_loop,
    run_role,
)
from app.resources import open_database, redis_client, wait_for_redis
from app.sample import loading
from app.settings import Settings
from app.worker import health

if TYPE_CHECKING:
    from app.worker.loop import Worker

OpenWorker = Callable[[Settings, Redis, AsyncEngine], AbstractAsyncContextManager["Worker"]]

log = structlog.get_logger()


def main(arguments: Sequence[str]) -> int:
    """Run the command until a signal; returns the exit code. 2: it could not start."""
    return run_role(
        "worker",
        arguments,
        f"{__doc__}",
        lambda app_settings: run_on_fast_loop(_run_worker(app_settings)),
    )


async def _run_worker(app_settings: Settings) -> None:
    state, key = health.Health(), app_settings.cms_api_key.get_secret_value()
    health.serve(app_settings.host, app_settings.metrics_port, state, key)
    async with open_prepared_worker(app_settings) as worker:
        worker.health = state
        raise_if_cancelled()
        call_at_end(worker.stop)
        freeze_loaded_objects()
        log.info("worker_ready")
        await worker.run()


@contextlib.asynccontextmanager
async def open_prepared_worker(app_settings: Settings) -> AsyncIterator["Worker"]:
    """Open Redis and the database, and on them a worker whose models are loaded."""
    open_worker = await asyncio.to_thread(_import_open_worker)
    async with redis_client(app_settings.redis_url) as redis, open_database(app_settings) as engine:
        await wait_for_redis(redis)
        await loading.warn_of_sample(engine, app_settings)
        async with open_worker(app_settings, redis, engine) as worker:
            yield worker


def _import_open_worker() -> OpenWorker:
    """Import torch, which takes seconds: here, so that a wrong setting is told before, and in a
    thread, so that a signal is obeyed meanwhile.
    """
    from app.worker.opening import open_worker

    return open_worker
