"""What a question about an order needs."""

import pytest

from app.dialogue.orders import orders
from app.dialogue.orders.orders import AskForSlot, LookUpOrder
from app.dialogue.slot_filling.slots import SlotResult
from app.knowledge.values import Evidence

ORDER_SLOTS = {"order": "20261125000123"}
WHERE = "我的快递到哪了"


@pytest.mark.parametrize(
    ("intent", "slot_result", "step"),
    [
        ("ask_logistics_status", SlotResult(slots={}, text=WHERE), AskForSlot("order", WHERE)),
        (
            "ask_logistics_status",
            SlotResult(slots=ORDER_SLOTS, text=WHERE),
            LookUpOrder("20261125000123"),
        ),
        (
            "ask_logistics_status",
            SlotResult(slots=ORDER_SLOTS, text=WHERE, is_resumed=True, is_bare_number=True),
            LookUpOrder("20261125000123"),
        ),
        (
            "ask_logistics_status",
            SlotResult(
                slots={"phone": "13812345678"}, text=WHERE, is_resumed=True, is_bare_number=True
            ),
            AskForSlot("order", WHERE),
        ),
        (
            None,
            SlotResult(slots=ORDER_SLOTS, text="20261125000123", is_bare_number=True),
            LookUpOrder("20261125000123"),
        ),
        ("ask_ship_time", SlotResult(slots=ORDER_SLOTS, text="多久发货"), None),
        ("ask_ship_time", SlotResult(slots={}, text="多久发货"), None),
        (None, SlotResult(slots={}, text="？"), None),
        (
            None,
            SlotResult(slots={"phone": "13812345678"}, text="13812345678", is_bare_number=True),
            None,
        ),
    ],
)
def test_a_missing_number_is_asked_for_and_a_known_one_looked_up(
    intent: str | None, slot_result: SlotResult, step: AskForSlot | LookUpOrder | None
) -> None:
    assert orders.plan_step(intent, slot_result) == step


@pytest.mark.parametrize(
    "text",
    [
        "花送到哪了", "快递到哪了", "我的花到哪里了", "花送到了吗", "配送员到哪儿了，还有多久",
        "查一下我的订单到哪了", "绿植发货了吗，到哪了", "师傅現在到哪裡了", "订单到哪一步了",
        "我的曲奇到哪了", "送到没", "快递现在到哪",
    ],
)  # fmt: skip
def test_who_asks_where_an_order_is_is_told_by_its_number(text: str) -> None:
    assert orders.asks_where(text)


@pytest.mark.parametrize(
    "text",
    [
        "能送到哪", "可以送到哪里", "花能寄到哪些城市", "几点能送到", "快递一般几天到哪",
        "地铁到哪站下", "书看到哪了", "课上到哪了", "多久发货", "怎么查快递", "你们店在哪",
        "下单后多久发货了",
    ],
)  # fmt: skip
def test_where_things_can_be_sent_is_another_question(text: str) -> None:
    assert not orders.asks_where(text)


def test_an_entry_may_tell_how_to_find_an_order() -> None:
    entry = Evidence(id="e1", kind="entry", title="怎么查快递", text="小程序订单里可以看。")
    range_ = Evidence(
        id="e2", kind="entry", title="鲜花能寄外地吗", text="鲜花不寄外地，干花可以。"
    )

    assert [orders.tells_where(each) for each in (entry, range_, None)] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("帮我查下订单th10240002什么时候发", True), ("TH10240002什么时候发货", True),
        ("订单TH10240002还没到呢", True), ("看看TH10240002怎么样了", True),
        ("什么时候发货", False), ("TH10240002 我要退款", False), ("TH10240002少发了一罐", False),
        ("TH10240002开发票", False), ("订单TH10240002改一下地址", False),
    ],
)  # fmt: skip
def test_who_names_an_order_and_asks_how_it_stands_is_told(text: str, expected: bool) -> None:
    assert (
        orders.asks_of_named(text, SlotResult(slots={"order": "TH10240002"}, text=text)) is expected
    )
