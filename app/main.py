"""Builds the application of the api process: routes, middleware, error handlers, health checks.

This process never imports torch.
"""

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.routing import Route

from app.api import errors, health, link_redirects
from app.api import router as rest
from app.api.auth import ApiKeyMiddleware
from app.api.lifespan import open_app_state
from app.api.paths import EVENT_IMPORTS, IMPORTS, ITEM_IMPORTS
from app.console.home import home_router
from app.console.playground import router as playground_router
from app.resources import open_database, redis_client
from app.sample import orders as sample_orders
from app.settings import Settings
from app.wechat.callback import endpoints as wechat


def create_app(settings: Settings) -> FastAPI:
    """The application; Redis and database are opened in its lifespan."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            redis_client(settings.redis_url) as redis,
            open_database(settings) as engine,
            open_app_state(app, settings, redis, engine),
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
        limits_by_path={
            IMPORTS: limits.import_bytes,
            EVENT_IMPORTS: limits.table_bytes,
            ITEM_IMPORTS: limits.table_bytes,
        },
    )
    app.add_middleware(wechat.TidyPath)
    errors.add_error_handlers(app)
    return app


def _add_routes(app: FastAPI, *, playground: bool) -> None:
    # A plain Starlette route: FastAPI has nothing to validate here, and would cost time a delivery.
    app.router.routes.append(Route(wechat.PATH, wechat.receive_delivery, methods=["POST"]))
    app.include_router(wechat.router)
    app.router.routes.extend(rest.build_routes())
    app.include_router(link_redirects.router)
    app.include_router(home_router(playground=playground))
    if playground:
        app.include_router(playground_router)
    app.include_router(health.router)
