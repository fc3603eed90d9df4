"""An order in words."""

import pytest
from pydantic import ValidationError

from app.dialogue.orders.tools import Order, word_order_status


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order(number="7", status="unpaid"), "订单 7 还没有付款。"),
        (
            Order(number="7", status="paid", ship_by="11月27日", arrives="11月30日"),
            "订单 7 已付款，正在备货。预计 11月27日 前发出。",
        ),
        (
            Order(
                number="7",
                status="shipped",
                carrier="中通",
                tracking="78123",
                latest="已到杭州转运中心。",
                arrives="11月28日",
            ),
            "订单 7 已发货。快递：中通 78123。最新进度：已到杭州转运中心。预计 11月28日 送达。",
        ),
        (Order(number="7", status="signed", arrives="11月28日"), "订单 7 已签收。"),
        (Order(number="7", status="other", status_text="待自提"), "订单 7 的状态：待自提。"),
        (Order(number="7", status="other"), "订单 7 的状态：处理中。"),
        (None, "没有查到订单 8。请核对一下订单号，或回复「人工」由同事帮您查。"),
    ],
)
def test_an_order_is_told_with_what_is_known_of_it(order: Order | None, expected: str) -> None:
    number = order.number if order else "8"

    text = word_order_status(order, number)

    assert text == expected


def test_what_the_cms_writes_is_one_line() -> None:
    order = Order.model_validate({"number": " 7\n", "status": "other", "status_text": "待\r\n自提"})

    assert word_order_status(order, "7") == "订单 7 的状态：待 自提。"


@pytest.mark.parametrize(
    "wrong", [{"number": ""}, {"number": "7" * 65}, {"latest": "慢" * 201}, {"carrier": 3}]
)
def test_what_is_too_long_or_of_another_kind_is_refused(wrong: dict[str, object]) -> None:
    fields = {"number": "7", "status": "paid"} | wrong

    with pytest.raises(ValidationError):
        Order.model_validate(fields)
