"""What a question about an order needs."""

import pytest

from app.dialogue import orders
from app.dialogue.orders import Ask, Look
from app.dialogue.slots import Heard

KNOWN = {"order": "20261125000123"}
WHERE = "我的快递到哪了"


@pytest.mark.parametrize(
    ("intent", "heard", "step"),
    [
        ("ask_logistics_status", Heard({}, WHERE), Ask("order", WHERE)),
        ("ask_logistics_status", Heard(KNOWN, WHERE), Look("20261125000123")),
        ("ask_logistics_status", Heard(KNOWN, WHERE, True, True), Look("20261125000123")),
        (
            "ask_logistics_status",
            Heard({"phone": "13812345678"}, WHERE, True, True),
            Ask("order", WHERE),
        ),
        (None, Heard(KNOWN, "20261125000123", bare=True), Look("20261125000123")),
        ("ask_ship_time", Heard(KNOWN, "多久发货"), None),
        ("ask_ship_time", Heard({}, "多久发货"), None),
        (None, Heard({}, "？"), None),
        (None, Heard({"phone": "13812345678"}, "13812345678", bare=True), None),
    ],
)
def test_a_missing_number_is_asked_for_and_a_known_one_looked_up(
    intent: str | None, heard: Heard, step: Ask | Look | None
) -> None:
    assert orders.step(intent, heard) == step
