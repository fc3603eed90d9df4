"""The knowledge bases of several accounts in one worker."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.inference.fakes import FakeClassifier
from app.inference.ports import Candidate
from app.knowledge.entries.repository import EntryStore, StoredEntry
from app.knowledge.imports.repository import ImportStore, Upload
from app.knowledge.imports.service import Importer
from app.knowledge.search.index import COUNTED_AT_ONCE
from app.knowledge.service import Knowledge
from app.knowledge.values import Entry, Evidence
from app.messages.values import Text, as_plain_text

TEA = Entry("ship", "多久发货", (), Text(content="茶叶 48 小时内发货。"))
COFFEE = Entry("ship", "多久发货", (), Text(content="咖啡当天发货。"))


@pytest.fixture
def knowledge(engine: AsyncEngine) -> Knowledge:
    return Knowledge(store=EntryStore(engine), search=FakeClassifier())


async def test_each_account_answers_by_its_own_entries(knowledge: Knowledge) -> None:
    await knowledge.upsert_entries("tea", [TEA])
    await knowledge.upsert_entries("coffee", [COFFEE])
    questions = [("tea", "多久发货"), ("coffee", "多久发货"), ("milk", "多久发货"),
             ("tea", "zebra quagga"), ("tea", "毒")]  # fmt: skip

    answers = [await knowledge.find_answers(account, [text], 1) for account, text in questions]

    assert [[hit.answer for hit in result.hits if result.answerable] for [result] in answers] == [
        [TEA.answer], [COFFEE.answer], [], [], [],
    ]  # fmt: skip


async def test_an_entry_that_another_process_deletes_meanwhile_has_no_doubles(
    knowledge: Knowledge,
) -> None:
    await knowledge.upsert_entries("tea", [TEA])
    await knowledge.delete_entry("tea", "ship")

    assert await knowledge.find_near_duplicates("tea", [TEA]) == [[]]
    assert await knowledge.store.get("tea", "ship") is None


async def test_a_large_account_finds_what_is_new_before_its_words_are_counted_anew(
    knowledge: Knowledge,
) -> None:
    many = [
        Entry(f"e{at}", f"第{at}号商品多重", (), Text(content="见详情。"))
        for at in range(COUNTED_AT_ONCE)
    ]
    await knowledge.upsert_entries("tea", many)
    await knowledge.compact()
    new = [
        Entry(f"new{at}", f"第{at}号门店几点关门", (), Text(content="九点。")) for at in range(200)
    ]
    question = "第7号门店几点关门"

    results = []
    for some in (new[:9], new[9:]):
        await knowledge.upsert_entries("tea", some)
        [result] = await knowledge.find_answers("tea", [question], 1)
        results.append((result.hits[0].id, knowledge.index("tea").needs_compaction))
    await knowledge.compact()
    [after] = await knowledge.find_answers("tea", [question], 1)

    assert results == [("new7", False), ("new7", True)]
    assert (after.hits[0].id, knowledge.index("tea").needs_compaction) == ("new7", False)


async def test_a_text_that_the_model_fails_on_leaves_no_other_entry_behind(
    knowledge: Knowledge,
) -> None:
    classifier = knowledge.search
    assert isinstance(classifier, FakeClassifier)
    await knowledge.upsert_entries("tea", [TEA])
    vectors = knowledge.index("tea").stored_entries["ship"].vectors
    poison = Entry("poison", "毒鼠药有吗", (), Text(content="没有。"))
    earlier = [StoredEntry(entry, vectors, "fake-0") for entry in (poison, TEA)]
    await knowledge.store.put("tea", earlier)

    for _ in range(3):
        await knowledge.refresh()

    models = {each.entry.id: each.model for each in await knowledge.store.since("tea", 0)}
    assert models == {"poison": "fake-0", "ship": "fake-1"}
    assert [texts for texts in classifier.embedded if poison.question in texts] == [
        [poison.question, TEA.question],
    ]  # fmt: skip


@dataclass
class Recorder(FakeClassifier):
    """Keeps the questions of the candidates that it prepared."""

    prepared: list[str] = field(default_factory=list)

    async def prepare(self, candidates: Sequence[Candidate]) -> None:
        self.prepared += [each.headings[0] for each in candidates]


async def test_candidates_are_prepared_once_and_again_where_they_changed(
    knowledge: Knowledge,
) -> None:
    search = Recorder()
    knowledge = Knowledge(store=knowledge.store, search=search)
    many = [Entry(f"e{at}", f"第{at}号商品多重", (), Text(content="见详情。")) for at in range(9)]
    await knowledge.upsert_entries("tea", many)

    for _ in range(4):
        await knowledge.prepare()
    first, search.prepared = sorted(search.prepared), []
    await knowledge.upsert_entries("tea", [TEA])
    for _ in range(2):
        await knowledge.prepare()

    assert first == sorted(entry.question for entry in many)
    assert search.prepared == [TEA.question]


async def test_entries_and_documents_are_ranked_together(knowledge: Knowledge) -> None:
    await knowledge.upsert_entries(
        "tea", [TEA, Entry("refund", "多久退款", (), Text(content="三天内退款。"))]
    )
    imports = ImportStore(knowledge.store.engine)
    upload = Upload("a.md", "# 售后\n## 发票\n发货后三天内开发票，发到邮箱。".encode())
    await imports.file("tea", [upload], dry_run=False, skip_faulty=False)
    await Importer(imports, knowledge).step(asyncio.Event())
    queries = await knowledge.build_queries(
        [("tea", text) for text in ("多久发货", "三天内开发票", "毒")]
    )

    evidence = await knowledge.find_evidence([("tea", query) for query in queries if query])

    assert queries[2] is None
    assert [(each[0].kind, each[0].title) for each in evidence] == [
        ("entry", TEA.question), ("chunk", "售后 > 发票"),
    ]  # fmt: skip
    assert [e.probability for e in evidence[0]] == sorted(
        (e.probability for e in evidence[0]), reverse=True
    )


async def test_the_search_hears_a_word_of_the_account_in_one_that_sounds_like_it(
    knowledge: Knowledge,
) -> None:
    peony = Entry("peony", "芍药什么时候有", (), Text(content="五月有。"))
    questions = [("flowers", "勺药有吗"), ("tea", "勺药有吗"), ("flowers", "壶玲课几点")]

    async def searched() -> list[str]:
        return [query.text for query in await knowledge.build_queries(questions) if query]

    await knowledge.upsert_entries("tea", [TEA])
    await knowledge.upsert_entries("flowers", [peony])
    learnt = await searched()
    imports = ImportStore(knowledge.store.engine)
    upload = Upload("a.md", "# 团课\n## 壶铃课\n壶铃课周三晚上七点。".encode())
    await imports.file("flowers", [upload], dry_run=False, skip_faulty=False)
    await Importer(imports, knowledge).step(asyncio.Event())
    await knowledge.refresh()
    imported = await searched()
    await knowledge.delete_entry("flowers", "peony")

    assert learnt == ["芍药有吗", "勺药有吗", "壶玲课几点"]
    assert imported == ["芍药有吗", "勺药有吗", "壶铃课几点"]
    assert await searched() == ["勺药有吗", "勺药有吗", "壶铃课几点"]


async def test_a_word_is_looked_for_with_the_wider_one_that_an_account_has(
    knowledge: Knowledge,
) -> None:
    lily = Entry("lily", "百合能放家里吗", (), Text(content="百合对猫有伤害。"))
    await knowledge.upsert_entries("flowers", [lily])
    await knowledge.upsert_entries("tea", [TEA])
    text = "她家养了两只布偶，送百合没事吧"

    queries = await knowledge.build_queries([("flowers", text), ("tea", text)])

    assert [query.text for query in queries if query] == [
        "她家养了两只布偶猫，送百合没事吧", text,
    ]  # fmt: skip


async def test_what_speaks_of_a_neighbour_is_never_sure(knowledge: Knowledge) -> None:
    mothers = Entry(
        "mother", "母亲节有什么花束", ("妈妈节送什么花",), Text(content="康乃馨 168 元。")
    )
    monthly = Entry("month", "月卡多少钱", (), Text(content="299 元。"))
    await knowledge.upsert_entries("flowers", [mothers, monthly])
    imports = ImportStore(knowledge.store.engine)
    upload = Upload("a.md", "# 节日\n## 母亲节\n母亲节的花束有康乃馨。".encode())
    await imports.file("flowers", [upload], dry_run=False, skip_faulty=False)
    await Importer(imports, knowledge).step(asyncio.Event())
    questions = ["母亲节有什么花束", "父亲节有什么花束", "月卡多少钱", "年卡多少钱"]

    queries = [
        q for q in await knowledge.build_queries([("flowers", text) for text in questions]) if q
    ]
    evidence = await knowledge.find_evidence([("flowers", query) for query in queries])
    probabilities = [{each.title: each.probability for each in some} for some in evidence]
    bands = knowledge.search.bands

    assert min(probabilities[0]["母亲节有什么花束"], probabilities[2]["月卡多少钱"]) > bands.sure
    assert probabilities[0]["节日 > 母亲节"] > 0
    assert probabilities[1]["母亲节有什么花束"] == probabilities[1]["节日 > 母亲节"] == 0
    assert probabilities[3]["月卡多少钱"] == bands.possible


async def test_a_candidate_is_known_by_its_id_until_it_is_erased(knowledge: Knowledge) -> None:
    await knowledge.upsert_entries("tea", [TEA])

    there = knowledge.get_evidence("tea", "ship")
    await knowledge.delete_entry("tea", "ship")

    assert there == Evidence(
        id="ship",
        kind="entry",
        title=TEA.question,
        text=as_plain_text(TEA.answer),
        passage="",
        probability=1.0,
    )
    assert knowledge.get_evidence("tea", "ship") is None


async def test_a_word_is_rare_that_few_texts_of_the_account_have(knowledge: Knowledge) -> None:
    many = [Entry(f"e{at}", f"{at}号茶叶多重", (), Text(content="见详情。")) for at in range(9)]
    await knowledge.upsert_entries(
        "tea", [*many, Entry("box", "礼盒多少钱", (), Text(content="88 元。"))]
    )

    assert [knowledge.is_rare("tea", word) for word in ("茶叶", "礼盒", "咖啡")] == [
        False, True, True,
    ]  # fmt: skip
    assert knowledge.is_rare("nobody", "茶叶")
    assert [knowledge.text("tea", each) for each in ("box", "gone")] == ["礼盒多少钱\n88 元。", ""]
