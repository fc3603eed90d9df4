"""The slots and what they are for."""

from app.dialogue.slot_filling import slots
from app.dialogue.wording import slot_texts

ORDER = "20261125000123"


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
