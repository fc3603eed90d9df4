"""Whether a person takes over after this message, and what the follower reads then."""

from app.dialogue import handoff, slots, templates
from app.dialogue.context import Context
from app.dialogue.drafts import FAILED, Draft, HandOver
from app.dialogue.handoff import Reason
from app.rules import wording


def hand_over(context: Context, said: Draft) -> HandOver | None:
    reason = _reason(context, said)
    is_open = context.book.open_at(context.said.received)
    desk = handoff.desk(context.account, open=is_open)
    if reason is None or desk is None or context.hold is not None:
        return None
    judged = context.judgement
    title = judged.intent.title if judged and judged.in_scope else ""
    mood = judged.mood if judged else "neutral"
    told = handoff.Told(context.heard.text or context.said.text, title, mood, reason)
    known = {slots.TITLES[name]: context.heard.slots[name]
             for name in slots.TITLES if context.heard.slots.get(name)}  # fmt: skip
    summary = handoff.summary(context.session.turns, told, known)
    return HandOver(reason, desk, title, summary)


def _reason(context: Context, said: Draft) -> Reason | None:
    if said.danger:
        return "safety"
    if said.person:
        return "asked"
    stands = said.source in {"rule", "kind", "failure", "refused"}
    if stands or context.wish == "refused":
        return None
    facts = handoff.Facts(context.heard.text, context.judgement, failed=said.source in FAILED)
    reason = handoff.reason(facts, context.session, context.handing_over)
    return None if reason in _answered(context, said) else reason


def _answered(context: Context, said: Draft) -> frozenset[Reason]:
    """Reasons that the answer does away with."""
    if said.source == "knowledge" and context.same_words:
        return frozenset({"policy", "failed", "asked"})
    answers = said.source in {"knowledge", "order", "slot", "generated", "extract"}
    return frozenset({"policy", "failed"}) if answers else frozenset()


def handed_over(context: Context, hand_over: HandOver, said: Draft) -> str:
    """What the follower reads; what a rule says to it stands."""
    now, book = context.said.received, context.book
    if hand_over.desk == "wechat" and not context.is_event:
        return templates.TRANSFER
    if said.source in {"rule", "refused"} and said.text:
        return said.text
    if away := book.away(now):
        return context.filled(away)
    opens = book.opens_next(now)
    return handoff.notice(
        hand_over.reason, context.account, open=book.open_at(now),
        next=wording.moment(opens, now, book.zone) if opens else "",
    )  # fmt: skip
