"""Drafts that ask the follower for a slot, and drafts that acknowledge its value."""

from app.dialogue import policy
from app.dialogue.answers import entry_replies
from app.dialogue.context import Context
from app.dialogue.fallbacks import fitting, intent_replies, referrals
from app.dialogue.slot_filling import (
    acknowledgements,
    missing_details,
    questions,
    slots,
    usable_texts,
)
from app.dialogue.slot_filling.recognizers.visits import recognise_visit
from app.dialogue.slot_filling.slots import CONFIRMED_BY_A_PERSON, Slot
from app.dialogue.turn import Draft
from app.dialogue.understanding.sentences import sentence_kinds
from app.dialogue.wording import handover_texts, slot_texts
from app.inference.ports import Classification, Intent
from app.kit.text import fold_width

_ASK_IN_PLACE_OF = frozenset({"knowledge_missing", "template", "small_talk"})


def ask_for_slot(
    context: Context, classification: Classification, source: policy.Source
) -> Draft | None:
    """The draft that asks for a slot; None where the answer needs none, a candidate may answer
    without it, or its value couldn't be used.
    """
    slot_result, intent = context.slot_result, classification.intent.id
    if referrals.wants_booking(context, classification):
        intent = referrals.BOOKING
    elif not _may_ask(context, classification, source):
        return None
    question = context.question.standalone_question if context.question else ""
    base = intent_replies.get_candidates(context, intent)
    slot = questions.slot_to_ask(intent, slot_result, context.session, base, question)
    if slot is None:
        return _passed_on(context) if intent == referrals.BOOKING else None
    visit_text = f"{slot_result.slots.get('visit', '')}，{slot_result.text}"
    items = missing_details.left_of_visit(visit_text) if slot == "visit" else ""
    text = context.say_one(_get_variants(context, slot, classification.intent), items=items)
    wording = context.find_intent_wording(classification.intent.id) if slot == "details" else None
    return Draft(text=text, source=source, waiting=slot_result.text, pending=slot, wording=wording)


def _passed_on(context: Context) -> Draft | None:
    """The draft that hands a booking with day, hour and persons to an agent; None for another."""
    text = context.slot_result.text
    visit = recognise_visit(fold_width(text).strip(), False)
    has_people = context.account.desk != "none" and context.handoff is None
    has_booked = any(word in text for word in ("订了", "约了", "订好", "约好"))
    if visit is None or not has_people or has_booked or sentence_kinds.is_question(text):
        return None
    if missing_details.left_of_visit(text):
        return None
    head = context.say(slot_texts.NOTED_BOOKING, value=slots.format_value("visit", visit.value))
    return Draft(
        text=head + context.say(handover_texts.BOOKING_PASSED_ON), source="handoff", arranged=True
    )


def _may_ask(context: Context, classification: Classification, source: policy.Source) -> bool:
    is_in_place = classification.in_scope and source in _ASK_IN_PLACE_OF
    return (
        is_in_place
        and not context.choices
        and fitting.fits_message(classification, context.slot_result.text)
    )


def take_answer(context: Context) -> Draft:
    """The draft that acknowledges a slot's value, where no entry answers question and value."""
    slot_result = context.slot_result
    if text := entry_replies.of_last(context):
        return Draft(text=text, source="slot")
    value = slots.get_answer(slot_result)
    if (
        context.session.last_entry_id is not None
        and slot_result.filled_slot not in CONFIRMED_BY_A_PERSON
    ):
        return Draft(
            text=context.say(slot_texts.SAME_ANSWER, value=value), source="knowledge_missing"
        )
    head = acknowledgements.word_noted(
        slot_result, context.message.text, context.session, context.say
    )
    is_arranged = slot_result.filled_slot in CONFIRMED_BY_A_PERSON
    if is_arranged and (channel := entry_replies.channel_of_last(context)):
        return Draft(text=head + channel, source="slot")
    text = acknowledgements.word_acknowledgement(
        slot_result, context.account, context.handoff, context.say, head
    )
    return Draft(
        text=text, source="slot" if is_arranged else "knowledge_missing", arranged=is_arranged
    )


def _get_variants(context: Context, slot: Slot, intent: Intent) -> tuple[str, ...]:
    if slot != "details":
        return context.variants(slot_texts.SLOT_QUESTIONS[slot])
    return usable_texts.select_usable(intent.replies, context.slot_result.slots, agent=False)
