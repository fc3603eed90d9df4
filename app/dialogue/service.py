"""One turn: what is known of a message in, answer and next session out. No I/O.

A draft says what to answer, or what has to be done before that can be said; a turn is complete.
"""

import re
from dataclasses import replace

from app.dialogue import (
    care_replies,
    handoff_policy,
    memory,
    policy,
    several_questions,
    takeover,
    templates,
)
from app.dialogue.answers import chinese_notes, entry_replies, offering, price_overviews
from app.dialogue.context import READABLE, Context, readable
from app.dialogue.fallbacks import apologies, intent_replies, referrals
from app.dialogue.generate import Write
from app.dialogue.generation.prompts import Briefing, Question
from app.dialogue.orders import orders
from app.dialogue.orders.orders import Look
from app.dialogue.slot_filling import questions, replies, slots
from app.dialogue.turn import FAILED, UNANSWERED, Draft, Several, Turn, Wait
from app.dialogue.understanding import (
    gestures,
    grievance,
    harm,
    injuries,
    manners,
    quoting,
    splitting,
)
from app.dialogue.understanding.followups import IDLE, MANNERS, REMEMBERED, Reading, remembered
from app.dialogue.understanding.person_wish import asks_after_person, read_wish
from app.inference.ports import Judgement, Mood, Unreadable
from app.messages import texts, values
from app.messages.values import Message, Text, TransferToAgent, as_plain_text
from app.privacy import consent
from app.rules import wording
from app.safety import injection
from app.safety import texts as safety_texts
from app.sessions.store import Session

# A follow-up leans on none of these.
NO_QUESTIONS = frozenset(
    {"care", "kind", "template", "small_talk", "handoff", "ask_back", "offer_person"}
)

# An apology goes before these, where one is due; the others are none for it, or have their own.
APOLOGETIC = frozenset({
    "knowledge", "knowledge_missing", "handoff", "ask_back", "offer_person",
})  # fmt: skip
APOLOGISES = re.compile(
    "抱歉|[对對]不起|不好意思|致歉|道歉|久等|等着急|让人着急|添麻烦|sorry", re.IGNORECASE
)
# After these, what was asked for may still come: 稍等，我找一下.
WAITS = frozenset({"say_wait", "say_ok"})

# Sources whose words an operator wants said to an intent; the others are of no intent.
WISHES = frozenset({"template", "knowledge_missing", "small_talk"})

PARAGRAPH = "\n\n"


def draft(context: Context) -> Draft:
    """What to do about the message."""
    ways = (
        care_replies.draft, _with_a_person, _too_fast, _about_data, _refused, _anew, _ruled,
        _to_a_gesture, _unread, _to_a_call, _to_several, _about_an_order, _to_a_number,
    )  # fmt: skip
    found = (way(context) for way in ways)
    return next((each for each in found if each), None) or _decided(context)


def turn(context: Context, said: Draft) -> Turn:
    """The draft as it goes out, once its work is done.

    Who writes for the first time in a while, outside working hours, reads that first.
    """
    if said.source in {"person", "anew", "pace", "data"}:
        session = Session() if said.source in {"anew", "data"} else context.session
        return Turn(answer=said.answer, source=said.source, session=session)
    hand_over = takeover.hand_over(context, said)
    sources = tuple(part.source for part in said.parts)
    if hand_over is None:
        said = _with_offers(context, said)
        after, judged = _after(context, said, said.answer), context.judgement
        return Turn(
            answer=said.answer,
            source=said.source,
            session=after,
            judgement=judged,
            cited=said.cited,
            made_by=said.made_by,
            passages=tuple(p for p in context.passages if p.id in said.cited),
            parts=sources,
            care=said.care,
            evidence=context.evidence,
        )
    answer = takeover.handed_over(context, hand_over, said)
    session = handoff_policy.calmed(_after(context, said, answer))
    source: policy.Source = "care" if said.care else "handoff"
    return Turn(
        answer=answer,
        source=source,
        session=session,
        judgement=context.judgement,
        cited=said.cited,
        hand_over=hand_over,
        parts=sources,
        care=said.care,
        evidence=context.evidence,
    )


def _with_offers(context: Context, said: Draft) -> Draft:
    """With what is said outside working hours before it, and the offer of a person behind it."""
    if said.message:
        return said
    said = replace(said, text=chinese_notes.introduce(context, said.text, said.source))
    before, after = _outside(context, said), takeover.or_a_person(context, said)
    texts = [
        Text(content=content.rstrip(" "), ai_generated=ai_generated)
        for content, ai_generated in (
            (before, False), (said.text, said.ai_generated), (after, False),
        )
        if content
    ]  # fmt: skip
    if not texts:
        return said
    whole = values.join(texts)
    return replace(said, text=whole.content, ai_generated=whole.ai_generated)


# --- Ways to answer, the first that fits --------------------------------------------------------


def _with_a_person(context: Context) -> Draft | None:
    if context.hold is None:
        return None
    match handoff_policy.meanwhile(context.hold, event=context.is_event):
        case "silent":
            return Draft(text="", source="person")
        case "transfer":
            return Draft(text="", source="person", message=TransferToAgent())
        case _ if context.said.kind in READABLE and asks_after_person(context.said.text):
            return Draft(text="", source="person", work=Wait(context.hold))
        case _:
            return None


def _too_fast(context: Context) -> Draft | None:
    match context.allowed:
        case "warn":
            return Draft(text=context.say(safety_texts.SLOW_DOWN), source="pace")
        case "enough":
            return Draft(text=context.say(safety_texts.ENOUGH_TODAY), source="pace")
        case "silent":
            return Draft(text="", source="pace")
        case _:
            return None


def _about_data(context: Context) -> Draft | None:
    asked = consent.request(context.said.text) if context.said.kind == "text" else None
    match asked:
        case None:
            return None
        case "about":
            days = str(context.keep_days)
            return Draft(text=context.say(consent.PRIVACY, days=days), source="template")
        case _:
            return Draft(text="", source="data", work=asked)


def _refused(context: Context) -> Draft | None:
    verdict = context.verdict
    if verdict.action not in {"refuse", "person"}:
        return None
    shipped = verdict.reply in safety_texts.REFUSED.variants
    reply = context.say(safety_texts.REFUSED) if shipped else context.filled(verdict.reply)
    return Draft(text=reply, source="refused", danger=verdict.action == "person")


def _anew(context: Context) -> Draft | None:
    if not memory.forget(context.said.text):
        return None
    return Draft(text=context.say(templates.FORGOTTEN), source="anew")


def _ruled(context: Context) -> Draft | None:
    ruled = context.ruled
    if ruled is None or ruled.ask:
        return None
    return Draft(
        text=context.filled(ruled.reply),
        source="rule",
        cited=(ruled.rule,) if ruled.rule else (),
        person=ruled.to_person,
    )


def _unread(context: Context) -> Draft | None:
    match context.judged:
        case None:
            phrase = templates.KINDS.get(context.said.kind, templates.EMPTY)
            return Draft(text=context.say(phrase), source="kind")
        case Unreadable():
            return Draft(text=context.say(texts.FAILED), source="failure")
        case _:
            return None


def _to_a_gesture(context: Context) -> Draft | None:
    """Emoji, stickers and marks alone ask nothing, and are no failure to understand."""
    gesture = gestures.read(readable(context.said)) if context.reading is None else None
    return (
        Draft(text=context.say(gestures.REPLIES[gesture]), source="template") if gesture else None
    )


def _to_a_call(context: Context) -> Draft | None:
    """Who asks if anybody is there is told so once; who asks again may get to a person."""
    turns, judged = context.session.turns, context.judgement
    asked_before = bool(turns) and manners.calls_out(turns[-1].text)
    own = judged is not None and context.is_own(judged.intent.id)
    if (
        context.hold
        or asked_before
        or own
        or context.same_words
        or not manners.calls_out(context.said.text)
    ):
        return None
    return Draft(text=context.say(templates.HERE), source="kind")


def _to_several(context: Context) -> Draft | None:
    """Each question in its way, in one reply; an entry for the whole message goes before."""
    if not context.parts or context.same_words:
        return None
    ways = (_about_an_order, _to_a_number)
    parts = several_questions.with_one_suggestion(context.parts)
    drafts = [
        next(filter(None, (way(part) for way in ways)), None) or _decided(part) for part in parts
    ]
    if not any(part.known for part in parts) and context.choices:
        return None  # what may be meant by all of it
    drafts = several_questions.without_asking(drafts)
    if any(draft.message for draft in drafts):
        return None  # a card is a message of its own
    if any(draft.work for draft in drafts):
        return Draft(text="", source="several", work=Several(tuple(drafts)))
    return several_questions.combined(context, drafts)


def _about_an_order(context: Context) -> Draft | None:
    judged = context.judgement
    if judged is None:
        return None
    if not context.account.order_webhook:
        return referrals.to_look_up(context)
    named = orders.asks_of_named(context.said.text, context.heard)
    where = orders.STATUS if named or referrals.asks_where(context) else None
    match orders.step(where or (judged.intent.id if judged.in_scope else None), context.heard):
        case orders.Ask(slot, waiting):
            text = context.say(slots.ASKS[slot])
            return Draft(text=text, source="slot", waiting=waiting, pending=slot)
        case Look() as look:
            return Draft(text="", source="order", work=look)
        case _:
            return None


def _to_a_number(context: Context) -> Draft | None:
    """An order's or a parcel's number that nothing looks up is noted for who takes over."""
    judged, heard = context.judgement, context.heard
    if judged is None or not (heard.bare or context.hold or not judged.in_scope):
        return None
    noted = questions.noted_number(
        heard, context.account, context.hold, context.say, context.session
    )
    return Draft(text=noted, source="slot") if noted else None


def _decided(context: Context) -> Draft:
    return price_overviews.draft(context) or _decided_for_one(context)


def _decided_for_one(context: Context) -> Draft:
    judged, known = context.judgement, context.known
    assert judged is not None
    if context.wish == "refused" and not (judged.in_scope or known):
        return _without_a_person(context)
    if context.wish == "hours" and known is None:
        return Draft(text=takeover.desk_hours(context), source="template")
    text = context.heard.text
    decision = policy.decide(
        judged,
        context.session,
        known.probability if known else 0.0,
        asks=splitting.asks(text),
        suffered=grievance.has_suffered(text, judged),
        likely=context.suggested is not None
        and not context.handing_over.intents.get(judged.intent.id),
    )
    apology = apologies.sentence(context) if decision.source in APOLOGETIC else ""
    if known is not None and decision.source == "knowledge":
        text = entry_replies.words(context, known)
        if known.kind == "entry":
            entry = Draft(text=text, source="knowledge", cited=(known.id,), message=known.rich)
            return _with_apology(entry, apology)
        quoted = _with_apology(Draft(text=text, source="extract", cited=(known.id,)), apology)
        return _to_be_written(context, judged, quoted) or quoted
    passed_on = referrals.to_people(context, judged, decision.source)
    if passed_on:
        template = _with_apology(passed_on, apology)
    else:
        template = _template(context, judged, decision.source, apology)
    return _to_be_written(context, judged, template) or _without_model(template)


def _template(context: Context, judged: Judgement, source: policy.Source, apology: str) -> Draft:
    """Our own words: they take what was asked for, ask for what is needed, or say what is not."""
    heard = context.heard
    if heard.filled and source != "handoff":
        offered = offering.offer(context, source) if heard.filled in slots.FREE else None
        return offered or replies.take(context)
    reports = grievance.reports_fault(heard.text) and not splitting.asks(heard.text)
    if not reports and (offered := offering.offer(context, source)):
        return offered
    if asking_for := replies.ask(context, judged, source):
        return _with_apology(asking_for, apology)
    unmatched = _unmatched(context, source)
    words = (
        Draft(text=unmatched, source=source)
        if unmatched
        else intent_replies.words(context, judged, source)
    )
    words = _with_apology(words, apology)
    return words if reports else offering.with_near(context, source, words)


def _without_model(template: Draft) -> Draft:
    """What asks for something is no answer that is missing."""
    return replace(template, source="slot") if template.pending else template


def _without_a_person(context: Context) -> Draft:
    """Who wants no person, and asks nothing that is understood."""
    if read_wish(context.heard.text) == "refused":
        return Draft(text=context.say(templates.NO_PERSON), source="template")
    name = quoting.name(context.heard.text) or quoting.NAMELESS
    return Draft(
        text=context.say(templates.NO_PERSON_UNKNOWN, name=name), source="knowledge_missing"
    )


def _unmatched(context: Context, source: policy.Source) -> str:
    """收到消息回复: what the operator wants said where nothing answers; "" for our own words."""
    reply = context.book.rules.unmatched if source == "ask_back" else ""
    return context.filled(reply) if reply else ""


def _to_be_written(context: Context, judged: Judgement, otherwise: Draft) -> Draft | None:
    """What a language model answers instead: from passages, or all that the brand is asked."""
    passages = tuple(p for p in context.passages if not injection.suspicious(p.whole))
    unanswered = otherwise.source in {"knowledge_missing", *FAILED}
    # What was verified is said where it is sure, and is quoted in no other place.
    quotes = bool(passages) and unanswered and not context.evidence
    rests = bool(passages) and (unanswered or otherwise.source in {"choices", "extract"})
    grounded = rests and context.speaks != "never"
    in_brands_name = context.speaks == "brand" and _is_for_model(context, judged, otherwise)
    wanted = quotes or grounded or in_brands_name
    if not wanted or injection.suspicious(context.heard.text):
        return None
    calm = judged.mood if judged.mood == "positive" else "neutral"
    mood: Mood = "negative" if harm.find(context.heard.text, judged) else calm
    masked = context.verdict.action == "mask" and not context.heard.resumed
    text = context.verdict.text if masked else context.heard.text
    turns = tuple(t for t in context.session.turns if not injection.suspicious(t.text))
    briefing = _briefing(context, judged, otherwise) if in_brands_name else None
    question = Question(
        text=text, passages=passages, turns=turns, mood=mood, briefing=briefing, quotes=quotes
    )
    return Draft(text="", source=otherwise.source, work=Write(question, _without_model(otherwise)))


def _is_for_model(context: Context, judged: Judgement, otherwise: Draft) -> bool:
    """Whether it is left to a model that speaks for the brand; not where a person is called."""
    if not policy.for_model(judged, otherwise.source, context.heard.text):
        return False
    if judged.in_scope and context.handing_over.intents.get(judged.intent.id):
        return False
    if otherwise.arranged or injuries.reports(context.heard.text):
        return False
    person = takeover.hand_over(context, otherwise)
    return person is None or person.reason in {"failed", "policy"}


def _briefing(context: Context, judged: Judgement, otherwise: Draft) -> Briefing:
    account, book = context.account, context.book
    is_theirs = judged.in_scope and otherwise.source in WISHES
    wish = _wish(context, judged, otherwise) if is_theirs else ""
    return Briefing(
        now=wording.date(context.said.received, book.zone),
        hours=book.hours(account.service_hours),
        title=judged.intent.title if wish else "",
        wish=wish,
        question=context.reading.asks if context.reading else "",
        about_brand=judged.in_scope and judged.intent.action == "knowledge",
    )


def _wish(context: Context, judged: Judgement, otherwise: Draft) -> str:
    """What the operator wants said to the intent; without a model less may be said."""
    return otherwise.text if otherwise.pending else context.say_one(judged.intent.replies)


def _with_apology(draft: Draft, apology: str) -> Draft:
    """Said once; who is hurt is asked how they are, whatever else is said."""
    twice = APOLOGISES.search(apology) and APOLOGISES.search(draft.text)
    if not apology or twice or draft.message:
        return draft
    return replace(draft, text=apology + draft.text, apology=apology)


def _outside(context: Context, said: Draft) -> str:
    """Once a session, and not before what stands alone."""
    text = context.book.outside(context.said.received)
    if not text or said.care or context.session.turns or context.reading is None:
        return ""
    return context.filled(text)


# --- The session --------------------------------------------------------------------------------


def _after(context: Context, said: Draft, answer: Message | None) -> Session:
    text = as_plain_text(answer)
    mood = context.judgement
    if said.parts:  # a follow-up leans on the last question
        judged, reading = context.parts[-1].judgement, context.parts[-1].reading
        last = said.parts[-1]
    else:
        judged, reading, last = mood, context.reading, said
    session = context.session
    if judged is None or reading is None or mood is None:
        return memory.grown(session, context.said.text.strip(), text, "") if said.care else session
    unclear = session.unclear + 1 if said.source in FAILED else 0
    about = memory.topic(judged.intent.title) if judged.in_scope else ""
    question = last.source not in NO_QUESTIONS or _asks_something(last, judged, reading)
    asks = replace(reading, asks=context.heard.question) if context.heard.filled else reading
    patient = not said.waiting and judged.in_scope and judged.intent.id in WAITS
    changed = {
        "intent": judged.intent.id if judged.in_scope else session.intent,
        "mood": mood.mood,
        "unclear": unclear,
        "angry": handoff_policy.angry_in_a_row(context.heard.text, mood, session),
        "declined": last.source in UNANSWERED,
        "asked": remembered(asks, session, question=question),
        "question": asks.asks[:REMEMBERED],
        "said": _entry(last) or (None if question else session.said),
        "slots": context.heard.slots,
        "waiting": said.waiting or (session.waiting if patient else ""),
        "pending": said.pending or (session.pending if patient else ""),
        "choices": said.choices,
    }
    return memory.grown(session, context.said.text.strip(), text, about).model_copy(update=changed)


def _asks_something(said: Draft, judged: Judgement, reading: Reading) -> bool:
    """Whether a follow-up may lean on what a template or a person answered."""
    manners = judged.in_scope and judged.intent.id in MANNERS | IDLE
    asks = said.source == "handoff" or (said.source == "template" and splitting.asks(reading.asks))
    return asks and not manners


def _entry(said: Draft) -> str | None:
    is_one = said.source in {"knowledge", "extract"} and len(said.cited) == 1
    return said.cited[0] if is_one else None
