"""Replies that ask a follower for a detail, and those that take one."""

from app.dialogue import policy, templates
from app.dialogue.answers import entry_replies
from app.dialogue.context import Context
from app.dialogue.fallbacks import fitting, intent_replies, referrals
from app.dialogue.slot_filling import missing_details, questions, recognizers, slots
from app.dialogue.slot_filling.slots import Slot
from app.dialogue.turn import Draft
from app.dialogue.understanding import splitting
from app.inference.ports import Intent, Judgement

_ASK_IN_PLACE_OF = frozenset({"knowledge_missing", "template", "small_talk"})


def ask(context: Context, judged: Judgement, source: policy.Source) -> Draft | None:
    """The question for what the answer needs; None where nothing needs it, a candidate may answer
    without it, or nobody could use it.
    """
    heard, intent = context.heard, judged.intent.id
    if referrals.books(context, judged):
        intent = referrals.BOOKING
    elif not _may_ask(context, judged, source):
        return None
    asks = context.reading.asks if context.reading else ""
    base = intent_replies.searched(context, intent)
    slot = questions.slot_to_ask(intent, heard, context.session, base, asks)
    if slot is None:
        return _passed_on(context) if intent == referrals.BOOKING else None
    known = f"{heard.slots.get('visit', '')}，{heard.text}"
    items = missing_details.left_of_visit(known) if slot == "visit" else ""
    text = context.say_one(_variants(context, slot, judged.intent), items=items)
    return Draft(text=text, source=source, waiting=heard.text, pending=slot)


def _passed_on(context: Context) -> Draft | None:
    """A booking that says the day, the hour and how many come goes to people at once."""
    text = context.heard.text
    visit = recognizers.visit(recognizers.plain(text), False)
    has_people = context.account.desk != "none" and context.hold is None
    has_booked = any(word in text for word in ("订了", "约了", "订好", "约好"))
    if visit is None or not has_people or has_booked or splitting.asks(text):
        return None
    if missing_details.left_of_visit(text):
        return None
    head = context.say(templates.NOTED_BOOKING, value=slots.shown("visit", visit.value))
    return Draft(
        text=head + context.say(templates.BOOKING_PASSED_ON), source="handoff", arranged=True
    )


def _may_ask(context: Context, judged: Judgement, source: policy.Source) -> bool:
    is_in_place = judged.in_scope and source in _ASK_IN_PLACE_OF
    return is_in_place and not context.choices and fitting.fits(judged, context.heard.text)


def take(context: Context) -> Draft:
    """What was sent for the question before, where nothing that is known answers both."""
    heard = context.heard
    if text := entry_replies.of_last(context):
        return Draft(text=text, source="slot")
    value = slots.value(heard)
    if context.session.said is not None and heard.filled not in questions.CONFIRMED_BY_A_PERSON:
        return Draft(
            text=context.say(templates.SAME_ANSWER, value=value), source="knowledge_missing"
        )
    head = questions.noted(heard, context.said.text, context.session, context.say)
    is_arranged = heard.filled in questions.CONFIRMED_BY_A_PERSON
    if is_arranged and (channel := entry_replies.channel_of_last(context)):
        return Draft(text=head + channel, source="slot")
    text = questions.acknowledged(heard, context.account, context.hold, context.say, head)
    return Draft(
        text=text, source="slot" if is_arranged else "knowledge_missing", arranged=is_arranged
    )


def _variants(context: Context, slot: Slot, intent: Intent) -> tuple[str, ...]:
    if slot != "details":
        return context.variants(slots.ASKS[slot])
    return questions.usable(intent.replies, context.heard.slots, agent=False)
