"""Numbers of orders, parcels and phones in messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dialogue.slot_filling.numbers import find_numbers

ORDER = "20261125000123"


@pytest.mark.parametrize(
    ("text", "numbers"),
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
    ],
)
def test_numbers_are_found_and_written_plainly(text: str, numbers: dict[str, str]) -> None:
    assert find_numbers(text) == numbers


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
    assert find_numbers(text) == {}


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_number_alone_is_never_an_order(phone: str) -> None:
    assert find_numbers(phone, is_order_asked=True) == {"phone": phone}
