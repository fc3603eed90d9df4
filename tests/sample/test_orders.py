"""The stand-in for orders, asked as a worker asks a shop's own system."""

import json
import time
from datetime import date
from typing import Any

import pytest

from app.dialogue.orders.tools import word_order_status
from app.kit.signing import sign_request
from app.sample.orders import PATH, make_orders
from tests.conftest import Open
from tests.service import Service, client

SECRET = "a-secret-of-sixteen"
OPENED = {
    "order_webhook": "http://127.0.0.1:8000/sample/orders", "webhook_secret": SECRET, "workers": 0,
}  # fmt: skip


async def ask(
    running: Service, number: str, *, secret: str = SECRET, at: float | None = None
) -> tuple[int, Any]:
    question = {"type": "order", "account": "default", "openid": "mei", "number": number}
    body, timestamp = json.dumps(question).encode(), str(int(time.time() if at is None else at))
    headers = {
        "X-Huiyin-Timestamp": timestamp,
        "X-Huiyin-Signature": sign_request(secret, timestamp, body),
    }
    async with client(running, key=None) as http:
        answered = await http.post(PATH, content=body, headers=headers)
    return answered.status_code, answered.json()


async def test_a_signed_question_gets_the_order_or_null(open_service: Open) -> None:
    async with open_service(**OPENED) as running:
        reply, lower = await ask(running, "TH10240003"), await ask(running, "th10240003")
        unknown = await ask(running, "TH10240007")

    assert reply[1]["order"]["status"] == "shipped"
    assert reply == lower
    assert unknown == (200, {"order": None})


@pytest.mark.parametrize("other", [{"secret": "another-secret-xx"}, {"at": 1.0}])
async def test_an_unsigned_or_old_question_gets_nothing(
    open_service: Open, other: dict[str, Any]
) -> None:
    async with open_service(**OPENED) as running:
        status, _ = await ask(running, "TH10240003", **other)

    assert status == 403


async def test_without_the_sample_there_is_no_such_path(open_service: Open) -> None:
    async with open_service(workers=0) as running:
        status, _ = await ask(running, "TH10240003")

    assert status == 404


def test_six_orders_stand_in_six_states_with_dates_of_now() -> None:
    listed = make_orders(date(2026, 12, 31))

    assert [order.status for order in listed.values()] == [
        "unpaid", "paid", "shipped", "delivering", "signed", "refunding",
    ]  # fmt: skip
    assert word_order_status(listed["TH10240002"], "") == (
        "订单 TH10240002 已付款，正在备货。预计 1月1日 前发出。"
    )
