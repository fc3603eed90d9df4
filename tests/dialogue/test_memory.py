"""What a conversation keeps and forgets."""

import pytest

from app.dialogue.session import memory
from app.dialogue.session.memory import CHARACTERS_KEPT
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


def test_only_the_last_turns_stay() -> None:
    session = Session()

    for number in range(TURNS_KEPT + 2):
        session = memory.add_turn(session, f"问{number}", "答")

    assert session.turns == tuple(
        SessionTurn(text=f"问{number}", answer="答") for number in range(2, TURNS_KEPT + 2)
    )


def test_long_turns_push_the_old_ones_out_and_the_newest_stays() -> None:
    session = memory.add_turn(Session(), "一", "答" * 1500)

    longer = memory.add_turn(session, "二", "答" * 1600)
    longest = memory.add_turn(longer, "三", "答" * CHARACTERS_KEPT)

    assert [[t.text for t in s.turns] for s in (session, longer, longest)] == [
        ["一"],
        ["二"],
        ["三"],
    ]


def test_a_session_written_before_these_fields_were_there_is_read() -> None:
    stored = (
        '{"turns":[{"text":"发货","answer":"好","topic":""}],"topics":[],'
        '"intent":"greet","mood":"neutral","unclear":1}'
    )

    session = store.parse_session(stored)

    assert session == Session(
        turns=(SessionTurn(text="发货", answer="好"),), intent="greet", unclear=1
    )
