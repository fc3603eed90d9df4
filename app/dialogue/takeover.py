"""Whether a person takes over after this message, and what the follower reads then."""

import re

from app.dialogue import care_replies, doubts, handoff_policy, several_questions, templates
from app.dialogue.answers import chinese_notes
from app.dialogue.context import Context
from app.dialogue.handoff_policy import Reason
from app.dialogue.orders import actions
from app.dialogue.slot_filling import questions as slot_filling_questions
from app.dialogue.slot_filling import slots
from app.dialogue.turn import FAILED, Draft, HandOver
from app.dialogue.understanding import grievance, harm, splitting
from app.dialogue.wording import handover_texts
from app.inbox.service import Place
from app.inference.ports import CareKind, Judgement, Mood
from app.messages import values
from app.messages.phrases import Phrase
from app.messages.values import Text, TransferToAgent
from app.rules import presence
from app.rules.presence import Presence

ANSWERS = frozenset({"knowledge", "order", "slot", "generated", "extract"})
QUOTES = frozenset({"knowledge", "generated", "extract"})  # of what the account knows
_PASSES_ON = re.compile("(?:转给|转交|请|由)[^，。；！？]{0,12}同事[^，。；！？]{0,8}。$")
NAMES_PERSON = re.compile("人工|同事|客服|human|colleague")


def hand_over(context: Context, said: Draft) -> HandOver | None:
    reason = _reason(context, said)
    desk = handoff_policy.desk(context.account, open=presence_of(context).open)
    if reason is None or desk is None or context.hold is not None:
        return None
    if reason == "policy" and desk == "wechat" and said.source in QUOTES and not said.parts:
        return None  # an answer that transfers carries no text: a person is offered beside it
    judged = context.judgement
    title = judged.intent.title if judged and judged.in_scope else ""
    title = care_replies.title(said.care) if said.care else title
    text = context.heard.text or context.said.text
    told = handoff_policy.Told(text, title, _mood(text, judged), reason, said.care)
    known = {slots.TITLES[name]: context.heard.slots[name]
             for name in slots.TITLES if context.heard.slots.get(name)}  # fmt: skip
    summary = handoff_policy.summary(context.session.turns, told, known)
    return HandOver(reason, desk, title, summary, care_replies.priority(said.care))


def _mood(text: str, judged: Judgement | None) -> Mood:
    """The model hears displeasure in a plain call for a person: only a complaint shows it."""
    if judged is None or (judged.mood == "negative" and not grievance.complains(text, judged)):
        return "neutral"
    return judged.mood


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
    return next((each for each in handoff_policy.REASONS if each in named), None)


def _reason_of_one(context: Context, said: Draft) -> Reason | None:
    if said.danger:
        return "safety"
    if said.person:
        return "asked"
    stands = said.source in {"rule", "kind", "failure", "refused"}
    if stands or (context.wish == "refused" and not said.arranged):
        return None
    facts = handoff_policy.Facts(
        context.heard.text, context.judgement, failed=said.source in FAILED
    )
    reason = handoff_policy.reason(facts, context.session, context.handing_over)
    if said.arranged:
        return "angry" if reason == "angry" else "policy"
    return None if reason in _answered(context, said) else reason


def _answered(context: Context, said: Draft) -> frozenset[Reason]:
    """Reasons that the answer does away with. What has happened to the follower stays one."""
    if said.source == "knowledge" and context.same_words:
        return frozenset({"policy", "failed", "asked"})
    if said.source in QUOTES and _has_suffered(context):
        return frozenset({"failed"})
    judged, wanted = context.judgement, context.handing_over.intents
    is_wanted = judged is not None and wanted.get(judged.intent.id) is True
    # The only one that may be meant, with its answer.
    shown = said.source == "choices" and bool(said.cited) and not (said.choices or is_wanted)
    return frozenset({"policy", "failed"}) if said.source in ANSWERS or shown else frozenset()


def _has_suffered(context: Context) -> bool:
    judged = context.judgement
    return judged is not None and grievance.has_suffered(context.heard.text, judged)


def handed_over(context: Context, hand_over: HandOver, said: Draft) -> Text | TransferToAgent:
    """What the follower reads; what a rule says to it stands."""
    if said.care:
        return Text(
            content=f"{said.text}{several_questions.PARAGRAPH}{_care_notice(context, said.care)}"
        )
    if hand_over.desk == "wechat" and not context.is_event:
        return TransferToAgent()
    if said.source in {"rule", "refused"} and said.text:
        return Text(content=said.text)
    return _with_answers(context, said, _notice(context, hand_over, said))


def _with_answers(context: Context, said: Draft, notice: str) -> Text:
    """What was sent is noted, and what is known of other questions of the message goes before."""
    if slots.value(context.heard):
        said_now = context.said.text
        noted = slot_filling_questions.noted(context.heard, said_now, context.session, context.say)
        return Text(content=noted + notice)
    answers = several_questions.answered(context, said.parts) if said.parts else []
    known = [each for each in answers if each.draft.source in ANSWERS]
    if not known:
        return Text(content=notice)
    text = several_questions.joined(known, unread=False, handed_over=True, say=context.say)
    content = chinese_notes.introduce(context, text.content, "knowledge", offers=False)
    return values.join([text.model_copy(update={"content": content}), Text(content=notice)])


def _notice(context: Context, hand_over: HandOver, said: Draft) -> str:
    """The intent's own words, then one line on when."""
    if away := context.book.away(context.said.received):
        return context.filled(away)
    words = _own_words(context, hand_over.reason, said) + _kept_order(context)
    account, there = context.account, presence_of(context)
    hours, minutes = context.book.hours(account.service_hours), context.handing_over.minutes
    if account.desk == "wechat":
        when = handoff_policy.at_desk(there, hours, context.say)
    else:
        when = handoff_policy.when(account, hours, there, minutes, context.say)
    return _in_one_sentence(words, when) + _reference(context, hand_over.reason, said)


def _in_one_sentence(words: str, when: str) -> str:
    """…转给同事，看到就回您 instead of 同事 in two sentences one after the other."""
    if not (_PASSES_ON.search(words) and when.startswith("同事")):
        return words + when
    return f"{words[:-1]}，{when.removeprefix('同事')}"


def _reference(context: Context, reason: Reason, said: Draft) -> str:
    """What is known, for who asks or wants something; what only likely answers, for who asks and
    has suffered nothing: beside an apology a wrong guess reads as scorn.
    """
    text = context.heard.text
    asks = splitting.asks(text)
    likely = context.suggested if asks and not _has_suffered(context) else None
    candidate = context.known or likely
    if candidate is None or not (asks or grievance.wants(text)) or candidate.rich:
        return ""
    if reason != "policy" or said.source != "handoff" or said.parts:
        return ""
    line = context.say(handover_texts.FOR_REFERENCE, answer=candidate.answer)
    return several_questions.PARAGRAPH + line


def _kept_order(context: Context) -> str:
    """A number that is known already isn't asked for again."""
    order = context.heard.slots.get("order")
    if not order or context.heard.bare:
        return ""
    return context.say(templates.ORDER_PASSED_ON, number=order)


def _own_words(context: Context, reason: Reason, said: Draft) -> str:
    """Of several questions those that go to a person; answers to others stand before already."""
    books = said.arranged and context.heard.filled in slot_filling_questions.CONFIRMED_BY_A_PERSON
    if books and context.account.desk != "wechat":
        return context.say(templates.BOOKING_PASSED_ON)
    own = next((d.text for d in (*said.parts, said) if d.source == "handoff" and d.text), "")
    if own or said.parts:
        return own or context.say(_closing(context, reason, said))
    known = ANSWERS if reason == "angry" else QUOTES if reason == "policy" else frozenset()
    if said.source in known and not said.message:
        text = chinese_notes.introduce(context, said.text, said.source, offers=False)
        answer = Text(content=text, ai_generated=said.ai_generated)
        return f"{answer.with_label()}\n\n{context.say(templates.FOLLOWED_UP)}"
    if reason == "failed" and doubts.rejects(context.said.text):
        return context.say(templates.ANSWERED_BADLY)
    return context.say(templates.HANDED_OVER[reason])


def _closing(context: Context, reason: Reason, said: Draft) -> Phrase:
    """After answers to several questions, of which none has words for a person."""
    quotes = any(part.source in QUOTES for part in said.parts)
    if reason != "policy" or not quotes:
        return templates.HANDED_OVER[reason]
    judged = context.judgement
    angry = judged is not None and harm.find(context.heard.text, judged) == "anger"
    return templates.HANDED_OVER["angry"] if angry else templates.FOLLOWED_UP


def or_a_person(context: Context, said: Draft) -> str:
    """What is offered beside an answer to what people would have had to answer; "" for nothing."""
    if said.care:
        return ""
    has_desk = context.account.desk != "none" and context.hold is None
    questions = zip(context.parts, said.parts, strict=True) if said.parts else [(context, said)]
    wanted = any(
        draft.source in {"knowledge", "generated", "extract"}
        and (
            handoff_policy.by_policy(question.judgement, context.handing_over)
            or actions.read(question.heard.text) is not None
        )
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
    when = handoff_policy.when(account, hours, there, context.handing_over.minutes, context.say)
    return handoff_policy.state(place, there, now, context.say) + when


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
    when = handoff_policy.when(account, hours, there, context.handing_over.minutes, context.say)
    return care_replies.notice(kind, when, open=there.known and there.open, say=context.say)
