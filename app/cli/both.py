"""Run api and worker in one process, with a private Redis and PostgreSQL where none is named."""

import asyncio
import contextlib
import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import uvicorn
from fastapi import FastAPI

from app.api.health import find_obstacle
from app.cli.api import build_server_config
from app.cli.processes import (
    call_at_end,
    freeze_loaded_objects,
    raise_if_cancelled,
    run_on_fast_loop,
    run_role,
)
from app.cli.welcome import format_welcome
from app.cli.worker import open_prepared_worker
from app.db.private_database import embedded_postgres
from app.resources import check_can_listen, migrate_database, open_database, private_redis
from app.sample import loading
from app.settings import Settings

if TYPE_CHECKING:
    from app.worker.loop import Worker


def main(arguments: Sequence[str]) -> int:
    """Run the command until a signal; returns the exit code. 2: it could not start."""
    return run_role("both", arguments, f"{__doc__}", _run_in_one_process)


def _run_in_one_process(app_settings: Settings) -> None:
    check_can_listen(app_settings.host, app_settings.port)
    run_on_fast_loop(_run_both(app_settings))


async def _run_both(app_settings: Settings) -> None:
    async with contextlib.AsyncExitStack() as stack:
        redis_url = app_settings.redis_url or await stack.enter_async_context(
            private_redis(app_settings.data_dir / "redis")
        )
        database_url = app_settings.database_url or await stack.enter_async_context(
            embedded_postgres(app_settings)
        )
        servers = {"redis_url": redis_url, "database_url": database_url}
        server_settings = app_settings.model_copy(update=servers)
        await migrate_database(server_settings)
        engine = await stack.enter_async_context(open_database(server_settings))
        raise_if_cancelled()
        app_settings = (await loading.prepare_sample(engine, app_settings)).model_copy(
            update=servers
        )
        worker = await stack.enter_async_context(open_prepared_worker(app_settings))
        await _serve_beside_worker(worker, app_settings)


async def _serve_beside_worker(worker: "Worker", app_settings: Settings) -> None:
    raise_if_cancelled()
    working = asyncio.create_task(worker.run())
    server = uvicorn.Server(build_server_config(app_settings))
    call_at_end(lambda: setattr(server, "should_exit", True))
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn handles them, stops, then raises them again: by then we are closing in order.
        asyncio.get_running_loop().remove_signal_handler(number)
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    freeze_loaded_objects()
    welcome = asyncio.create_task(_print_welcome(server, app_settings))
    try:
        await server.serve()
    finally:
        welcome.cancel()
        worker.stop()
        await working


async def _print_welcome(server: uvicorn.Server, app_settings: Settings) -> None:
    """Print the addresses once the service is ready, as `/health/ready` says."""
    while not server.started:  # noqa: ASYNC110 - uvicorn offers a flag, no event
        await asyncio.sleep(0.05)
    state = cast("FastAPI", server.config.app).state.app_state
    while await find_obstacle(state):  # noqa: ASYNC110 - neither Redis nor PostgreSQL sends an event
        await asyncio.sleep(0.05)
    print(format_welcome(app_settings), flush=True)  # noqa: T201 - what the operator needs, on stdout
