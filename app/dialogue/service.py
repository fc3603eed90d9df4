"""One turn without I/O: `draft_reply` makes a draft from a context, `complete_turn` a turn."""

from dataclasses import replace

from app.dialogue.answers import chinese_notes
from app.dialogue.care.care_replies import draft_care_reply
from app.dialogue.context import Context
from app.dialogue.drafts.fixed_replies import draft_fixed_reply
from app.dialogue.drafts.policy_replies import draft_policy_reply
from app.dialogue.handoff import notices, policy, takeover
from app.dialogue.item_offers import draft_refusal
from app.dialogue.orders.replies import draft_order_reply
from app.dialogue.session.next_session import update_session
from app.dialogue.several_questions.drafting import draft_several_replies
from app.dialogue.shown_wordings import list_shown_wordings
from app.dialogue.turn import Draft, HandOver, Turn
from app.messages import values
from app.messages.values import Text
from app.sessions.store import Session

# The ways to reply; the first that fits a message makes its draft, and the policy's fits always.
WAYS = (
    draft_care_reply,
    draft_fixed_reply,
    draft_refusal,
    draft_several_replies,
    draft_order_reply,
    draft_policy_reply,
)
# Sources that leave the session as it is, and those that begin a new one.
_WITHOUT_TURN = frozenset({"person", "pace"})
_NEW_SESSION = frozenset({"anew", "data"})


def draft_reply(context: Context) -> Draft:
    """The draft for the message, of the first of WAYS that fits."""
    drafts = (way(context) for way in WAYS)
    return next(draft for draft in drafts if draft)


def complete_turn(context: Context, draft: Draft) -> Turn:
    """The turn of a draft whose action is done: reply, next session and handoff, if any.

    The first reply of a session outside working hours begins with the rulebook's notice.
    """
    if draft.source in _WITHOUT_TURN | _NEW_SESSION:
        session = Session() if draft.source in _NEW_SESSION else context.session
        return Turn(answer=draft.answer, source=draft.source, session=session)
    if hand_over := takeover.hand_over(context, draft):
        return _hand_over(context, draft, hand_over)
    draft = _with_offers(context, draft)
    return Turn(
        answer=draft.answer,
        source=draft.source,
        session=update_session(context, draft, draft.answer),
        classification=context.classification,
        citations=draft.citations,
        made_by=draft.made_by,
        passages=tuple(p for p in context.passages if p.id in draft.citations),
        parts=tuple(part.source for part in draft.parts),
        care=draft.care,
        evidence=context.evidence,
        wordings=list_shown_wordings(draft, draft.answer),
        items=draft.item_turn.items if draft.item_turn else (),
    )


def _hand_over(context: Context, draft: Draft, hand_over: HandOver) -> Turn:
    answer = notices.word_handoff(context, hand_over, draft)
    return Turn(
        answer=answer,
        source="care" if draft.care else "handoff",
        session=policy.reset_counters(update_session(context, draft, answer)),
        classification=context.classification,
        citations=draft.citations,
        hand_over=hand_over,
        parts=tuple(part.source for part in draft.parts),
        care=draft.care,
        evidence=context.evidence,
        wordings=list_shown_wordings(draft, answer),
    )


def _with_offers(context: Context, draft: Draft) -> Draft:
    """The draft between the notice outside working hours and the offer of a person."""
    if draft.message:
        return draft
    draft = replace(draft, text=chinese_notes.wrap_in_english(context, draft.text, draft.source))
    contents = (
        (_out_of_hours_notice(context, draft), False),
        (draft.text, draft.ai_generated),
        (notices.offer_person_beside(context, draft), False),
    )
    texts = [
        Text(content=content.rstrip(" "), ai_generated=ai_generated)
        for content, ai_generated in contents
        if content
    ]
    if not texts:
        return draft
    whole = values.join(texts)
    return replace(draft, text=whole.content, ai_generated=whole.ai_generated)


def _out_of_hours_notice(context: Context, draft: Draft) -> str:
    """The rulebook's notice, in the first turn of a session; "" within working hours, for care
    and where nothing was read.
    """
    text = context.rulebook.outside(context.message.received)
    if not text or draft.source == "care" or context.session.turns or context.question is None:
        return ""
    return context.filled(text)
