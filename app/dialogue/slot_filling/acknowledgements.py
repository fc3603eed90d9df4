"""Words the acknowledgement of a slot's value, and how the question will be answered. No I/O."""

import re

from app.accounts import Account
from app.dialogue.slot_filling import missing_details, slots
from app.dialogue.slot_filling.slots import CONFIRMED_BY_A_PERSON, FREE, NUMBERS, Slot, SlotResult
from app.dialogue.understanding import quoting
from app.dialogue.understanding.sentences import sentence_kinds
from app.dialogue.wording import followup_texts, slot_texts
from app.inbox.service import Handoff
from app.kit.text import fold_width
from app.messages.phrases import Say, as_shipped
from app.sessions.store import Session


def word_noted(slot_result: SlotResult, text: str, session: Session, say: Say = as_shipped) -> str:
    """The sentence that a detail is noted, and which details are missing; for a booking also that
    nothing is booked yet.
    """
    phrase = slot_texts.NOTED_WORDS if slot_result.filled_slot in FREE else slot_texts.NOTED
    if slot_result.filled_slot in CONFIRMED_BY_A_PERSON:
        phrase = slot_texts.NOTED_BOOKING
    return say(phrase, value=slots.format_answer(slot_result)) + _word_missing(text, session, say)


def word_acknowledgement(
    slot_result: SlotResult,
    account: Account,
    hold: Handoff | None,
    say: Say = as_shipped,
    head: str = "",
) -> str:
    """The acknowledgement of a detail (`head`), and how the question will be answered."""
    head = head or word_noted(slot_result, slot_result.text, Session(), say)
    name = quoting.name_question(slot_result.question) or quoting.NAMELESS
    question = quoting.question_or_noun(slot_result.question) or "这个"
    if hold is not None:
        return head + say(slot_texts.AGENT_SEES)
    if account.desk == "none":
        return head + say(slot_texts.SEE_PAGE, name=name, question=question)
    return head + say(slot_texts.AGENT_ANSWERS, name=name, question=question)


def word_noted_number(
    slot_result: SlotResult,
    account: Account,
    hold: Handoff | None,
    say: Say = as_shipped,
    session: Session = Session(),  # noqa: B008 - frozen
) -> str:
    """The acknowledgement of a number, for what an earlier message wanted; "" for no number."""
    text = slot_result.text
    sent_slots = _find_sent_numbers(slot_result)
    if not sent_slots or (sentence_kinds.is_question(text) and not slot_result.is_bare_number):
        return ""
    numbers = "、".join(_word_number(slot_result, slot) for slot in sent_slots)
    request, missing = missing_details.find_request(session), _word_missing(text, session, say)
    if hold is None and request and account.desk != "none":
        head = say(followup_texts.REQUEST_NOTED, numbers=numbers, request=request)
        return head + missing + say(followup_texts.AGENT_GOES_ON)
    head = say(slot_texts.NUMBERS_NOTED, numbers=numbers) + missing
    if hold is not None:
        return head + say(slot_texts.AGENT_SEES_NUMBER)
    where = slot_texts.WHERE_TO_LOOK.get(sent_slots[0])
    head += say(where) if where else ""
    return head if account.desk == "none" else head + say(slot_texts.AGENT_CHECKS_NUMBER)


def _find_sent_numbers(slot_result: SlotResult) -> list[Slot]:
    """The slots of the numbers that the message has."""
    return [
        slot
        for slot in slots.SLOTS
        if slot in NUMBERS and slot_result.slots.get(slot) and _is_in_message(slot_result, slot)
    ]


def _word_number(slot_result: SlotResult, slot: Slot) -> str:
    return f"{slots.TITLES[slot]} {slots.format_value(slot, slot_result.slots[slot])}"


def _word_missing(text: str, session: Session, say: Say) -> str:
    items = missing_details.find_missing_items(text, session)
    item_names = missing_details.name_items(items, session) if items else ""
    return say(followup_texts.MISSING, items=item_names) if item_names else ""


def _is_in_message(slot_result: SlotResult, slot: Slot) -> bool:
    """Whether the message itself has the slot's value, rather than an earlier one."""
    value = re.sub(r"\W", "", slot_result.slots[slot].removeprefix("尾号")).upper()
    return (
        value in re.sub(r"\W", "", fold_width(slot_result.text).strip()).upper()
        or slot_result.is_resumed
    )
