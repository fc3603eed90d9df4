"""Numbers and names in messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dialogue.slot_filling import slots
from app.dialogue.slot_filling.slots import SlotResult
from app.dialogue.wording import slot_texts
from app.sessions.store import Session

ORDER = "20261125000123"
WAITING_SESSION = Session(waiting="我的快递到哪了", slots={"phone": "13812345678"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ORDER, {"order": ORDER}),
        ("订单号：HY20261125001", {"order": "HY20261125001"}),
        ("单号是 DD-2026-0012 谢谢", {"order": "DD-2026-0012"}),
        ("hy20261125001", {"order": "HY20261125001"}),
        ("２０２６１１２５０００１２３", {"order": ORDER}),
        ("2026 1125 0001 2345", {"order": "2026112500012345"}),
        ("13812345678", {"phone": "13812345678"}),
        ("我的手机号是１３８１２３４５６７８", {"phone": "13812345678"}),
        ("138 1234 5678", {"phone": "13812345678"}),
        ("+86 138-1234-5678", {"phone": "13812345678"}),
        ("8613812345678", {"phone": "13812345678"}),
        ("订单号 13812345678", {"order": "13812345678"}),
        (f"订单{ORDER}电话13812345678", {"order": ORDER, "phone": "13812345678"}),
        (f"13812345678 {ORDER}", {"order": ORDER, "phone": "13812345678"}),
        ("快递单号SF1234567890123", {"tracking": "SF1234567890123"}),
        ("sf1234567890123 到哪了", {"tracking": "SF1234567890123"}),
        ("退货单号：773012345678901", {"tracking": "773012345678901"}),
        ("云雾绿茶什么时候发货", {"product": "云雾绿茶"}),
        ("ＴＥＡ bag 有货吗", {"product": "tea bag"}),
    ],
)
def test_what_a_text_names_is_found_and_written_plainly(text: str, found: dict[str, str]) -> None:
    products = ["绿茶", "云雾绿茶", "tea bag"]

    named = slots.find_slots(text, products)

    assert named == found


@pytest.mark.parametrize(
    "text",
    [
        "我买了500件", "2026年11月25日下单的", "订单号是多少", "我的订单怎么还没到",
        "12345678901234567890123",
        "11010519491231002X", "身份证 110105194912310021", "6222021234567890128",
        "卡号：6222 0212 3456 7890", "٢٠٢٦١١٢٥٠٠٠١٢٣", "",
    ],
)  # fmt: skip
def test_other_numbers_and_cards_are_not_taken(text: str) -> None:
    assert slots.find_slots(text) == {}


@pytest.mark.parametrize(
    ("said", "order"),
    [
        (ORDER, ORDER),
        (f"订单号 {ORDER} 谢谢", ORDER),
        (f"这是我的订单号：{ORDER}，麻烦查一下", ORDER),
        ("A10086-7", "A10086-7"),
        ("2026 1125 0001 2345", "2026112500012345"),
    ],
)
def test_when_the_number_that_was_asked_for_comes_the_question_goes_on(
    said: str, order: str
) -> None:
    slot_result = slots.extract_slots(said, WAITING_SESSION)

    assert slot_result == SlotResult(
        slots={"phone": "13812345678", "order": order},
        text="我的快递到哪了",
        is_resumed=True,
        is_bare_number=True,
    )


@pytest.mark.parametrize("said", ["我想先问下怎么退货", "算了不查了", f"{ORDER} 可以退吗"])
def test_who_asks_something_else_instead_is_answered_that(said: str) -> None:
    slot_result = slots.extract_slots(said, WAITING_SESSION)

    assert (slot_result.text, slot_result.is_resumed, slot_result.is_bare_number) == (
        said,
        False,
        False,
    )


def test_a_number_out_of_the_blue_is_a_number_and_nothing_more() -> None:
    slot_result = slots.extract_slots(ORDER, Session())

    assert slot_result == SlotResult(slots={"order": ORDER}, text=ORDER, is_bare_number=True)


@pytest.mark.parametrize(
    ("question", "said", "matched_entry"),
    [
        ("", "我要一斤龙井", None), ("", "5公斤的大米有吗", None),
        ("", "我120斤穿什么码", "体重120斤"),
        ("龙井多少钱", "一斤", "1斤"), ("大米有5公斤的吗", "10公斤", "10公斤"),
        ("我穿多大码", "120斤", "体重120斤"), ("狗狗洗澡多少钱", "30斤", "体重30斤"),
    ],
)  # fmt: skip
def test_only_a_persons_weight_is_kept_as_one(
    question: str, said: str, matched_entry: str | None
) -> None:
    slot_result = slots.extract_slots(said, Session(question=question, last_question=question))

    assert slot_result.slots.get("size") == matched_entry


def test_a_newer_number_takes_the_place_of_the_older() -> None:
    session = Session(slots={"order": "1111111111", "product": "绿茶"})

    slot_result = slots.extract_slots(f"订单号{ORDER}到哪了", session)

    assert slot_result.slots == {"order": ORDER, "product": "绿茶"}


def test_only_a_question_about_one_order_needs_its_number() -> None:
    missing_slots = [
        slots.find_missing_slots(intent, slot_values)
        for intent, slot_values in [
            ("ask_logistics_status", {}),
            ("ask_logistics_status", {"order": ORDER}),
            ("ask_ship_time", {}),
            ("nobody_knows", {}),
        ]
    ]

    assert missing_slots == [("order",), (), (), ()]


def test_every_slot_can_be_asked_for() -> None:
    assert slot_texts.SLOT_QUESTIONS.keys() == slots.TITLES.keys()
    assert all(words for words in slot_texts.SLOT_QUESTIONS.values())


@given(st.text(max_size=300))
def test_any_text_is_heard_and_nothing_grows_without_bound(text: str) -> None:
    slot_result = slots.extract_slots(text, WAITING_SESSION, ["绿茶"])

    assert slot_result.text in {text, WAITING_SESSION.waiting}
    assert all(len(value) <= 64 for value in slot_result.slots.values())


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_number_alone_is_never_an_order(phone: str) -> None:
    assert slots.find_slots(phone, asked_slot="order") == {"phone": phone}
