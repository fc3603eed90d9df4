"""Builds the application of the api process: routes, middleware, error handlers, health checks.

This process never imports torch.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial

import structlog
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from redis.asyncio import Redis
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.routing import Route

from app import accounts
from app.api import errors, health
from app.api import router as rest
from app.api.auth import ApiKeyMiddleware
from app.api.routes.imports import PATH as IMPORTS
from app.console.home import home_router
from app.console.playground import router as playground_router
from app.db.account_documents import CachedDocument
from app.db.engines import UNAVAILABLE, Probe
from app.delivery.reply_channel import ReplyChannel
from app.delivery.user_queue import UserQueues
from app.deps import AppState
from app.dialogue.wording import phrasebooks
from app.messages.phrases import Phrasebook
from app.privacy.repository import Followers
from app.resources import open_database, redis_client
from app.sample import orders as sample_orders
from app.settings import Settings
from app.wechat.callback import endpoints as wechat
from app.wechat.callback.deliveries import Deliveries

log = structlog.get_logger()

REFRESH_EVERY = 1.0  # seconds between two looks for changed phrases


def create_app(settings: Settings) -> FastAPI:
    """The application; Redis and database are opened in its lifespan."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            redis_client(settings.redis_url) as redis,
            open_database(settings) as engine,
            _open_app_state(app, settings, redis, engine),
        ):
            yield

    # Scripts of the documentation pages are served from here, behind the API key as the pages are.
    app = FastAPIOffline(
        title="Huiyin 回音", version="0.1.0", lifespan=lifespan, static_url="/docs/assets"
    )
    _add_routes(app, playground=bool(settings.playground))
    if settings.order_webhook == sample_orders.webhook_address(settings):
        app.include_router(sample_orders.router)
    key = settings.cms_api_key.get_secret_value()
    limits = settings.limits
    app.add_middleware(
        ApiKeyMiddleware,
        key=key,
        limit=limits.rest_body_bytes,
        limits_by_path={IMPORTS: limits.import_bytes},
    )
    app.add_middleware(wechat.TidyPath)
    errors.add_error_handlers(app)
    return app


@contextlib.asynccontextmanager
async def _open_app_state(
    app: FastAPI, settings: Settings, redis: Redis, engine: AsyncEngine
) -> AsyncIterator[None]:
    """Fill `app.state` for the routes, and run the reply channel and the refresh of phrases."""
    limits, accounts_by_name = settings.limits, accounts.load(settings)
    user_queues = UserQueues(redis, limits.queue, limits.mailbox)
    reply_channel = ReplyChannel(redis=redis, blocking_read=settings.timing.blocking_read)
    own_phrases = phrasebooks.open_phrasebooks(engine)
    app.state.app_state = AppState(
        settings=settings,
        accounts=accounts_by_name,
        redis=redis,
        user_queues=user_queues,
        reply_channel=reply_channel,
        engine=engine,
        database_probe=Probe(engine),
    )
    app.state.deliveries = Deliveries(
        user_queues=user_queues,
        reply_channel=reply_channel,
        timing=settings.timing,
        erase=Followers(engine).erase,
        text=partial(phrasebooks.word_phrase, accounts_by_name, own_phrases),
    )
    reading = asyncio.create_task(reply_channel.run())
    stopping = asyncio.Event()
    refreshing = asyncio.create_task(_keep_fresh(own_phrases, stopping))
    try:
        yield
    finally:
        reply_channel.stop()
        stopping.set()
        await asyncio.gather(reading, refreshing)


async def _keep_fresh(own_phrases: CachedDocument[Phrasebook], stopping: asyncio.Event) -> None:
    """Reload changed phrases each second; while the database is away, the last ones stay in use.

    Ended by `stopping`, not cancelled: a driver may report a cancellation as an outage.
    """
    while not stopping.is_set():
        try:
            await own_phrases.refresh()
        except (*UNAVAILABLE, SQLAlchemyError) as error:
            log.warning("phrases_wait_for_database", error=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REFRESH_EVERY):
                await stopping.wait()


def _add_routes(app: FastAPI, *, playground: bool) -> None:
    # A plain Starlette route: FastAPI has nothing to validate here, and would cost time a delivery.
    app.router.routes.append(Route(wechat.PATH, wechat.receive_delivery, methods=["POST"]))
    app.include_router(wechat.router)
    app.include_router(rest.router)
    app.include_router(home_router(playground=playground))
    if playground:
        app.include_router(playground_router)
    app.include_router(health.router)
