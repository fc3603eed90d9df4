"""Reads a message with its session: the slots, and the question that has to be answered. No I/O."""

import re
from collections.abc import Mapping

from app.dialogue.answers.answer_clauses import clauses, thresholds
from app.dialogue.slot_filling.answer_values import find_value, goes_on
from app.dialogue.slot_filling.numbers import find_numbers, is_bare_number
from app.dialogue.slot_filling.recognizers.by_slot import BY_SLOT
from app.dialogue.slot_filling.slots import NUMBERS, SLOTS, Slot, SlotResult
from app.dialogue.understanding.entities import places
from app.dialogue.understanding.query_rewriting import rewriting, subjects
from app.dialogue.understanding.sentences import sentence_kinds
from app.kit.text import fold_width
from app.sessions.store import Session

_ABOUT_A_PARCEL = re.compile("快递|物流|包裹|运单|寄出|派送|寄了")
_PARCEL_DIGITS = re.compile(r"[0-9]{12,15}")
_QUANTITY = re.compile(r"[\d.]+(?:公斤|斤)")
LONGEST_ANSWER = 40  # characters
LONGEST_VALUE = 64
LONGEST_QUESTION = 60


def extract_slots(text: str, session: Session) -> SlotResult:
    """Extract the message's slots, and decide whether it completes the question of the session."""
    asked_slot = _find_asked_slot(session)
    wants_number = asked_slot is not None and asked_slot in NUMBERS
    numbers = _of_a_parcel(find_numbers(text, is_order_asked=wants_number), session)
    slot_values = session.slots | dict(numbers)
    bare = bool(numbers) and is_bare_number(text, numbers)
    if bare and wants_number:
        return SlotResult(
            slots=slot_values, text=session.waiting, is_resumed=True, is_bare_number=True
        )
    if numbers:
        return SlotResult(slots=slot_values, text=text, is_bare_number=bare)
    return _read_answer(text, slot_values, asked_slot, session) or SlotResult(
        slots=_with_values(text, slot_values), text=text
    )


def _find_asked_slot(session: Session) -> Slot | None:
    """The slot that the last reply asked for; None for none.

    "order" where the session, of an earlier release, has only the question.
    """
    if not session.waiting:
        return None
    return next((slot for slot in SLOTS if slot == session.pending), "order")


def _read_answer(
    text: str, slot_values: Mapping[str, str], asked_slot: Slot | None, session: Session
) -> SlotResult | None:
    """The result where the message answers the last question; None where it doesn't."""
    plain = fold_width(text).strip()
    question = (session.waiting or session.question or session.last_question)[:LONGEST_QUESTION]
    other = asked_slot is not None and asked_slot in NUMBERS  # only a number answers that
    if other or not question or not plain or len(plain) > LONGEST_ANSWER:
        return None
    age = _age_for_bound(plain, session) if asked_slot is None else None
    slot, answer = ("age", age) if age else find_value(plain, asked_slot, question)
    if slot is None or answer is None:
        return None
    whole = _merge_question(question, slot, answer, plain)
    return SlotResult(
        slots={**slot_values, slot: answer},
        text=whole,
        is_resumed=True,
        filled_slot=slot,
        question=question,
    )


def _age_for_bound(text: str, session: Session) -> str | None:
    """The age in a message after an answer with an age limit: 67; None for none."""
    if (
        session.last_entry_id is None
        or not session.turns
        or sentence_kinds.is_question(text)
        or goes_on(text)
    ):
        return None
    parts = clauses.split(session.turns[-1].answer)
    value = thresholds.find_value(text, thresholds.read_bounds([part.text for part in parts]))
    return value.words if value and value.unit == "岁" else None


def _merge_question(question: str, slot: Slot, answer: str, text: str) -> str:
    """The question with the value: 新疆运费多少, 真丝衬衫怎么洗."""
    if slot == "region":
        place = next(iter(places.find_places(question)), "")
        return question.replace(place, answer, 1) if place else answer + question
    if slot == "product":
        pronoun = subjects.PRONOUN.search(question)
        if pronoun:
            return question[: pronoun.start()] + answer + question[pronoun.end() :]
        has_subject = subjects.is_thing(subjects.find_subject(question))
        return rewriting.ask_of(question, answer) if has_subject else f"{answer}，{question}"
    return f"{question}，{text}"


def _with_values(text: str, slot_values: Mapping[str, str]) -> dict[str, str]:
    """The slots with the values that a text has beside its question."""
    plain = fold_width(text).strip()
    recognised_values = {slot: r(plain, False) for slot, r in BY_SLOT.items()}
    values = {
        slot: each.value[:LONGEST_VALUE]
        for slot, each in recognised_values.items()
        if each and not _QUANTITY.fullmatch(each.value)
    }
    return {**slot_values, **values}


def _of_a_parcel(numbers: Mapping[Slot, str], session: Session) -> dict[Slot, str]:
    """The numbers, with an order's as the parcel's, after a question about a parcel."""
    last = session.waiting or session.question or session.last_question
    is_about_parcel = _ABOUT_A_PARCEL.search(last) and "订单" not in last
    may_be_order = bool(session.waiting) or "tracking" in numbers
    if is_about_parcel and not may_be_order and _PARCEL_DIGITS.fullmatch(numbers.get("order", "")):
        return {("tracking" if slot == "order" else slot): each for slot, each in numbers.items()}
    return dict(numbers)
