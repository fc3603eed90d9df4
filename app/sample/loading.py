"""Loads the sample shop into the account `default` of a new database."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable

import structlog
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from app.knowledge.imports.repository import ImportStore
from app.knowledge.imports.states import OVER
from app.sample import orders, shop, state
from app.sample.state import State
from app.settings import EMBEDDED_APPID, Settings

log = structlog.get_logger()

LOOK_EVERY = 0.2  # seconds between two looks whether the import may be run


async def prepare_sample(engine: AsyncEngine, settings: Settings) -> Settings:
    """Load the sample into a new database; returns settings with the sample's name and orders.

    A worker embeds the entries in the background. Where an account is configured, nothing is
    loaded and the settings are unchanged: real followers must not read sample answers.
    """
    if not _is_unconfigured(settings):
        return settings
    current = await state.read_state(engine)
    if current.state == "absent" and settings.sample and await state.is_new(engine):
        current = await load_sample(engine)
    return _with_shop(settings) if current.is_loaded else settings


async def load_sample(engine: AsyncEngine) -> State:
    """File an import of the sample's files. The operator's own entries and documents stay."""
    filed = await ImportStore(engine).file(
        shop.ACCOUNT, shop.read_uploads(), dry_run=False, skip_faulty=False
    )
    loaded = State("loaded", filed)
    await state.write_state(engine, loaded)
    return loaded


async def finish_import(
    engine: AsyncEngine,
    import_next: Callable[[asyncio.Event], Awaitable[bool]],
    stopping: asyncio.Event,
) -> None:
    """Run imports until the sample's is over; `import_next` is `Importer.step`."""
    while await _is_importing(engine) and not stopping.is_set():
        if not await import_next(stopping):  # a process that was killed has its lease
            await asyncio.sleep(LOOK_EVERY)


async def _is_importing(engine: AsyncEngine) -> bool:
    current = await state.read_state(engine)
    row = await ImportStore(engine).get(current.import_id) if current.import_id else None
    return row is not None and row.state not in OVER


async def warn_of_sample(engine: AsyncEngine, settings: Settings) -> None:
    """Log a warning if a configured account still has the sample loaded."""
    if not is_sample(settings) and (await state.read_state(engine)).is_loaded:
        log.warning("sample_shop_answers", remedy="python -m app sample clear")


def is_sample(settings: Settings) -> bool:
    """Whether `prepare_sample` has set the sample's name and orders."""
    return settings.order_webhook == orders.webhook_address(settings)


def _is_unconfigured(settings: Settings) -> bool:
    return (
        settings.wechat_appid == EMBEDDED_APPID
        and not settings.accounts_file
        and not settings.database_url
        and not {"brand", "order_webhook"} & settings.model_fields_set
    )


def _with_shop(settings: Settings) -> Settings:
    return settings.model_copy(
        update={
            "brand": shop.BRAND,
            "service_hours": shop.SERVICE_HOURS,
            "order_webhook": orders.webhook_address(settings),
            "webhook_secret": SecretStr(secrets.token_hex(16)),
        }
    )
