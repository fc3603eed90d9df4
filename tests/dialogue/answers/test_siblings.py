"""The entry about another one of a kind."""

from dataclasses import replace

import numpy as np
import pytest

from app.accounts import Account
from app.dialogue.answers import siblings
from app.dialogue.context import Context
from app.dialogue.understanding.query_rewriting.followups import rewrite_question
from app.inference.ports import Bands
from app.knowledge.entries.repository import StoredEntry
from app.knowledge.search.index import Index
from app.knowledge.values import Entry, Evidence
from app.messages.values import Text
from app.sessions.store import Session, SessionTurn
from tests.dialogue import factories

BANDS = Bands(sure=0.4, possible=0.15)
TITLES = ("石榴巷店几点开门关门", "秦望路店营业时间", "停车方便吗")


def entry(name: str, title: str, answer: str, probability: float = 0.01) -> Evidence:
    return factories.make_evidence(name, title, answer, probability)


LEVELS = (
    entry("basic", "基础套餐多少钱", "基础套餐 298 元。", 0.6),
    entry("plus", "标准套餐多少钱", "标准套餐 688 元。"),
    entry("top", "尊享套餐多少钱", "尊享套餐 2380 元。"),
    entry("old", "老人套餐多少钱", "老人套餐 980 元。"),
    entry("stomach", "胃镜多少钱", "普通胃镜 380 元。"),
)
BRANCHES = (
    entry("lane", "石榴巷店几点开门", "石榴巷店10:00-21:00。", 0.6),
    entry("road", "秦望路店营业时间", "秦望路店8:00到24:00。", 0.2),
    entry("park", "停车方便吗", "可以停。", 0.3),
)


@pytest.mark.parametrize(
    ("text", "last", "expected"),
    [
        ("再高一级呢", "basic", "plus"), ("再高一级", "plus", "top"),
        ("便宜一点的", "plus", "basic"),
        ("再高一级", "top", None), ("多少钱", "basic", None), ("再高一级", "gone", None),
    ],
)  # fmt: skip
def test_the_next_level_has_the_next_price(text: str, last: str, expected: str | None) -> None:
    other = siblings.find_sibling(text, last, LEVELS, BANDS)

    assert (other.id if other else None) == expected
    assert other is None or other.probability >= BANDS.sure


@pytest.mark.parametrize(
    ("text", "expected"), [("另一家呢", "road"), ("另外那家呢", "road"), ("周末呢", None)]
)
def test_another_branch_is_told_of_by_its_entry(text: str, expected: str | None) -> None:
    other = siblings.find_sibling(text, "lane", BRANCHES, BANDS)

    assert (other.id if other else None) == expected


@pytest.mark.parametrize(
    ("last_question", "text", "whole"),
    [
        ("石榴巷店几点开门", "另一家呢", "秦望路店几点开门"),
        ("秦望路店停车方便吗", "另外那家呢", "石榴巷店停车方便吗"),
        ("去石榴巷玩要停车费吗", "另一家呢", "去秦望路店玩要停车费吗"),
        ("去石榴巷玩要停车费吗", "另一家几点开门", "秦望路店几点开门"),
        ("停车方便吗", "另一家呢", "另一家停车方便吗"),
        ("石榴巷店几点开门", "周末呢", "石榴巷店周末几点开门"),
    ],
)  # fmt: skip
def test_another_one_of_two_branches_is_searched_by_its_name(
    last_question: str, text: str, whole: str
) -> None:
    session = Session(
        last_question=last_question,
        question=last_question,
        turns=(SessionTurn(text=last_question, answer="好"),),
    )
    message = factories.make_message(text)
    context = Context(
        message=message,
        account=Account(name="default", appid="wx1", token="t"),
        session=session,
        question=rewrite_question(text, session),
    )
    entries = [
        StoredEntry(
            Entry(str(at), title, (), Text(content="答")), np.zeros((1, 2), np.float32), "m"
        )
        for at, title in enumerate(TITLES)
    ]
    index = replace(Index(), stored_entries={each.entry.id: each for each in entries})

    reading = siblings.with_branch(context, index).question

    assert reading is not None
    assert reading.standalone_question == whole


HOMES = (
    entry("lane", "石榴巷店在哪里", "石榴巷14号，巷口有石榴树。", 0.6),
    entry("road", "秦望路店在哪里", "秦望路300号一楼。", 0.05),
    entry("open", "秦望路店营业时间", "秦望路店8:00到24:00。", 0.05),
    entry("sit", "秦望路店有座位吗", "有30个位子。", 0.3),
)
ROOMS = (
    entry("week", "大床房平日多少钱", "大床房平日 298 元。", 0.6),
    entry("end", "大床房周末多少钱", "大床房周末 368 元。", 0.2),
    entry("two", "双床房平日多少钱", "双床房平日 398 元，送早餐。", 0.2),
)


def equals(
    text: str, candidates: tuple[Evidence, ...], session: Session | None = None
) -> list[str]:
    message = factories.make_message(text)
    session = session or Session()
    context = replace(
        Context(
            message=message,
            account=Account(name="default", appid="wx1", token="token"),
            session=session,
        ),
        question=rewrite_question(text, session),
        candidates=candidates,
    )
    return [each.id for each in siblings.find_equals(context, candidates[0], BANDS)]


@pytest.mark.parametrize(
    ("text", "evidence", "others"),
    [
        ("你们店在哪", HOMES, ["road", "sit"]), ("石榴巷店在哪", HOMES, []),
        ("巷口有棵石榴树那家在哪", HOMES, []), ("where is your shop", HOMES, []),
        ("大床房住一晚多少钱", ROOMS, ["end"]), ("周末大床房多少钱", ROOMS, []),
    ],
)  # fmt: skip
def test_those_that_nothing_tells_apart_answer_equally(
    text: str, evidence: tuple[Evidence, ...], others: list[str]
) -> None:
    assert equals(text, evidence) == others


def test_a_branch_that_was_named_before_is_the_one_that_is_meant() -> None:
    session = Session(turns=(SessionTurn(text="石榴巷店几点关门", answer="21:00"),))

    assert equals("你们店在哪里", HOMES, session) == []
