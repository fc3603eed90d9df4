"""Loads the sample shop into the account `default`, and removes it again."""

import asyncio
import secrets
import time
from dataclasses import dataclass

import structlog
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from app.knowledge import entry_stream
from app.knowledge.document_repository import DocumentStore
from app.knowledge.imports.repository import OVER, ImportStore
from app.sample import orders, shop, state
from app.sample.state import State
from app.settings import EMBEDDED_APPID, Settings

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ClearedSample:
    """Numbers erased; `changed_entries` were changed by the operator and kept."""

    entries: int
    documents: int
    changed_entries: int


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


async def clear_sample(engine: AsyncEngine) -> ClearedSample:
    """Erase the sample's documents, and its entries unless they were changed."""
    from app.knowledge.repository import EntryStore  # imports numpy, which an api doesn't need

    current = await state.read_state(engine)
    if current.import_id:
        await ImportStore(engine).cancel(current.import_id)
    shipped = shop.read_entries()
    there = {
        row.id: (row.question, tuple(row.variants), row.answer)
        async for rows in entry_stream.stream_entries(engine, shop.ACCOUNT)
        for row in rows
        if row.id in shipped
    }
    unchanged = [
        id for id, row in there.items()  # noqa: A001
        if row == (shipped[id].question, shipped[id].variants, shipped[id].answer)
    ]  # fmt: skip
    erased = await EntryStore(engine).delete(shop.ACCOUNT, unchanged) if unchanged else 0
    document_repository = DocumentStore(engine)
    documents = [await document_repository.delete(shop.ACCOUNT, id) for id in shop.document_ids()]  # noqa: A001
    await state.write_state(engine, State("cleared"))
    return ClearedSample(erased, sum(documents), len(there) - len(unchanged))


async def wait_for_import(engine: AsyncEngine, within: float = 15.0) -> None:
    """Wait up to `within` seconds until the sample is imported, so that it answers once ready."""
    filed, until = ImportStore(engine), time.monotonic() + within
    current = await state.read_state(engine)
    while current.import_id and time.monotonic() < until:
        row = await filed.get(current.import_id)
        if row is None or row.state in OVER:
            return
        await asyncio.sleep(0.2)


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
