"""Run the service: `python -m app api | worker | both`; import files: `python -m app import PATH`.

`python -m app sample clear` empties the sample shop of a new database. `python -m app simulator`
stands in for WeChat. `python -m app doctor` finds faults.
"""

import argparse
import asyncio
import contextlib
import functools
import gc
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, assert_never, cast

import structlog
import uvicorn
from fastapi import FastAPI

from app import accounts, settings
from app.api.health import find_obstacle
from app.db.private_database import embedded_postgres
from app.errors import BadSettings
from app.kit.bounded_http import Bounds, bounded_protocol, raise_file_limit
from app.main import create_app
from app.observability import logs
from app.privacy import pii
from app.privacy.pseudonym import make_pseudonym
from app.resources import (
    check_can_listen,
    migrate_database,
    open_database,
    private_redis,
    redis_client,
    wait_for_redis,
)
from app.sample import loading, shop
from app.settings import Role, Settings
from app.worker import health

if TYPE_CHECKING:
    from app.worker.loop import Worker

log = structlog.get_logger()

ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)  # SIGHUP: the terminal was closed


def main() -> None:
    """Run the command. Exits with 2 and one sentence per fault when a setting is wrong."""
    if run_command := _find_command(sys.argv[1] if len(sys.argv) > 1 else ""):
        sys.exit(run_command(sys.argv[2:]))
    parser = argparse.ArgumentParser("python -m app", description=__doc__)
    parser.add_argument(
        "role",
        choices=["api", "worker", "both", "migrate", "import", "sample", "simulator", "doctor"],
        default="both", nargs="?",
        help="both: api and worker in one process, with private servers (the default); "
        "migrate: bring the database to this version, see `python -m app migrate --help`; "
        "import: send files to a running api, see `python -m app import --help`; "
        "sample: empty the sample shop or fill it in again, see `python -m app sample --help`; "
        "simulator: WeChat on this machine, see `python -m app simulator --help`; "
        "doctor: why it does not work, see `python -m app doctor --help`",
    )  # fmt: skip
    role: Role = parser.parse_args().role
    try:
        app_settings = settings.load(role)
        accounts.load(app_settings)
        pseudonymise = functools.partial(make_pseudonym, key=app_settings.key_of_pseudonyms)
        logs.configure_logging(app_settings.log_level, pii.mask, pseudonymise)
        _run_role(role, app_settings)
    except BadSettings as error:
        faults = "".join(f"  - {fault}\n" for fault in error.faults)
        parser.exit(2, f"Can't start:\n{faults}")


def _find_command(name: str) -> Callable[[Sequence[str]], int] | None:
    """A command beside the roles, imported here: a server does not need their libraries."""
    match name:
        case "import":
            from app.cli.import_files import main as run_command
        case "migrate":
            from app.cli.migrate import main as run_command
        case "sample":
            from app.sample.command import main as run_command
        case "simulator":
            from app.cli.simulator import main as run_command
        case "doctor":
            from app.cli.doctor import run as run_command
        case _:
            return None
    return run_command


def _run_role(role: Role, app_settings: Settings) -> None:
    match role:
        case "api":
            check_can_listen(app_settings.host, app_settings.port)
            # Checked here, a fault is one sentence; in the server's lifespan it is a traceback.
            asyncio.run(_check_resources(app_settings))
            server = uvicorn.Server(_build_server_config(app_settings))
            _freeze_loaded_objects()
            with contextlib.suppress(KeyboardInterrupt):  # uvicorn has stopped, and raises it again
                server.run()
        case "worker":
            _run_on_fast_loop(_run_worker(app_settings), app_settings)
        case "both":
            check_can_listen(app_settings.host, app_settings.port)
            _run_on_fast_loop(_run_both(app_settings), app_settings)
        case _:
            assert_never(role)


async def _check_resources(app_settings: Settings) -> None:
    async with redis_client(app_settings.redis_url), open_database(app_settings):
        pass


def _run_on_fast_loop(process: Coroutine[None, None, None], app_settings: Settings) -> None:
    loop_factory = _build_server_config(app_settings).get_loop_factory()
    with (
        contextlib.suppress(asyncio.CancelledError),
        asyncio.Runner(loop_factory=loop_factory) as runner,
    ):
        runner.run(_stopped_by_signal(process))


async def _stopped_by_signal(process: Coroutine[None, None, None]) -> None:
    """Cancel the coroutine on a signal, during the start too, so that all is closed in order. By
    default the process would die at once, and its private servers would run on.
    """
    running = asyncio.current_task()
    assert running is not None
    _on_ending(running.cancel)
    await process


def _check_ending() -> None:
    """Raises CancelledError if this task was cancelled but a library swallowed the cancellation:
    SQLAlchemy does while it creates tables.
    """
    running = asyncio.current_task()
    if running is not None and running.cancelling():
        raise asyncio.CancelledError


def _on_ending(step: Callable[[], object]) -> None:
    """Call `step` when a signal tells the process to end; an ignored SIGHUP (`nohup`) stays so."""
    loop = asyncio.get_running_loop()
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, step)


def _freeze_loaded_objects() -> None:
    """Exclude all loaded objects from garbage collection: each full run over them takes 0.2 s.

    Thresholds are raised, too: objects of many waiting deliveries are no garbage either.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _build_server_config(app_settings: Settings) -> uvicorn.Config:
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


@contextlib.asynccontextmanager
async def _open_worker(app_settings: Settings) -> AsyncIterator["Worker"]:
    # Imported here: only a worker may load torch and models.
    from app.worker.opening import open_worker

    async with redis_client(app_settings.redis_url) as redis, open_database(app_settings) as engine:
        await wait_for_redis(redis)
        await loading.warn_of_sample(engine, app_settings)
        async with open_worker(app_settings, redis, engine) as worker:
            yield worker


async def _run_worker(app_settings: Settings) -> None:
    state, key = health.Health(), app_settings.cms_api_key.get_secret_value()
    health.serve(app_settings.host, app_settings.metrics_port, state, key)
    async with _open_worker(app_settings) as worker:
        worker.health = state
        _check_ending()
        _on_ending(worker.stop)
        _freeze_loaded_objects()
        log.info("worker_ready")
        await worker.run()


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
        _check_ending()
        app_settings = (await loading.prepare_sample(engine, app_settings)).model_copy(
            update=servers
        )
        worker = await stack.enter_async_context(_open_worker(app_settings))
        await _serve_beside_worker(worker, app_settings)


async def _serve_beside_worker(worker: "Worker", app_settings: Settings) -> None:
    _check_ending()
    working = asyncio.create_task(worker.run())
    server = uvicorn.Server(_build_server_config(app_settings))
    _on_ending(lambda: setattr(server, "should_exit", True))
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn handles them, stops, then raises them again: by then we are closing in order.
        asyncio.get_running_loop().remove_signal_handler(number)
        signal.signal(number, lambda *_: None)
    _freeze_loaded_objects()
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
    print(_format_welcome(app_settings), flush=True)  # noqa: T201 - what the operator needs, on stdout


def _format_welcome(app_settings: Settings) -> str:
    host = f"[{app_settings.host}]" if ":" in app_settings.host else app_settings.host
    base = f"http://{host}:{app_settings.port}"
    key = app_settings.cms_api_key.get_secret_value()
    playground = f"{base}/playground" if app_settings.playground else "off (PLAYGROUND=false)"
    follower = _FOLLOWER.format(base=base) if app_settings.playground else ""
    sample = _SAMPLE if loading.is_sample(app_settings) else ""
    return f"""
回音 Huiyin is ready.
  first page     {base}/
  callback URL   {base}/wechat/default
  token          {app_settings.wechat_token.get_secret_value()}
  playground     {playground}
  CMS key        {key}
{sample}{follower}
The CMS asks:
  curl -sS {base}/api/v1/intents -H 'Authorization: Bearer {key}' \\
       -H 'Content-Type: application/json' -d '{{"texts": ["什么时候发货？"]}}'
"""


_SAMPLE = f"""
The account is filled with a sample shop, {shop.BRAND}: 40 entries, 3 documents, 6 orders.
Ask it: {" / ".join(shop.SUGGESTIONS[:4])}
Empty it:
  {sys.executable} -m app sample clear
"""

# By the playground, which signs: a signature printed here would be refused after ten minutes.
_FOLLOWER = """
A follower writes:
  curl -sS {base}/playground/messages -H 'Content-Type: application/json' \\
       -d '{{"openid": "oFollower", "text": "什么时候发货？"}}'
"""


if __name__ == "__main__":
    main()
