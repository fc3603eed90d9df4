"""Take WeChat's messages, and serve REST and pages. This process never imports torch."""

import asyncio
import contextlib
from collections.abc import Sequence

import uvicorn

from app.cli.processes import freeze_loaded_objects, run_role
from app.kit.bounded_http import KEEP_ALIVE_SECONDS, Bounds, bounded_protocol, raise_file_limit
from app.main import create_app
from app.resources import check_can_listen, open_database, redis_client
from app.settings import Settings


def main(arguments: Sequence[str]) -> int:
    """Run the command until a signal; returns the exit code. 2: it could not start."""
    return run_role("api", arguments, f"{__doc__}", _run_api)


def _run_api(app_settings: Settings) -> None:
    check_can_listen(app_settings.host, app_settings.port)
    # Checked here, a fault is one sentence; in the server's lifespan it is a traceback.
    asyncio.run(_check_resources(app_settings))
    server = uvicorn.Server(build_server_config(app_settings))
    freeze_loaded_objects()
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn has stopped, and raises it again
        server.run()


async def _check_resources(app_settings: Settings) -> None:
    async with redis_client(app_settings.redis_url), open_database(app_settings):
        pass


def build_server_config(app_settings: Settings) -> uvicorn.Config:
    """How uvicorn serves the application."""
    return uvicorn.Config(
        create_app(app_settings),
        host=app_settings.host,
        port=app_settings.port,
        log_level="warning",
        log_config=None,  # logs go through our own handler, which masks personal data
        access_log=False,
        proxy_headers=False,  # the client's address is not used
        server_header=False,
        http=bounded_protocol(_read_bounds(app_settings)),
        ws="none",
        timeout_graceful_shutdown=6,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )


def _read_bounds(app_settings: Settings) -> Bounds:
    timing, limits = app_settings.timing, app_settings.limits
    return Bounds(
        head_bytes=limits.head_bytes,
        head_seconds=timing.head_within,
        body_seconds=timing.body_within,
        body_rate=limits.body_rate,
        connections=raise_file_limit(limits.connections),
    )
