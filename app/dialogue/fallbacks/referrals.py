"""What goes to people by the words of a message, whatever its intent: an injury, a fault, what is
to be done about an order, where an order is. No I/O.
"""

from app.dialogue import policy, templates
from app.dialogue.context import Context
from app.dialogue.fallbacks import fitting
from app.dialogue.orders import actions, orders
from app.dialogue.slot_filling import questions
from app.dialogue.turn import UNANSWERED, Draft
from app.dialogue.understanding import grievance, harm, injuries, splitting
from app.dialogue.wording import handover_texts
from app.inference.ports import Judgement
from app.messages.phrases import Phrase

BOOKING = "make_booking"  # the intent of who wants a time or a place kept


def asks_where(context: Context) -> bool:
    """Whether it asks where an order is, and no entry tells how to find that out."""
    told = context.same_words or orders.tells_where(context.known)
    judged = context.judgement
    if context.wish == "asks" or (judged and judged.intent.id == policy.ASKS_FOR_PERSON):
        return False
    return orders.asks_where(context.heard.text) and not told


def to_look_up(context: Context) -> Draft | None:
    """Of an order that only people can look up: its number is asked for, then passed on."""
    if not asks_where(context) or not _has_people(context):
        return None
    match orders.step_to_person(context.heard):
        case orders.Ask(slot, waiting):
            if context.session.pending == slot:  # was asked for just now
                return Draft(text=context.say(templates.PASSED_ON), source="handoff", arranged=True)
            text = context.say(orders.ASK_FOR_PERSON)
            return Draft(text=text, source="slot", waiting=waiting, pending=slot)
        case _:
            return Draft(text=context.say(orders.PASSED_ON), source="handoff", arranged=True)


def to_people(context: Context, judged: Judgement, source: policy.Source) -> Draft | None:
    """An injury, what is to be done about an order, or a fault, where nothing answers."""
    phrase = _words(context, judged, source)
    return Draft(text=context.say(phrase), source="handoff", arranged=True) if phrase else None


def books(context: Context, judged: Judgement) -> bool:
    """Whether it wants a time or a place kept, though its intent is none or another."""
    unread = not judged.in_scope or judged.intent.id in policy.OPEN
    may_be_meant = bool(context.choices) or context.account.desk == "none"
    return unread and not may_be_meant and questions.books_now(context.heard.text)


def _words(context: Context, judged: Judgement, source: policy.Source) -> Phrase | None:
    text, rules = context.heard.text, context.handing_over
    answers = bool(context.heard.filled) and source != "handoff"  # what was asked for
    own = judged.in_scope and context.is_own(judged.intent.id)
    if answers or own or not _has_people(context):
        return None
    if injuries.reports(text):
        return handover_texts.INJURY_PASSED_ON
    unwanted = judged.in_scope and rules.intents.get(judged.intent.id) is False
    has_words = source == "handoff" and fitting.fits(judged, text)
    action = actions.read(text)
    if unwanted or has_words:
        return None
    if action and not questions.books_now(text):
        return actions.PASSED_ON[action]
    is_left = source in UNANSWERED and _reports_fault(context)
    return of_fault(context, judged) if is_left else None


def of_fault(context: Context, judged: Judgement) -> Phrase:
    """For who is to hear of a fault from people; at WeChat's desk nothing is passed on, since the
    follower has to write once more.
    """
    if harm.find(context.heard.text, judged) == "anger":
        return templates.HANDED_OVER["angry"]
    at_desk = context.account.desk == "wechat"
    return templates.HANDED_OVER["policy"] if at_desk else templates.PASSED_ON


def _reports_fault(context: Context) -> bool:
    """Whether something is wrong that nothing else is to be said of."""
    text = context.heard.text
    if splitting.asks(text):
        return grievance.reports_damage(text) and not context.choices
    return grievance.reports_fault(text)


def _has_people(context: Context) -> bool:
    return context.account.desk != "none" and context.hold is None and context.wish != "refused"
