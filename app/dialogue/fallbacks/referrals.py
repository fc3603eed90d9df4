"""Drafts that pass a message to agents by its words, whatever its intent: injuries, faults, orders
to change or to locate. No I/O.
"""

from app.dialogue import policy
from app.dialogue.context import Context
from app.dialogue.fallbacks import fitting
from app.dialogue.orders import actions, orders, texts
from app.dialogue.slot_filling import questions
from app.dialogue.turn import UNANSWERED_SOURCES, Draft
from app.dialogue.understanding.complaints import grievance, harm, injuries
from app.dialogue.understanding.intent_groups import OFF_TOPIC_INTENTS
from app.dialogue.understanding.sentences import sentence_kinds
from app.dialogue.wording import handover_texts
from app.inference.ports import Classification
from app.messages.phrases import Phrase

BOOKING = "make_booking"  # the intent of messages that want a time or place reserved


def asks_where(context: Context) -> bool:
    """Whether the message asks where an order is, and no matched entry says how to find out."""
    is_answered = context.same_words or orders.tells_where(context.matched_entry)
    classification = context.classification
    if context.wish == "asks" or (
        classification and classification.intent.id == policy.ASKS_FOR_PERSON
    ):
        return False
    return orders.asks_where(context.slot_result.text) and not is_answered


def to_look_up(context: Context) -> Draft | None:
    """For orders that only agents can look up: ask for the number, then hand off. Else None."""
    if not asks_where(context) or not _has_people(context):
        return None
    match orders.step_to_person(context.slot_result):
        case orders.AskForSlot(slot, waiting):
            if context.session.pending == slot:  # asked for in the last turn
                return Draft(
                    text=context.say(handover_texts.PASSED_ON), source="handoff", arranged=True
                )
            text = context.say(texts.ASK_FOR_PERSON)
            return Draft(text=text, source="slot", waiting=waiting, pending=slot)
        case _:
            return Draft(text=context.say(texts.PASSED_ON), source="handoff", arranged=True)


def to_people(
    context: Context, classification: Classification, source: policy.Source
) -> Draft | None:
    """Hand off an injury, a wish about an order, or a fault that nothing answers; else None."""
    phrase = _choose_phrase(context, classification, source)
    return Draft(text=context.say(phrase), source="handoff", arranged=True) if phrase else None


def wants_booking(context: Context, classification: Classification) -> bool:
    """Whether the message wants a reservation, though it has no intent or an open one."""
    unread = not classification.in_scope or classification.intent.id in OFF_TOPIC_INTENTS
    may_be_meant = bool(context.choices) or context.account.desk == "none"
    return unread and not may_be_meant and questions.books_now(context.slot_result.text)


def _choose_phrase(
    context: Context, classification: Classification, source: policy.Source
) -> Phrase | None:
    text, rules = context.slot_result.text, context.handoff_rules
    answers = bool(context.slot_result.filled_slot) and source != "handoff"  # fills a slot
    own = classification.in_scope and context.is_own(classification.intent.id)
    if answers or own or not _has_people(context):
        return None
    if injuries.reports_injury(text):
        return handover_texts.INJURY_PASSED_ON
    unwanted = classification.in_scope and rules.intents.get(classification.intent.id) is False
    has_words = source == "handoff" and fitting.fits_message(classification, text)
    action = actions.find_action(text)
    if unwanted or has_words:
        return None
    if action and not questions.books_now(text):
        return texts.ACTION_PASSED_ON[action]
    is_left = source in UNANSWERED_SOURCES and _reports_fault(context)
    return of_fault(context, classification) if is_left else None


def of_fault(context: Context, classification: Classification) -> Phrase:
    """The phrase for handing off a fault. At WeChat's desk it doesn't say that the message was
    passed on, since the follower has to write once more.
    """
    if harm.find_harm(context.slot_result.text, classification) == "anger":
        return handover_texts.HANDED_OVER["angry"]
    at_desk = context.account.desk == "wechat"
    return handover_texts.HANDED_OVER["policy"] if at_desk else handover_texts.PASSED_ON


def _reports_fault(context: Context) -> bool:
    """Whether the message reports a fault; a question only if it reports damage."""
    text = context.slot_result.text
    if sentence_kinds.is_question(text):
        return grievance.reports_damage(text) and not context.choices
    return grievance.reports_fault(text)


def _has_people(context: Context) -> bool:
    return context.account.desk != "none" and context.handoff is None and context.wish != "refused"
