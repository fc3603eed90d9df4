"""Drafts that are decided before the question: by handoff, limits, commands, rules and kinds."""

from app.dialogue.context import READABLE, Context, readable_text
from app.dialogue.handoff import policy
from app.dialogue.session import memory
from app.dialogue.turn import (
    DescribeWait,
    Draft,
)
from app.dialogue.understanding import manners
from app.dialogue.understanding.person_wish import asks_after_person
from app.dialogue.understanding.sentences import gestures
from app.dialogue.wording import kind_texts
from app.inference.ports import ClassificationFailed
from app.messages import texts
from app.messages.values import TransferToAgent
from app.privacy import consent
from app.safety import texts as safety_texts


def draft_fixed_reply(context: Context) -> Draft | None:
    """The draft of the first of _WAYS that fits; None where the question decides."""
    drafts = (way(context) for way in _WAYS)
    return next((draft for draft in drafts if draft), None)


def _draft_during_handoff(context: Context) -> Draft | None:
    if context.handoff is None:
        return None
    match policy.choose_bot_action(context.handoff, event=context.is_event):
        case "silent":
            return Draft(text="", source="person")
        case "transfer":
            return Draft(text="", source="person", message=TransferToAgent())
        case _ if context.message.kind in READABLE and asks_after_person(context.message.text):
            return Draft(text="", source="person", pending_action=DescribeWait(context.handoff))
        case _:
            return None


def _draft_for_rate_limit(context: Context) -> Draft | None:
    match context.rate:
        case "warn":
            return Draft(text=context.say(safety_texts.SLOW_DOWN), source="pace")
        case "enough":
            return Draft(text=context.say(safety_texts.ENOUGH_TODAY), source="pace")
        case "silent":
            return Draft(text="", source="pace")
        case _:
            return None


def _draft_for_data_request(context: Context) -> Draft | None:
    data_request = (
        consent.parse_request(context.message.text) if context.message.kind == "text" else None
    )
    match data_request:
        case None:
            return None
        case "about":
            days = str(context.keep_days)
            return Draft(text=context.say(consent.PRIVACY, days=days), source="template")
        case _:
            return Draft(text="", source="data", pending_action=data_request)


def _draft_refusal(context: Context) -> Draft | None:
    verdict = context.verdict
    if verdict.action not in {"refuse", "person"}:
        return None
    shipped = verdict.reply in safety_texts.REFUSED.variants
    reply = context.say(safety_texts.REFUSED) if shipped else context.filled(verdict.reply)
    return Draft(text=reply, source="refused", safety_flag=verdict.action == "person")


def _draft_reset(context: Context) -> Draft | None:
    if not memory.is_reset_request(context.message.text):
        return None
    return Draft(text=context.say(kind_texts.FORGOTTEN), source="anew")


def _draft_by_rule(context: Context) -> Draft | None:
    matched_rule = context.matched_rule
    if matched_rule is None or matched_rule.ask:
        return None
    return Draft(
        text=context.filled(matched_rule.reply),
        source="rule",
        citations=(matched_rule.rule,) if matched_rule.rule else (),
        person=matched_rule.to_person,
    )


def _draft_unreadable(context: Context) -> Draft | None:
    match context.classification_result:
        case None:
            phrase = kind_texts.KINDS.get(context.message.kind, kind_texts.EMPTY)
            return Draft(text=context.say(phrase), source="kind")
        case ClassificationFailed():
            return Draft(text=context.say(texts.FAILED), source="failure")
        case _:
            return None


def _draft_for_gesture(context: Context) -> Draft | None:
    """Reply to emoji, stickers or marks alone, which don't count as not understood."""
    if context.question is not None:
        return None
    gesture = gestures.read_gesture(readable_text(context.message))
    return (
        Draft(text=context.say(gestures.REPLIES[gesture]), source="template") if gesture else None
    )


def _draft_for_call(context: Context) -> Draft | None:
    """Reply to 在吗 once; None where it was asked before, so that a person may be offered."""
    turns, classification = context.session.turns, context.classification
    is_repeated = bool(turns) and manners.calls_out(turns[-1].text)
    is_own = classification is not None and context.is_own(classification.intent.id)
    if context.handoff or is_repeated or is_own or context.same_words:
        return None
    if not manners.calls_out(context.message.text):
        return None
    return Draft(text=context.say(kind_texts.HERE), source="kind")


_WAYS = (
    _draft_during_handoff,
    _draft_for_rate_limit,
    _draft_for_data_request,
    _draft_refusal,
    _draft_reset,
    _draft_by_rule,
    _draft_for_gesture,
    _draft_unreadable,
    _draft_for_call,
)
