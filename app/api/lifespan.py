"""What an api process keeps open and runs beside its requests."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import structlog
from fastapi import FastAPI
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app import accounts
from app.account_rights.store import RightsStore
from app.db.account_documents import CachedDocument
from app.db.engines import UNAVAILABLE, Probe
from app.delivery.event_queue import EventQueue
from app.delivery.reply_channel import ReplyChannel
from app.delivery.unqueued_jobs import FOLDER, UnqueuedJobs, queue_stored_jobs
from app.delivery.user_queue import UserQueues
from app.deps import AppState
from app.dialogue.wording import phrasebooks
from app.marketing.events.repository import Events
from app.marketing.events.waiting_events import EventTaker, MenuViewRecorder
from app.messages.phrases import Phrasebook
from app.served_accounts import ServedAccounts
from app.settings import Settings
from app.wechat.callback.deliveries import Deliveries
from app.wechat.callback.outcomes import CallbackOutcomes

log = structlog.get_logger()

REPEAT_EVERY = 1.0  # seconds between two looks for changed phrases and for stored jobs


@contextlib.asynccontextmanager
async def open_app_state(
    app: FastAPI, settings: Settings, redis: Redis, engine: AsyncEngine
) -> AsyncIterator[None]:
    """Fill `app.state` for the routes, and run the tasks of the process."""
    limits = settings.limits
    served_accounts = ServedAccounts(accounts.load(settings), RightsStore(redis))
    state = AppState(
        settings=settings,
        accounts=served_accounts,
        redis=redis,
        user_queues=UserQueues(redis, limits.queue, limits.mailbox),
        reply_channel=ReplyChannel(redis=redis, blocking_read=settings.timing.blocking_read),
        engine=engine,
        database_probe=Probe(engine),
    )
    own_phrases = phrasebooks.open_phrasebooks(engine)
    unqueued_jobs = UnqueuedJobs(settings.data_dir / FOLDER)
    app.state.app_state = state
    app.state.event_taker = taker = EventTaker(EventQueue(redis), Events(engine))
    app.state.callback_outcomes = outcomes = CallbackOutcomes(redis)
    app.state.deliveries = Deliveries(
        user_queues=state.user_queues,
        reply_channel=state.reply_channel,
        timing=settings.timing,
        unqueued_jobs=unqueued_jobs,
        text=partial(phrasebooks.word_phrase, served_accounts, own_phrases),
        record_view=MenuViewRecorder(taker, settings.key_of_pseudonyms).record_view,
    )
    async with _run_tasks(
        state.reply_channel,
        partial(_refresh_phrases, own_phrases),
        partial(_refresh_rights, served_accounts),
        partial(_flush_outcomes, outcomes),
        partial(_try_stored_jobs, state, unqueued_jobs),
    ):
        yield


@contextlib.asynccontextmanager
async def _run_tasks(
    reply_channel: ReplyChannel, *steps: Callable[[], Awaitable[None]]
) -> AsyncIterator[None]:
    """Run the reply channel, and each step every REPEAT_EVERY seconds, while the block lasts."""
    stopping = asyncio.Event()
    reading = asyncio.create_task(reply_channel.run())
    repeating = [asyncio.create_task(_repeat(step, stopping)) for step in steps]
    try:
        yield
    finally:
        reply_channel.stop()
        stopping.set()
        await asyncio.gather(reading, *repeating)


async def _repeat(step: Callable[[], Awaitable[None]], stopping: asyncio.Event) -> None:
    """Ended by `stopping`, not cancelled: a driver may report a cancellation as an outage."""
    while not stopping.is_set():
        await step()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REPEAT_EVERY):
                await stopping.wait()


async def _refresh_phrases(own_phrases: CachedDocument[Phrasebook]) -> None:
    """Reload changed phrases; while the database is away, the last ones stay in use."""
    try:
        await own_phrases.refresh()
    except (*UNAVAILABLE, SQLAlchemyError) as error:
        log.warning("phrases_wait_for_database", error=type(error).__name__)


async def _refresh_rights(served_accounts: ServedAccounts) -> None:
    """Take over what a worker was told of the accounts; without Redis the last stays in use."""
    with contextlib.suppress(RedisError, OSError):
        await served_accounts.refresh()


async def _flush_outcomes(outcomes: CallbackOutcomes) -> None:
    """Tell what became of callbacks; without Redis later."""
    with contextlib.suppress(RedisError, OSError):
        await outcomes.flush()


async def _try_stored_jobs(state: AppState, unqueued_jobs: UnqueuedJobs) -> None:
    """Queue stored jobs; while Redis is away they stay, and the reply channel logs that."""
    with contextlib.suppress(RedisError, OSError):
        await queue_stored_jobs(unqueued_jobs, state.user_queues, state.reply_channel.api)
