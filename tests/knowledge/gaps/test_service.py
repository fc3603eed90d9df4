"""Questions that found nothing, on a real PostgreSQL."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import tables
from app.errors import DraftingFailed
from app.inference.fakes import FakeClassifier
from app.inference.ports import TextVector
from app.knowledge.entries.repository import EntryStore
from app.knowledge.gaps.agent_answers import store_answer
from app.knowledge.gaps.repository import GapStore
from app.knowledge.gaps.service import Gaps, UnansweredQuestion, make_gap_id
from app.knowledge.gaps.suggestions import GapSuggestions
from app.knowledge.gaps.values import AgentAnswer
from app.knowledge.imports.repository import ImportStore, Upload
from app.knowledge.imports.service import Importer
from app.knowledge.service import Knowledge
from app.knowledge.values import Entry, Hit
from app.messages.values import Text, as_plain_text

PARKING = "门店有没有停车场"
MILK = "你们家的奶都是从哪里来的"


def made(engine: AsyncEngine, capacity: int = 5_000) -> Gaps:
    reader = FakeClassifier()
    knowledge = Knowledge(store=EntryStore(engine), search=reader)
    return Gaps(
        GapStore(engine, capacity), knowledge, lambda text: re.sub(r"\d{5,}", "[号码]", text)
    )


def unanswered(*texts: str) -> list[UnansweredQuestion]:
    return [UnansweredQuestion(text) for text in texts]


async def gap_states(engine: AsyncEngine) -> dict[str, tuple[int, str]]:
    """Text -> how often it was asked, and its state."""
    async with engine.connect() as connection:
        rows = await connection.execute(select(tables.gaps).order_by(tables.gaps.c.text))
        return {row.text: (row.times, row.state) for row in rows}


async def questions(gaps: Gaps, account: str = "tea") -> list[str]:
    page, _ = await GapSuggestions(gaps).page(account, 20)
    return [each.cluster.centre.text for each in page]


async def test_the_same_question_counts_up_whatever_its_punctuation(engine: AsyncEngine) -> None:
    gaps = made(engine)

    await gaps.collect("tea", unanswered(PARKING, PARKING + "？", "开门没 "))
    await gaps.collect("tea", unanswered("门店有没有 停车场!", "ＯＫ吗", "ok 吗"))

    assert await gap_states(engine) == {
        "ok 吗": (2, "open"),
        "开门没": (1, "open"),
        "门店有没有 停车场!": (3, "open"),
    }


async def test_what_is_no_question_is_left_out(engine: AsyncEngine) -> None:
    gaps = made(engine)

    await gaps.collect("tea", unanswered("？？", "嗯", "😀😀😀", "说" * 201, "1234567"))

    assert await gap_states(engine) == {}


async def test_personal_data_is_masked_and_not_in_the_vector_either(engine: AsyncEngine) -> None:
    gaps = made(engine)

    await gaps.collect("tea", unanswered("单号 1234567 丢了", "单号 7654321 丢了"))
    unread = await gaps.store.open("tea", "fake-1")
    await gaps.embed()
    [read] = await gaps.store.open("tea", "fake-1")
    await gaps.collect("tea", unanswered("单号 1111111 丢了"))
    [again] = await gaps.store.open("tea", "fake-1")

    [expected] = await FakeClassifier().embed(["单号 [号码] 丢了"])
    assert isinstance(expected, TextVector)
    assert (unread, read.text, read.times, again.times) == ([], "单号 [号码] 丢了", 2, 3)
    assert read.vector == pytest.approx(expected.vector, abs=1e-3)


async def test_of_too_many_the_seldom_asked_and_old_make_room(engine: AsyncEngine) -> None:
    gaps = made(engine, capacity=4)

    for text in ["old often", "old often", "old once", "older", "newer", "new", "newest"]:
        await gaps.collect("tea", unanswered(text))
    await gaps.collect("milk", unanswered("another account"))

    assert sorted(await gap_states(engine)) == [
        "another account",
        "new",
        "newer",
        "newest",
        "old often",
    ]


async def test_what_was_noted_is_collected_and_kept_when_the_database_fails(
    engine: AsyncEngine,
) -> None:
    gaps = made(engine)
    [tea, milk] = unanswered("有茶吗", "有奶吗")
    gaps.note("tea", tea)
    gaps.note("milk", milk)

    async with engine.begin() as connection:
        await connection.run_sync(tables.gaps.drop)
    with pytest.raises(ProgrammingError):
        await gaps.record()
    async with engine.begin() as connection:
        await connection.run_sync(tables.gaps.create)
    gaps.note("tea", tea)
    await gaps.record()
    await gaps.record()

    assert await gap_states(engine) == {"有奶吗": (1, "open"), "有茶吗": (2, "open")}


async def test_of_too_many_noted_the_oldest_are_dropped(engine: AsyncEngine) -> None:
    gaps = made(engine)
    [first, later] = unanswered("最早的", "后来的")

    gaps.note("tea", first)
    for _ in range(1_000):
        gaps.note("tea", later)
    await gaps.record()

    assert await gap_states(engine) == {"后来的": (1_000, "open")}


async def test_workers_that_collect_at_the_same_moment_lose_nothing(engine: AsyncEngine) -> None:
    workers = [made(engine) for _ in range(4)]
    batch = unanswered("有茶吗", "有奶吗")

    await asyncio.gather(*(each.collect("tea", batch) for each in workers))

    assert await gap_states(engine) == {"有奶吗": (4, "open"), "有茶吗": (4, "open")}


async def test_an_account_is_offered_its_own_questions(engine: AsyncEngine) -> None:
    gaps = made(engine)
    await gaps.collect("tea", unanswered(PARKING))
    await gaps.collect("milk", unanswered(MILK))

    offered = [await questions(gaps, account) for account in ("tea", "milk", "bread")]

    assert offered == [[PARKING], [MILK], []]


async def test_what_is_answered_by_now_is_offered_no_more_until_the_answer_is_gone(
    engine: AsyncEngine,
) -> None:
    gaps = made(engine)
    await gaps.collect("tea", unanswered(*[PARKING] * 4, MILK, MILK, MILK + "呢"))

    before = await questions(gaps)
    await gaps.knowledge.upsert_entries(
        "tea", [Entry("park", PARKING + "吗", (), Text(content="有。"))]
    )
    taught = await questions(gaps)
    states = await gap_states(engine)
    await gaps.knowledge.delete_entry("tea", "park")
    forgotten = await questions(gaps)
    await gaps.collect("tea", unanswered(PARKING))

    assert before == [PARKING, MILK]
    assert taught == forgotten == [MILK]
    assert states[PARKING] == (4, "answered")
    assert await questions(gaps) == before


async def test_what_was_dismissed_stays_so_when_it_is_asked_again(engine: AsyncEngine) -> None:
    gaps = made(engine)
    await gaps.collect("tea", unanswered(PARKING))
    await gaps.embed()
    [gap] = await gaps.store.open("tea", "fake-1")

    await gaps.dismiss("tea", gap.id, [])
    await gaps.collect("tea", unanswered(PARKING))

    assert await gap_states(engine) == {PARKING: (2, "dismissed")}
    assert await questions(gaps) == []


async def test_another_model_makes_the_vectors_anew_and_one_it_fails_on_waits_for_the_next(
    engine: AsyncEngine,
) -> None:
    gaps = made(engine)
    await gaps.collect("tea", unanswered(PARKING, "中毒了"))
    reader = gaps.knowledge.search
    assert isinstance(reader, FakeClassifier)

    before = await questions(gaps)
    reader.name = "fake-2"
    made_anew = [await gaps.embed(), await gaps.embed()]
    after = await questions(gaps)
    reader.name = "fake-3"

    assert (before, made_anew, after) == ([PARKING], [2, 0], [PARKING])
    assert await gaps.embed() == 2


async def test_variants_are_added_though_a_model_was_promoted_since_they_were_listed(
    engine: AsyncEngine,
) -> None:
    gaps = made(engine)
    await gaps.knowledge.upsert_entries("tea", [Entry("park", "停车", (), Text(content="有。"))])
    await gaps.collect("tea", unanswered(PARKING, PARKING, MILK))
    await gaps.embed()
    parking, milk = sorted(await gaps.store.open("tea", "fake-1"), key=lambda gap: -gap.times)
    reader = gaps.knowledge.search
    assert isinstance(reader, FakeClassifier)
    reader.name = "fake-2"

    added = await gaps.add_to("tea", parking.id, [milk.id], "park")

    assert added == Entry("park", "停车", (PARKING, MILK), Text(content="有。"))
    assert await gaps.knowledge.store.get("tea", "park") == added


async def test_a_draft_rests_on_entries_and_on_documents(engine: AsyncEngine) -> None:
    passage_texts: list[str] = []

    async def chat(question: str, passages: Sequence[Hit]) -> str:
        passage_texts.extend(as_plain_text(passage.answer) for passage in passages)
        return "有。"

    gaps, imports = made(engine), ImportStore(engine)
    text = "# 门店\n## 停车\n门店东侧有停车场，两小时免费。\n"
    await imports.file("tea", [Upload("store.md", text.encode())], dry_run=False, skip_faulty=False)
    await Importer(imports, gaps.knowledge).step(asyncio.Event())
    await gaps.knowledge.upsert_entries(
        "tea", [Entry("milk", MILK, (), Text(content="自有牧场。"))]
    )
    await gaps.collect("tea", unanswered(PARKING))
    await gaps.embed()
    [gap] = await gaps.store.open("tea", "fake-1")

    drafted = await GapSuggestions(gaps, chat).draft("tea", gap.id)

    assert passage_texts == ["门店东侧有停车场，两小时免费。", "自有牧场。"]
    assert [passage.question for passage in drafted.passages] == ["门店 > 停车", MILK]


async def test_a_draft_has_the_length_of_an_answer_and_no_more_than_its_time(
    engine: AsyncEngine,
) -> None:
    async def chat(question: str, passages: Sequence[Hit]) -> str:
        return "好" * 1_000

    async def hang(question: str, passages: Sequence[Hit]) -> str:
        await asyncio.Event().wait()
        return ""

    gaps = made(engine)
    await gaps.collect("tea", unanswered(PARKING))
    await gaps.embed()
    [gap] = await gaps.store.open("tea", "fake-1")

    drafted = await GapSuggestions(gaps, chat).draft("tea", gap.id)
    with pytest.raises(DraftingFailed, match="wrote nothing"):
        await GapSuggestions(gaps, hang, within=0.05).draft("tea", gap.id)

    assert len(drafted.answer.encode()) <= 2048
    assert drafted.answer.startswith("好" * 600)


async def test_a_question_has_all_its_reasons_and_what_was_counted_is_not_counted_again(
    engine: AsyncEngine,
) -> None:
    gaps = made(engine)
    [parking] = unanswered(PARKING)

    await gaps.collect("tea", [parking, replace(parking, reason="rejected", times=0)])
    await gaps.collect("tea", [replace(parking, reason="handed_over", times=0)])
    await gaps.collect("milk", [replace(parking, reason="rejected", times=0)])
    [offer], _ = await GapSuggestions(gaps).page("tea", 20)
    rejected, _ = await GapSuggestions(gaps).page("tea", 20, "rejected")
    unsure, _ = await GapSuggestions(gaps).page("tea", 20, "low_confidence")

    assert offer.cluster.times == 1
    assert offer.reasons == {"unanswered": 1, "rejected": 1, "handed_over": 1}
    assert (rejected, unsure) == ([offer], [])
    assert (await gap_states(engine))[PARKING] == (1, "open")


async def test_what_is_answered_in_doubt_stays_until_its_entry_changes(
    engine: AsyncEngine,
) -> None:
    gaps = made(engine)
    entry = Entry("park", PARKING, (), Text(content="有。"))
    [parking] = unanswered(PARKING)
    await gaps.knowledge.upsert_entries("tea", [entry])
    await gaps.collect("tea", [replace(parking, reason="rejected")])

    before = await questions(gaps)
    await gaps.knowledge.upsert_entries(
        "tea", [replace(entry, answer=Text(content="地下二层有停车场。"))]
    )
    after = await questions(gaps)

    assert (before, after) == ([PARKING], [])


async def test_what_a_person_answered_last_is_the_draft(engine: AsyncEngine) -> None:
    gaps = made(engine)
    [parking] = unanswered(PARKING)
    await gaps.collect("tea", [parking])
    gap = make_gap_id(PARKING)
    answers = [
        AgentAnswer(gap, text, "小王", at) for text, at in (("地下二层。", 2.0), ("旧的。", 1.0))
    ]

    for answer in [*answers, answers[0]]:
        await store_answer(gaps.store.engine, "tea", answer)
    [offer], _ = await GapSuggestions(gaps).page("tea", 20)
    drafted = await GapSuggestions(gaps).draft("tea", gap)

    assert (offer.answer, drafted.answer, drafted.agent) == (answers[0], "地下二层。", "小王")
