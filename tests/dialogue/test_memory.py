"""What a conversation keeps and forgets."""

import pytest

from app.dialogue import memory
from app.dialogue.memory import CHARACTERS_KEPT, TOPICS_KEPT
from app.sessions import store
from app.sessions.store import TURNS_KEPT, Session, SessionTurn


@pytest.mark.parametrize(
    "text", ["重新开始", " 重新开始。", "清空对话", "/new", "/NEW", "／new", "重新开始！"]
)
def test_a_new_beginning_is_asked_for_in_just_these_words(text: str) -> None:
    assert memory.is_reset_request(text)


@pytest.mark.parametrize("text", ["重新开始发货了吗", "怎么清空对话", "new", "", "重新下单"])
def test_other_words_forget_nothing(text: str) -> None:
    assert not memory.is_reset_request(text)


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("买家咨询发货时间", "发货时间"),
        ("买家表示需要退货退款", "需要退货退款"),
        ("买家咨询是否可以拒收", "拒收"),
        ("买家咨询能否到付", "到付"),
        ("买家要求修改收件信息", "修改收件信息"),
        ("门店与营业时间", "门店与营业时间"),
    ],
)
def test_a_topic_is_what_an_intent_is_about(title: str, topic: str) -> None:
    assert memory.topic_of_intent(title) == topic


def test_the_topics_of_turns_that_are_kept_no_longer_stay() -> None:
    session = Session(slots={"order": "20261125000123", "phone": "13812345678"})

    for number, about in enumerate(["发货时间", "", "退货", "发货时间"] + ["发票"] * TURNS_KEPT):
        session = memory.add_turn(session, f"问{number}", "答", about)

    assert session.turns[0] == SessionTurn(text="问4", answer="答", topic="发票")
    assert session.topics == ("发货时间", "退货")
    assert memory.summarise_session(session) == (
        "此前聊过：发货时间、退货；订单号：20261125000123；手机号：13812345678"
    )


def test_long_turns_push_the_old_ones_out_and_the_newest_stays() -> None:
    session = memory.add_turn(Session(), "一", "答" * 1500, "发货")

    longer = memory.add_turn(session, "二", "答" * 1600, "退货")
    longest = memory.add_turn(longer, "三", "答" * CHARACTERS_KEPT, "发票")

    assert [[t.text for t in s.turns] for s in (session, longer, longest)] == [
        ["一"],
        ["二"],
        ["三"],
    ]
    assert longest.topics == ("发货", "退货")


def test_a_summary_is_bounded_however_long_the_talk() -> None:
    session = Session()

    for number in range(100):
        session = memory.add_turn(session, "问", "答", f"很长很长的话题第{number}个")

    assert len(session.topics) == TOPICS_KEPT
    assert len(memory.summarise_session(session)) <= memory.SUMMARY


def test_a_new_conversation_has_no_summary() -> None:
    assert memory.summarise_session(Session()) == ""


def test_a_session_written_before_these_fields_were_there_is_read() -> None:
    stored = (
        '{"turns":[{"text":"发货","answer":"好"}],"intent":"greet","mood":"neutral","unclear":1}'
    )

    session = store.parse_session(stored)

    assert session == Session(
        turns=(SessionTurn(text="发货", answer="好"),), intent="greet", unclear=1
    )
