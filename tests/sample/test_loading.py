"""The sample shop goes into a new database, and out of it again."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from app.inference.fakes import FakeClassifier
from app.knowledge.documents.document_repository import DocumentStore
from app.knowledge.entries.repository import EntryStore
from app.knowledge.imports.repository import ImportStore, Upload
from app.knowledge.imports.service import Importer
from app.knowledge.service import Knowledge
from app.knowledge.values import Entry
from app.messages.values import Text
from app.sample import clearing, loading, shop, state
from app.sample.clearing import ClearedSample
from app.settings import EMBEDDED_APPID, Settings


def embedded(**changed: Any) -> Settings:
    values: dict[str, Any] = {"wechat_appid": EMBEDDED_APPID, "wechat_token": SecretStr("lotus")}
    return Settings(_env_file=None, **(values | changed))


async def worked_through(engine: AsyncEngine) -> Knowledge:
    """What a worker knows once it has done the imports."""
    knowledge = Knowledge(store=EntryStore(engine), search=FakeClassifier())
    while await Importer(ImportStore(engine), knowledge).step(asyncio.Event()):
        pass
    await knowledge.refresh()
    return knowledge


async def test_a_new_database_gets_the_shop_with_its_name_and_orders(engine: AsyncEngine) -> None:
    prepared = await loading.prepare_sample(engine, embedded())
    await worked_through(engine)

    assert (prepared.brand, prepared.service_hours) == (shop.BRAND, shop.SERVICE_HOURS)
    assert prepared.order_webhook == "http://127.0.0.1:8000/sample/orders"
    assert len(prepared.webhook_secret.get_secret_value()) == 32
    assert loading.is_sample(prepared) is True
    assert await EntryStore(engine).count("default") == 40
    assert [row.source for row in await DocumentStore(engine).page("default", "", 9)]
    assert await DocumentStore(engine).count("default") == 3


async def test_the_import_of_the_shop_has_nothing_to_remark(engine: AsyncEngine) -> None:
    loaded = await loading.load_sample(engine)
    await worked_through(engine)

    row = await ImportStore(engine).get(loaded.import_id)
    assert row is not None
    report_keys = ("faults", "remarks", "contradictions")
    assert [row.state, *(row.report[name] for name in report_keys)] == ["done", [], [], []]


async def test_cleared_it_stays_empty_at_the_next_start(engine: AsyncEngine) -> None:
    await loading.prepare_sample(engine, embedded())
    await worked_through(engine)

    cleared = await clearing.clear_sample(engine)
    again = await loading.prepare_sample(engine, embedded())

    assert cleared == ClearedSample(entries=40, documents=3, changed_entries=0)
    assert await clearing.clear_sample(engine) == ClearedSample(0, 0, 0)
    assert (again.brand, again.order_webhook) == ("回音", "")
    assert (
        await EntryStore(engine).count("default"),
        await DocumentStore(engine).count("default"),
    ) == (
        0,
        0,
    )


async def test_cleared_before_a_worker_came_to_it_nothing_goes_in(engine: AsyncEngine) -> None:
    await loading.prepare_sample(engine, embedded())
    await clearing.clear_sample(engine)
    await worked_through(engine)

    assert await EntryStore(engine).count("default") == 0


async def test_what_the_operator_wrote_stays(engine: AsyncEngine) -> None:
    await loading.prepare_sample(engine, embedded())
    knowledge = await worked_through(engine)
    changed = Entry("sample-01", "龙井茶多少钱一斤", (), Text(content="今年 1080 元。"))
    own = Entry("own", "有没有生日会场地", (), Text(content="有的，溪间可以。"))
    await knowledge.upsert_entries("default", [changed, own])

    cleared = await clearing.clear_sample(engine)

    assert cleared == ClearedSample(entries=39, documents=3, changed_entries=1)
    assert await EntryStore(engine).page("default", "", 9) == [own, changed]


@pytest.mark.parametrize(
    "own",
    [
        {"wechat_appid": "wx0123456789abcdef"},
        {"brand": "半山豆馆"},
        {"order_webhook": "https://shop.example/orders"},
        {"database_url": "postgresql+asyncpg://a@b/c"},
        {"accounts_file": Path("accounts.toml")},
        {"sample": False},
    ],
)
async def test_an_account_of_the_operators_own_gets_no_sample(
    engine: AsyncEngine, own: dict[str, Any]
) -> None:
    settings = embedded(**own)

    assert await loading.prepare_sample(engine, settings) == settings
    assert await state.read_state(engine) == state.State()


async def test_a_database_that_was_used_gets_no_sample(engine: AsyncEngine) -> None:
    upload = Upload("faq.csv", "问题,答案\n多久发货,两天。\n".encode())
    await ImportStore(engine).file("default", [upload], dry_run=True, skip_faulty=False)

    assert (await loading.prepare_sample(engine, embedded())).brand == "回音"


async def test_loaded_twice_it_is_there_once(engine: AsyncEngine) -> None:
    for _ in range(2):
        await loading.load_sample(engine)
        await worked_through(engine)

    assert (
        await EntryStore(engine).count("default"),
        await DocumentStore(engine).count("default"),
    ) == (
        40,
        3,
    )
