"""What a message says for the slot that the bot asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dialogue.slot_filling.extraction import extract_slots
from app.dialogue.slot_filling.slots import SlotResult
from app.sessions.store import Session

ORDER = "20261125000123"
WAITING_SESSION = Session(waiting="我的快递到哪了", slots={"phone": "13812345678"})


@pytest.mark.parametrize(
    ("message", "order"),
    [
        (ORDER, ORDER),
        (f"订单号 {ORDER} 谢谢", ORDER),
        (f"这是我的订单号：{ORDER}，麻烦查一下", ORDER),
        ("A10086-7", "A10086-7"),
        ("2026 1125 0001 2345", "2026112500012345"),
    ],
)
def test_when_the_number_that_was_asked_for_comes_the_question_goes_on(
    message: str, order: str
) -> None:
    slot_result = extract_slots(message, WAITING_SESSION)

    assert slot_result == SlotResult(
        slots={"phone": "13812345678", "order": order},
        text="我的快递到哪了",
        is_resumed=True,
        is_bare_number=True,
    )


@pytest.mark.parametrize("message", ["啊啊啊啊啊", "呢呢呢", "吧吧吧", "呀呀！！", "啊 啊~"])
def test_particles_alone_are_no_product(message: str) -> None:
    slot_result = extract_slots(message, Session(last_question="真丝衬衫怎么洗"))

    assert slot_result == SlotResult(slots={}, text=message)


@pytest.mark.parametrize("message", ["我想先问下怎么退货", "算了不查了", f"{ORDER} 可以退吗"])
def test_who_asks_something_else_instead_is_answered_that(message: str) -> None:
    slot_result = extract_slots(message, WAITING_SESSION)

    assert (slot_result.text, slot_result.is_resumed, slot_result.is_bare_number) == (
        message,
        False,
        False,
    )


def test_a_number_out_of_the_blue_is_a_number_and_nothing_more() -> None:
    slot_result = extract_slots(ORDER, Session())

    assert slot_result == SlotResult(slots={"order": ORDER}, text=ORDER, is_bare_number=True)


@pytest.mark.parametrize(
    ("question", "message", "matched_entry"),
    [
        ("", "我要一斤龙井", None), ("", "5公斤的大米有吗", None),
        ("", "我120斤穿什么码", "体重120斤"),
        ("龙井多少钱", "一斤", "1斤"), ("大米有5公斤的吗", "10公斤", "10公斤"),
        ("我穿多大码", "120斤", "体重120斤"), ("狗狗洗澡多少钱", "30斤", "体重30斤"),
    ],
)  # fmt: skip
def test_only_a_persons_weight_is_kept_as_one(
    question: str, message: str, matched_entry: str | None
) -> None:
    slot_result = extract_slots(message, Session(question=question, last_question=question))

    assert slot_result.slots.get("size") == matched_entry


def test_a_newer_number_takes_the_place_of_the_older() -> None:
    session = Session(slots={"order": "1111111111", "product": "绿茶"})

    slot_result = extract_slots(f"订单号{ORDER}到哪了", session)

    assert slot_result.slots == {"order": ORDER, "product": "绿茶"}


@given(st.text(max_size=300))
def test_any_text_is_heard_and_nothing_grows_without_bound(text: str) -> None:
    slot_result = extract_slots(text, WAITING_SESSION)

    assert slot_result.text in {text, WAITING_SESSION.waiting}
    assert all(len(value) <= 64 for value in slot_result.slots.values())
