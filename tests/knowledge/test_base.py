"""The knowledge bases of several accounts in one worker."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from app.db import tables
from app.inference.fakes import FakeClassifier
from app.inference.ports import Judgement, Unreadable
from app.knowledge.base import Knowledge
from app.knowledge.index import COUNTED_AT_ONCE
from app.knowledge.store import Store
from app.knowledge.values import Entry

TEA = Entry("ship", "多久发货", (), "茶叶 48 小时内发货。")
COFFEE = Entry("ship", "多久发货", (), "咖啡当天发货。")


@pytest.fixture
async def knowledge(tmp_path: Path) -> AsyncIterator[Knowledge]:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'k.db'}", poolclass=NullPool)
    await tables.create(engine)
    yield Knowledge(Store(engine), FakeClassifier())
    await engine.dispose()


async def judged(text: str) -> Judgement | Unreadable:
    [found] = await FakeClassifier().classify([text])
    return found


async def test_each_account_answers_by_its_own_entries(knowledge: Knowledge) -> None:
    await knowledge.learn("tea", [TEA])
    await knowledge.learn("coffee", [COFFEE])
    asked = await judged("多久发货")

    answers = await knowledge.answers([
        ("tea", "多久发货", asked),
        ("coffee", "多久发货", asked),
        ("milk", "多久发货", asked),
        ("tea", "zebra quagga", await judged("zebra quagga")),
        ("tea", "毒", await judged("毒")),
        ("tea", "", None),
    ])  # fmt: skip

    assert [hit and hit.answer for hit in answers] == [
        TEA.answer, COFFEE.answer, None, None, None, None,
    ]  # fmt: skip


async def test_an_entry_that_another_process_deletes_meanwhile_has_no_doubles(
    knowledge: Knowledge,
) -> None:
    await knowledge.learn("tea", [TEA])
    await knowledge.forget("tea", "ship")

    assert await knowledge.alike("tea", [TEA]) == [()]
    assert await knowledge.store.get("tea", "ship") is None


async def test_a_large_account_finds_what_is_new_before_its_words_are_counted_anew(
    knowledge: Knowledge,
) -> None:
    many = [Entry(f"e{at}", f"第{at}号商品多重", (), "见详情。") for at in range(COUNTED_AT_ONCE)]
    await knowledge.learn("tea", many)
    await knowledge.settle()
    new = [Entry(f"new{at}", f"第{at}号门店几点关门", (), "九点。") for at in range(200)]
    asked = await judged("第7号门店几点关门")

    seen = []
    for some in (new[:9], new[9:]):
        await knowledge.learn("tea", some)
        [found] = await knowledge.candidates([("tea", "第7号门店几点关门", asked)], 1)
        assert found
        seen.append((found.hits[0].id, knowledge.index("tea").worn))
    await knowledge.settle()
    [after] = await knowledge.candidates([("tea", "第7号门店几点关门", asked)], 1)

    assert seen == [("new7", False), ("new7", True)]
    assert after
    assert (after.hits[0].id, knowledge.index("tea").worn) == ("new7", False)


async def test_candidates_are_the_likeliest_of_each_account(knowledge: Knowledge) -> None:
    await knowledge.learn("tea", [TEA, Entry("refund", "多久退款", (), "三天内退款。")])
    asked = await judged("多久发货")

    found = await knowledge.candidates(
        [
            ("tea", "多久发货", asked),
            ("milk", "多久发货", asked),
            ("tea", "毒", await judged("毒")),
        ],
        2,
    )

    assert [each and [hit.id for hit in each.hits] for each in found] == [
        ["ship", "refund"], None, None,
    ]  # fmt: skip
