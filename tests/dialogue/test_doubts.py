"""Questions whose answer is missing or doubtful."""

from dataclasses import replace
from typing import Any

import pytest

from app.accounts import Account
from app.dialogue.context import Context
from app.dialogue.gaps import doubts
from app.dialogue.gaps.agent_answers import is_answer, is_question
from app.dialogue.prepare import prepare_message
from app.dialogue.turn import HandOver, Turn
from app.messages.values import Text
from app.sessions.store import Session, SessionTurn
from tests.dialogue import factories

ACCOUNT = Account(name="default", appid="wx1", token="token", brand="青禾茶铺")
ANSWERED = Session(
    turns=(SessionTurn(text="多久发货", answer="三天。"),), question="多久发货", outcome="answered"
)
COLLECTED = ANSWERED.model_copy(update={"outcome": "collected"})
HANDED_OVER = HandOver("asked", "inbox", "", "")


def make_context(
    text: str, session: Session = ANSWERED, intent: str = "ask_ship_time", **changed: Any
) -> Context:
    message = factories.make_message(text)
    context = prepare_message(Context(message=message, account=ACCOUNT, session=session))
    classification = factories.make_classification(
        intent, changed.pop("confidence", 0.9), in_scope=changed.pop("in_scope", True)
    )
    return replace(context, classification_result=classification, **changed)


def list_doubts(context: Context, source: Any, **changed: Any) -> list[tuple[str, str, int]]:
    turn = Turn(
        answer=Text(content="好的。"),
        source=source,
        session=Session(),
        classification=context.classification,
        **changed,
    )
    return [(each.text, each.reason, each.times) for each in doubts.find_doubts(context, turn)]


@pytest.mark.parametrize(
    "text",
    [
        "不是", "不对", "不对吧", "不是这个", "不是这个意思", "这不对", "答非所问", "文不对题",
        "你没懂", "我问的不是这个", "我问的是发货", "不是，我问运费", "没回答我的问题",
        "你理解错了", "听不懂人话吗", "你搞错我的意思了",
        "搞错了吧", "根本不对！", "你没有回答我的问题",
    ],
)  # fmt: skip
def test_what_says_that_the_answer_was_none_is_a_rejection(text: str) -> None:
    assert doubts.is_rejection(text)
    assert list_doubts(make_context(text), "ask_back") == [("多久发货", "rejected", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "不是很贵吗", "不对称的裙子有吗", "不是我买的怎么退", "是不是正品", "对吗", "不懂怎么洗",
        "不是说三天发货吗怎么还没到", "地址写错了怎么改", "尺码发错了", "订单弄错了怎么办呀",
        "能不能不要发票", "没有收到货", "不错", "错过活动了还能买吗",
    ],
)  # fmt: skip
def test_a_question_with_such_words_is_none(text: str) -> None:
    assert not doubts.is_rejection(text)


@pytest.mark.parametrize(
    ("context", "source", "changed", "expected"),
    [
        (make_context("有停车场吗"), "knowledge_missing", {}, [("有停车场吗", "unanswered", 1)]),
        (make_context("有停车场吗"), "template", {}, []),
        (
            make_context("有停车场吗", confidence=0.4), "template", {},
            [("有停车场吗", "low_confidence", 1)],
        ),
        (make_context("你好呀", intent="greet", confidence=0.4), "template", {}, []),
        (make_context("有停车场吗"), "choices", {}, [("有停车场吗", "low_confidence", 1)]),
        (
            make_context("转人工", wish="asks"), "handoff", {"hand_over": HANDED_OVER},
            [("多久发货", "handed_over", 1)],
        ),
        (
            make_context("转人工", COLLECTED, wish="asks"), "handoff", {"hand_over": HANDED_OVER},
            [("多久发货", "handed_over", 0)],
        ),
        (make_context("转人工", Session(), wish="asks"), "handoff", {"hand_over": HANDED_OVER}, []),
        (make_context("多久发货？"), "template", {}, [("多久发货？", "rejected", 2)]),
        (
            make_context("多久发货", COLLECTED), "knowledge_missing", {},
            [("多久发货", "unanswered", 1), ("多久发货", "rejected", 0)],
        ),
        (make_context("不对", Session()), "ask_back", {}, []),
        (make_context("有停车场吗"), "person", {}, []),
        (
            make_context("青禾茶铺是上市公司吗", Session(), "out_of_scope", in_scope=False),
            "small_talk",
            {},
            [("青禾茶铺是上市公司吗", "out_of_scope_named", 1)],
        ),
        (
            make_context("今天天气怎么样", intent="out_of_scope", in_scope=False),
            "small_talk",
            {},
            [],
        ),
    ],
)  # fmt: skip
def test_a_question_is_collected_for_what_became_of_it(
    context: Context, source: Any, changed: dict[str, Any], expected: list[tuple[str, str, int]]
) -> None:
    assert list_doubts(context, source, **changed) == expected


def test_an_answer_of_the_base_is_doubtful_where_it_may_be_another_questions() -> None:
    entry = factories.make_evidence("e1", "怎么停车", "地下二层。", 0.6)

    unsure = list_doubts(make_context("有停车场吗", matched_entry=entry), "knowledge")
    sure = list_doubts(
        make_context("有停车场吗", matched_entry=replace(entry, probability=0.95)), "knowledge"
    )

    assert (unsure, sure) == ([("有停车场吗", "low_confidence", 1)], [])


def test_what_the_base_speaks_of_is_the_brands() -> None:
    tea = factories.make_evidence("e1", "正山小种怎么泡", "九十度。", 0.01)
    context = make_context(
        "正山小种和咖啡哪个好喝", intent="out_of_scope", in_scope=False, evidence=(tea,)
    )

    assert list_doubts(context, "small_talk") == [
        ("正山小种和咖啡哪个好喝", "out_of_scope_named", 1)
    ]


@pytest.mark.parametrize(
    ("context", "source", "outcome"),
    [
        (make_context("有停车场吗"), "template", "answered"),
        (make_context("有停车场吗"), "knowledge_missing", "collected"),
        (make_context("转人工", wish="asks"), "handoff", ""),
        (make_context("不对"), "ask_back", ""),
        (make_context("删除我的数据"), "data", ""),
        (make_context("👍"), "template", ""),
    ],
)
def test_the_next_turn_knows_what_became_of_the_question(
    context: Context, source: Any, outcome: str
) -> None:
    turn = Turn(
        answer=Text(content="好的。"),
        source=source,
        session=Session(),
        classification=context.classification,
    )

    assert doubts.find_outcome(context, turn) == outcome


@pytest.mark.parametrize(
    ("text", "asks"),
    [("有停车场吗", True), ("转人工", False), ("还没人吗", False), ("不对", False), (" ", False)],
)
def test_a_call_for_a_person_is_no_question_for_an_entry(text: str, asks: bool) -> None:
    assert is_question(text) == asks


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("地下二层有停车场，凭小票免费两小时。", True),
        ("您好", False),
        ("您好，请问您是哪个订单呢？", False),
        ("亲，在的，稍等", False),
        ("好的", False),
    ],
)
def test_a_greeting_or_a_question_back_is_no_answer(text: str, answers: bool) -> None:
    assert is_answer(text) == answers
