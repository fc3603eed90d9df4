"""What the service's processes share: settings, the end by a signal, garbage collection."""

import argparse
import asyncio
import contextlib
import functools
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence

import uvicorn

from app import accounts, settings
from app.errors import BadSettings
from app.observability import logs
from app.privacy import pii
from app.privacy.pseudonym import make_pseudonym
from app.settings import Role, Settings

DONE, TROUBLE = 0, 2  # exit codes
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)  # SIGHUP: the terminal was closed


def run_role(
    role: Role, arguments: Sequence[str], description: str, run: Callable[[Settings], None]
) -> int:
    """Read the settings, set the logs up and run the process; returns the exit code.

    2, with one sentence per fault, when a setting is wrong.
    """
    argparse.ArgumentParser(f"python -m app {role}", description=description).parse_args(arguments)
    try:
        app_settings = settings.load(role)
        accounts.load(app_settings)
        pseudonymise = functools.partial(make_pseudonym, key=app_settings.key_of_pseudonyms)
        logs.configure_logging(app_settings.log_level, pii.mask, pseudonymise)
        run(app_settings)
    except BadSettings as error:
        faults = "".join(f"  - {fault}\n" for fault in error.faults)
        sys.stderr.write(f"Can't start:\n{faults}")
        return TROUBLE
    return DONE


def run_on_fast_loop(process: Coroutine[None, None, None]) -> None:
    """Run the process on uvicorn's event loop until it ends or a signal ends it, then exit."""
    loop_factory = uvicorn.Config("", log_config=None).get_loop_factory()
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(_stopped_by_signal(process))


async def _stopped_by_signal(process: Coroutine[None, None, None]) -> None:
    """Cancel the coroutine on a signal, during the start too, so that all is closed in order. By
    default the process would die at once, and its private servers would run on.
    """
    running = asyncio.current_task()
    assert running is not None
    call_at_end(running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await process
    _exit_at_once()


def _exit_at_once() -> None:
    """End this process with the code 0. All is closed, but an ordinary exit waits for threads, one
    of which may load a model, and frees all objects one by one.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(DONE)


def raise_if_cancelled() -> None:
    """Raise CancelledError if this task was cancelled but a library swallowed the cancellation:
    SQLAlchemy does while it creates tables.
    """
    running = asyncio.current_task()
    if running is not None and running.cancelling():
        raise asyncio.CancelledError


def call_at_end(step: Callable[[], object]) -> None:
    """Call `step` when a signal tells the process to end; an ignored SIGHUP (`nohup`) stays so."""
    loop = asyncio.get_running_loop()
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, step)


def freeze_loaded_objects() -> None:
    """Exclude all loaded objects from garbage collection: each full run over them takes 0.2 s.

    Thresholds are raised, too: objects of many waiting deliveries are no garbage either.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
