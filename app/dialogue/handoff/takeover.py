"""Opens a handoff where a turn has a reason for one. No I/O."""

from app.dialogue.care import care_replies
from app.dialogue.context import Context
from app.dialogue.handoff import policy
from app.dialogue.handoff.hours import presence_of
from app.dialogue.handoff.policy import Reason
from app.dialogue.handoff.reasons import QUOTES, find_turn_reason
from app.dialogue.handoff.summary import SummaryFacts, write_summary
from app.dialogue.slot_filling import slots
from app.dialogue.turn import Draft, HandOver
from app.dialogue.understanding.complaints import grievance
from app.inference.ports import Classification, Sentiment


def hand_over(context: Context, draft: Draft) -> HandOver | None:
    """The handoff that the turn opens; None where the bot goes on, nobody could take over, or an
    agent has the conversation already.
    """
    reason = find_turn_reason(context, draft)
    desk = policy.choose_desk(context.account, open=presence_of(context).open)
    if reason is None or desk is None or context.handoff is not None:
        return None
    if reason == "angry" and draft.item_turn is not None and draft.item_turn.items:
        return None  # 太貴了 just after items, which the model may take for anger
    if reason == "policy" and desk == "wechat" and draft.source in QUOTES and not draft.parts:
        return None  # a transfer has no text: the answer is said with the offer of a person
    title = _find_title(context, draft)
    summary = _summarise(context, draft, reason, title)
    return HandOver(reason, desk, title, summary, care_replies.queue_priority(draft.care))


def _find_title(context: Context, draft: Draft) -> str:
    """The title of the need or of the intent; "" where neither is certain."""
    if draft.care:
        return care_replies.alert_title(draft.care)
    classification = context.classification
    return classification.intent.title if classification and classification.in_scope else ""


def _summarise(context: Context, draft: Draft, reason: Reason, title: str) -> str:
    text, slot_values = context.slot_result.text or context.message.text, context.slot_result.slots
    sentiment = _read_sentiment(text, context.classification)
    slot_texts = {slots.TITLES[name]: slot_values[name]
                  for name in slots.TITLES if slot_values.get(name)}  # fmt: skip
    facts = SummaryFacts(text, title, sentiment, reason, draft.care)
    return write_summary(context.session.turns, facts, slot_texts)


def _read_sentiment(text: str, classification: Classification | None) -> Sentiment:
    """The sentiment for the summary: negative only for a complaint, since the model also calls a
    plain request for a person negative.
    """
    if classification is None or (
        classification.sentiment == "negative"
        and not grievance.voices_complaint(text, classification)
    ):
        return "neutral"
    return classification.sentiment
