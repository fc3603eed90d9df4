"""The slots: details that an answer needs, their titles, and the result of reading a message."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from app.privacy import pii

Slot = Literal[
    "order", "tracking", "phone", "product", "region", "size", "visit", "age", "details"
]  # fmt: skip
SLOTS: tuple[Slot, ...] = get_args(Slot)
NUMBERS: frozenset[Slot] = frozenset({"order", "tracking", "phone"})
VALUES: tuple[Slot, ...] = ("region", "size", "visit", "age")
FREE: frozenset[Slot] = frozenset({"product", "details"})  # answered in words of any kind
CONFIRMED_BY_A_PERSON: frozenset[Slot] = frozenset({"visit"})  # not booked before that
TITLES: Mapping[Slot, str] = {
    "order": "订单号",
    "tracking": "快递单号",
    "phone": "手机号",
    "product": "商品",
    "region": "地区",
    "size": "规格尺码",
    "visit": "到店时间和人数",
    "age": "年龄",
    "details": "需求",
}
# Intents about one order, whose number the answer needs.
OF_AN_ORDER = frozenset({
    "ask_logistics_status", "ask_tracking_number", "ask_return_received", "complain_slow_logistics",
    "urge_shipping", "verify_order",
})  # fmt: skip
_PERSONS = re.compile(r"(?<=\d)(?:个)?人(?![份间房桌床])")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotResult:
    """The slots of session and message, and the pending question that has to be answered."""

    slots: dict[str, str]  # of the session, with those of this message
    text: str  # the pending question: the message, or the earlier question that it completes
    is_resumed: bool = False  # the message completes an earlier question
    is_bare_number: bool = False  # the message is only a number
    filled_slot: Slot | None = None  # of the earlier question; None for numbers
    question: str = ""  # the earlier question without the value


def get_answer(slot_result: SlotResult) -> str:
    """The value with which the message answers the bot's question; "" for none."""
    if slot_result.filled_slot:
        return slot_result.slots.get(slot_result.filled_slot, "")
    numbers = [slot for slot in SLOTS if slot in NUMBERS and slot_result.slots.get(slot)]
    return slot_result.slots[numbers[0]] if slot_result.is_bare_number and numbers else ""


def format_value(slot: Slot | None, words: str) -> str:
    """A value as a reply says it: 2位 for 2人, a phone number without its middle."""
    if slot in {"order", "tracking"}:
        return words
    return pii.hide_middle(_PERSONS.sub("位", words) if slot == "visit" else words)


def format_answer(slot_result: SlotResult) -> str:
    """The value of `get_answer`, as a reply says it."""
    number = next((slot for slot in SLOTS if slot in NUMBERS and slot_result.slots.get(slot)), None)
    return format_value(slot_result.filled_slot or number, get_answer(slot_result))


def find_missing_slots(intent: str, slot_values: Mapping[str, str]) -> tuple[Slot, ...]:
    """The slots that the intent's answer needs and `slot_values` doesn't have."""
    return tuple(slot for slot in get_needed_slots(intent) if not slot_values.get(slot))


def get_needed_slots(intent: str) -> tuple[Slot, ...]:
    """The slots that the answer to an intent needs, by its id."""
    return ("order",) if intent in OF_AN_ORDER else ()
