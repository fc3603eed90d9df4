"""Whether a person takes over after this message, and what the follower reads then."""

from app.dialogue import handoff, several, slots, templates
from app.dialogue.context import Context
from app.dialogue.drafts import FAILED, Draft, HandOver
from app.dialogue.handoff import Reason
from app.rules import wording

ANSWERS = frozenset({"knowledge", "order", "slot", "generated", "extract"})


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
    """The weightiest of all its questions; of the whole message where it is one, or in anger."""
    if not said.parts:
        return _reason_of_one(context, said)
    if context.wish == "refused":
        return None
    whole = _reason_of_one(context, said)
    found = {_reason_of_one(part, d) for part, d in zip(context.parts, said.parts, strict=True)}
    failed = {"failed"} if whole == "failed" else set()
    named = (found - {"failed"}) | failed | ({"angry"} if whole == "angry" else set())
    return next((each for each in handoff.REASONS if each in named), None)


def _reason_of_one(context: Context, said: Draft) -> Reason | None:
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
    return frozenset({"policy", "failed"}) if said.source in ANSWERS else frozenset()


def handed_over(context: Context, hand_over: HandOver, said: Draft) -> str:
    """What the follower reads; what a rule says to it stands."""
    if hand_over.desk == "wechat" and not context.is_event:
        return templates.TRANSFER
    if said.source in {"rule", "refused"} and said.text:
        return said.text
    return _with_answers(context, said, _notice(context, hand_over))


def _with_answers(context: Context, said: Draft, notice: str) -> str:
    """What is known of other questions of the message goes before."""
    answers = several.answered(context, said.parts) if said.parts else []
    known = [each for each in answers if each.draft.source in ANSWERS]
    text = several.joined(known, unread=False, handed_over=True) if known else ""
    return f"{text}{several.PARAGRAPH}{notice}" if text else notice


def _notice(context: Context, hand_over: HandOver) -> str:
    now, book = context.said.received, context.book
    if away := book.away(now):
        return context.filled(away)
    opens = book.opens_next(now)
    return handoff.notice(
        hand_over.reason, context.account, open=book.open_at(now),
        next=wording.moment(opens, now, book.zone) if opens else "",
    )  # fmt: skip
