"""Builds the application of the api process: routes, middleware, error handlers, health checks.

This process never imports torch.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from functools import partial

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.routing import Route

from app import accounts
from app.api.auth import ApiKeyMiddleware
from app.api.routes.conversations import router as conversations_router
from app.api.routes.documents import router as documents_router
from app.api.routes.exports import router as exports_router
from app.api.routes.followers import router as followers_router
from app.api.routes.gaps import router as gaps_router
from app.api.routes.handoff_policy import router as handoff_router
from app.api.routes.imports import PATH as IMPORTS
from app.api.routes.imports import router as imports_router
from app.api.routes.knowledge import router as knowledge_router
from app.api.routes.moderation import router as moderation_router
from app.api.routes.phrases import router as phrases_router
from app.api.routes.replies import router as cms_router
from app.api.routes.rules import router as rules_router
from app.api.storable_text import refuse_unstorable_text
from app.console.home import home_router
from app.console.playground import router as playground_router
from app.db.account_documents import CachedDocument
from app.db.engines import UNAVAILABLE, Probe, sqlstate
from app.delivery.reply_channel import ReplyChannel
from app.delivery.user_queue import UserQueues
from app.deps import AppState
from app.dialogue.wording import phrasebooks
from app.errors import Refusal
from app.messages.phrases import Phrasebook
from app.observability import metrics
from app.privacy.repository import Followers
from app.redis import keys
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
    _add_error_handlers(app)
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
    for router in (
        cms_router, knowledge_router, documents_router, imports_router, exports_router,
        gaps_router, rules_router, moderation_router, conversations_router, handoff_router,
        followers_router, phrases_router,
    ):  # fmt: skip
        app.include_router(router, dependencies=[Depends(refuse_unstorable_text)])
    app.include_router(home_router(playground=playground))
    if playground:
        app.include_router(playground_router)
    _add_health(app)


def _add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(Refusal, _handle_refusal)
    app.add_exception_handler(RedisError, _handle_redis_outage)
    app.add_exception_handler(RequestValidationError, _handle_invalid_request)
    app.add_exception_handler(SQLAlchemyError, _handle_database_error)
    for error in UNAVAILABLE:
        app.add_exception_handler(error, _handle_database_outage)


async def _handle_refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return JSONResponse({"detail": str(error)}, error.status)


async def _handle_invalid_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [{part: fault[part] for part in ("type", "loc", "msg")} for fault in error.errors()]
    # The input is not returned: it may be long, and a lone surrogate can't be encoded in UTF-8.
    return Response(json.dumps({"detail": faults}), 422, media_type="application/json")


async def _handle_redis_outage(_: Request, error: Exception) -> Response:
    log.error("redis_away", error=repr(error))
    metrics.FAILURES.labels("rest").inc()
    return JSONResponse({"detail": "the queue can't be reached; try again shortly"}, 503)


async def _handle_database_outage(_: Request, error: Exception) -> Response:
    log.error("database_away", error=str(error))
    metrics.FAILURES.labels("rest").inc()
    return JSONResponse({"detail": "the database can't be reached; try again shortly"}, 503)


async def _handle_database_error(_: Request, error: Exception) -> Response:
    # A bug of ours, or changed tables. Not the whole error is logged: it may quote a row.
    statement = getattr(error, "statement", None)  # without its values
    log.error(
        "database_refused",
        error=type(error).__name__,
        sqlstate=sqlstate(error),
        statement=statement,
    )
    metrics.FAILURES.labels("rest").inc()
    return JSONResponse({"detail": "the database refused this request; the log says why"}, 500)


def _add_health(app: FastAPI) -> None:
    @app.get("/health/live", tags=["operations"])
    async def live() -> dict[str, str]:
        """The process runs."""
        return {"status": "live"}

    @app.get("/health/ready", tags=["operations"])
    async def ready(request: Request) -> JSONResponse:
        """Redis and the database answer, and a worker has its models warm."""
        redis = request.app.state.app_state.redis
        try:
            warm = await redis.exists(keys.WARM)
        except (RedisError, OSError):
            return JSONResponse({"status": "Redis does not answer"}, 503)
        if not warm:
            return JSONResponse({"status": "no worker is warm yet"}, 503)
        if not await request.app.state.app_state.database_probe.answers():
            return JSONResponse({"status": "the database does not answer"}, 503)
        return JSONResponse({"status": "ready"})

    @app.get("/metrics", tags=["operations"], response_class=PlainTextResponse)
    async def prometheus() -> Response:
        """Prometheus' text format."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
