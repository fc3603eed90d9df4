"""Whether a person takes over after this message, and what the follower reads then."""

import re

from app.dialogue import caring, doubts, handoff, several, slots, templates
from app.dialogue.context import Context
from app.dialogue.drafts import FAILED, Draft, HandOver
from app.dialogue.handoff import Reason
from app.inference.ports import CareKind
from app.knowledge import cards
from app.rules import presence
from app.rules.presence import Presence
from app.sessions.handoff import Place

ANSWERS = frozenset({"knowledge", "order", "slot", "generated", "extract"})
NAMES_PERSON = re.compile("人工|同事|客服|human|colleague")


def hand_over(context: Context, said: Draft) -> HandOver | None:
    reason = _reason(context, said)
    desk = handoff.desk(context.account, open=presence_of(context).open)
    if reason is None or desk is None or context.hold is not None:
        return None
    judged = context.judgement
    title = judged.intent.title if judged and judged.in_scope else ""
    title = caring.title(said.care) if said.care else title
    mood = judged.mood if judged else "neutral"
    told = handoff.Told(context.heard.text or context.said.text, title, mood, reason)
    known = {slots.TITLES[name]: context.heard.slots[name]
             for name in slots.TITLES if context.heard.slots.get(name)}  # fmt: skip
    summary = handoff.summary(context.session.turns, told, known)
    return HandOver(reason, desk, title, summary, caring.priority(said.care))


def _reason(context: Context, said: Draft) -> Reason | None:
    """The weightiest of all its questions; of the whole message where it is one, or in anger."""
    if said.care:
        return "care"
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
    if said.arranged:
        return "policy"
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
    if said.care:
        return f"{said.text}{several.PARAGRAPH}{_care_notice(context, said.care)}"
    if hand_over.desk == "wechat" and not context.is_event:
        return templates.TRANSFER
    if said.source in {"rule", "refused"} and said.text:
        return said.text
    return _with_answers(context, said, _notice(context, hand_over, said))


def _with_answers(context: Context, said: Draft, notice: str) -> str:
    """What was sent is noted, and what is known of other questions of the message goes before."""
    if value := slots.value(context.heard):
        return context.say(templates.NOTED, value=value) + notice
    answers = several.answered(context, said.parts) if said.parts else []
    known = [each for each in answers if each.draft.source in ANSWERS]
    text = several.joined(known, unread=False, handed_over=True, say=context.say) if known else ""
    return f"{text}{several.PARAGRAPH}{notice}" if text else notice


def _notice(context: Context, hand_over: HandOver, said: Draft) -> str:
    """The intent's own words, then one line on when."""
    if away := context.book.away(context.said.received):
        return context.filled(away)
    words = _own_words(context, hand_over.reason, said) + _kept_order(context)
    account, there = context.account, presence_of(context)
    hours = context.book.hours(account.service_hours)
    if account.desk == "wechat":
        return words + handoff.at_desk(there, hours, context.say)
    return words + handoff.when(account, hours, there, context.handing_over.minutes, context.say)


def _kept_order(context: Context) -> str:
    """A number that is known already isn't asked for again."""
    order = context.heard.slots.get("order")
    if not order or context.heard.bare:
        return ""
    return context.say(templates.ORDER_PASSED_ON, number=order)


def _own_words(context: Context, reason: Reason, said: Draft) -> str:
    """Of several questions those that go to a person; answers to others stand before already."""
    own = next((d.text for d in (*said.parts, said) if d.source == "handoff" and d.text), "")
    if own or said.parts:
        return own or context.say(templates.HANDED_OVER[reason])
    if reason == "angry" and said.source in ANSWERS and not cards.read(said.text):
        return f"{said.text}\n\n{context.say(templates.FOLLOWED_UP)}"
    if reason == "failed" and doubts.rejects(context.said.text):
        return context.say(templates.ANSWERED_BADLY)
    return context.say(templates.HANDED_OVER[reason])


def or_a_person(context: Context, said: Draft) -> str:
    """What is offered beside an answer to what people would have had to answer; "" for nothing."""
    if said.care or cards.read(said.text):
        return ""
    has_desk = context.account.desk != "none" and context.hold is None
    questions = zip(context.parts, said.parts, strict=True) if said.parts else [(context, said)]
    wanted = any(
        draft.source in {"knowledge", "generated", "extract"}
        and handoff.by_policy(question.judgement, context.handing_over)
        for question, draft in questions
    )
    if not (has_desk and wanted) or context.wish == "refused" or NAMES_PERSON.search(said.text):
        return ""
    return context.say(templates.OR_A_PERSON)


def presence_of(context: Context) -> Presence:
    """Whether people are there."""
    return presence.at(context.book, context.account.service_hours, context.said.received)


def waiting(context: Context, place: Place | None) -> str:
    """What has become of their request, for a follower who waits; then one line on when."""
    account, there, now = context.account, presence_of(context), context.said.received
    hours = context.book.hours(account.service_hours)
    when = handoff.when(account, hours, there, context.handing_over.minutes, context.say)
    return handoff.state(place, there, now, context.say) + when


def desk_hours(context: Context) -> str:
    """When people are there, for who asks that."""
    there = presence_of(context)
    hours = context.book.hours(context.account.service_hours)
    if not there.known and not presence.tells_of_people(hours):
        return context.say(templates.DESK_HOURS_UNKNOWN)
    line = context.say(templates.DESK_HOURS)
    if context.account.desk == "none" or not there.known:
        return line
    if there.open:
        return line + context.say(templates.DESK_OPEN)
    return line + (context.say(templates.DESK_CLOSED, next=there.next) if there.next else "")


def _care_notice(context: Context, kind: CareKind) -> str:
    """That people come, and when; not where to order what, and not the operator's away text."""
    account, there = context.account, presence_of(context)
    hours = context.book.hours(account.service_hours)
    when = handoff.when(account, hours, there, context.handing_over.minutes, context.say)
    return caring.notice(kind, when, open=there.known and there.open, say=context.say)
