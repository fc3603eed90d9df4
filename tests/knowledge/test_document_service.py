"""Documents of several accounts in one worker, on a real PostgreSQL."""

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import tables
from app.inference.fakes import FakeClassifier
from app.knowledge.documents.values import SPLIT_VERSION, Chunk
from app.knowledge.entries.repository import EntryStore
from app.knowledge.imports.repository import ImportStore, Upload
from app.knowledge.imports.service import Importer
from app.knowledge.service import Knowledge

RETURNS = "# 售后\n## 退货\n七天内可以退货，运费由买家承担。\n## 发票\n发货后三天内发到邮箱。\n"


@pytest.fixture
def knowledge(engine: AsyncEngine) -> Knowledge:
    return Knowledge(store=EntryStore(engine), search=FakeClassifier())


async def bring(knowledge: Knowledge, account: str, **files: str) -> None:
    imports = ImportStore(knowledge.store.engine)
    uploads = [Upload(f"{name}.md", text.encode()) for name, text in files.items()]
    await imports.file(account, uploads, dry_run=False, skip_faulty=False)
    assert await Importer(imports, knowledge).step(asyncio.Event())


async def passages(knowledge: Knowledge, account: str, text: str) -> tuple[Chunk, ...]:
    [query] = await knowledge.build_queries([(account, text)])
    assert query
    return tuple(knowledge.documents.find_nearest(account, query, 2))


async def models(knowledge: Knowledge) -> list[tuple[str, int]]:
    columns = tables.chunks.c.model, tables.chunks.c.split_version
    async with knowledge.store.engine.connect() as connection:
        rows = await connection.execute(select(*columns).order_by(tables.chunks.c.place))
        return [(model, split_version) for model, split_version in rows]


async def test_each_account_has_its_own_documents(knowledge: Knowledge) -> None:
    await bring(knowledge, "tea", a=RETURNS)
    await bring(knowledge, "coffee", a="# 营业\n每日十点开门。")

    results = [await passages(knowledge, account, "几天内可以退货") for account in
             ("tea", "coffee", "milk")]  # fmt: skip

    assert [[p.title for p in each] for each in results] == [
        ["售后 > 退货", "售后 > 发票"], ["营业"], [],
    ]  # fmt: skip


async def test_chunks_are_embedded_anew_when_another_model_answers(knowledge: Knowledge) -> None:
    await bring(knowledge, "tea", a=RETURNS)
    classifier = knowledge.search
    assert isinstance(classifier, FakeClassifier)
    classifier.name = "fake-2"
    await knowledge.refresh()

    done = [await knowledge.documents.renew() for _ in range(2)]

    assert done == [True, False]
    assert await models(knowledge) == [("fake-2", SPLIT_VERSION)] * 2
    assert (await passages(knowledge, "tea", "几天内可以退货"))[0].title == "售后 > 退货"


async def test_chunks_of_an_older_version_are_found_by_their_words_and_embedded_anew(
    knowledge: Knowledge,
) -> None:
    await bring(knowledge, "tea", a=RETURNS)
    async with knowledge.store.engine.begin() as connection:
        older = {"split_version": SPLIT_VERSION - 1, "vectors": b"123"}
        await connection.execute(tables.chunks.update().values(**older))
    late = Knowledge(store=knowledge.store, search=knowledge.search)
    await late.refresh()

    by_words = await passages(late, "tea", "几天内可以退货")
    renewed = await late.documents.renew()

    assert (by_words[0].title, renewed) == ("售后 > 退货", True)
    assert await models(knowledge) == [("fake-1", SPLIT_VERSION)] * 2


async def test_a_document_erased_while_a_passage_is_in_hand_leaves_it_whole(
    knowledge: Knowledge,
) -> None:
    await bring(knowledge, "tea", a=RETURNS)
    [document] = await knowledge.documents.documents.page("tea", "", 1)
    asking = asyncio.create_task(passages(knowledge, "tea", "几天内可以退货"))
    erasing = asyncio.create_task(knowledge.documents.documents.delete("tea", document.id))
    hits, erased = await asking, await erasing
    await knowledge.refresh()

    assert (hits[0].text, erased) == ("七天内可以退货，运费由买家承担。", True)
    assert await passages(knowledge, "tea", "几天内可以退货") == ()


async def test_vectors_made_of_a_chunk_that_was_erased_meanwhile_are_not_kept(
    knowledge: Knowledge,
) -> None:
    await bring(knowledge, "tea", a=RETURNS)
    [document] = await knowledge.documents.documents.page("tea", "", 1)
    classifier = knowledge.search
    assert isinstance(classifier, FakeClassifier)
    classifier.name = "fake-2"
    await knowledge.documents.documents.delete("tea", document.id)

    await knowledge.documents.renew()  # of what this worker still knows
    await knowledge.refresh()

    assert await passages(knowledge, "tea", "几天内可以退货") == ()
    async with knowledge.store.engine.connect() as connection:
        rows = await connection.execute(select(tables.chunks.c.deleted, tables.chunks.c.vectors))
        assert {tuple(row) for row in rows} == {(True, b"")}


async def test_a_document_that_shrinks_loses_its_old_chunks(knowledge: Knowledge) -> None:
    await bring(knowledge, "tea", a=RETURNS)
    await bring(knowledge, "tea", a="# 售后\n## 发票\n发货后三天内发到邮箱。\n")

    hits = await passages(knowledge, "tea", "几天内可以退货")

    assert [passage.title for passage in hits] == ["售后 > 发票"]
