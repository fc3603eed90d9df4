"""One turn without I/O: `draft_reply` makes a draft from a context, `complete_turn` a turn."""

import re
from dataclasses import replace

from app.dialogue import (
    care_replies,
    handoff_policy,
    memory,
    policy,
    several_questions,
    takeover,
)
from app.dialogue.answers import chinese_notes, entry_replies, offering, price_overviews
from app.dialogue.context import READABLE, Context, readable_text
from app.dialogue.fallbacks import apologies, intent_replies, referrals
from app.dialogue.generate import GenerateAnswer
from app.dialogue.generation.prompts import Briefing, Question
from app.dialogue.orders import orders
from app.dialogue.orders.orders import LookUpOrder
from app.dialogue.slot_filling import questions, replies, slots
from app.dialogue.turn import (
    FAILURE_SOURCES,
    UNANSWERED_SOURCES,
    DescribeWait,
    Draft,
    SeveralActions,
    Turn,
)
from app.dialogue.understanding import (
    gestures,
    grievance,
    harm,
    injuries,
    manners,
    quoting,
    splitting,
)
from app.dialogue.understanding.followups import REMEMBERED, RewrittenQuestion, question_to_remember
from app.dialogue.understanding.intent_groups import CONVERSATION_INTENTS, OFF_TOPIC_INTENTS
from app.dialogue.understanding.person_wish import asks_after_person, read_wish
from app.dialogue.wording import answer_texts, kind_texts, slot_texts
from app.inference.ports import Classification, ClassificationFailed, Sentiment
from app.messages import texts, values
from app.messages.values import Message, Text, TransferToAgent, as_plain_text
from app.privacy import consent
from app.rules import wording
from app.safety import injection
from app.safety import texts as safety_texts
from app.sessions.store import Session

# After a reply of these sources a follow-up refers to an earlier question.
NO_QUESTIONS = frozenset(
    {"care", "kind", "template", "small_talk", "handoff", "ask_back", "offer_person"}
)

# Sources whose replies begin with an apology where one is due; the others have their own words.
APOLOGETIC = frozenset({
    "knowledge", "knowledge_missing", "handoff", "ask_back", "offer_person",
})  # fmt: skip
APOLOGISES = re.compile(
    "抱歉|[对對]不起|不好意思|致歉|道歉|久等|等着急|让人着急|添麻烦|sorry", re.IGNORECASE
)
# After these intents the detail asked for may still be sent: 稍等，我找一下.
DEFERRING_INTENTS = frozenset({"say_wait", "say_ok"})

# Sources whose replies are worded per intent, so that a model is shown the operator's wording.
WISHES = frozenset({"template", "knowledge_missing", "small_talk"})

PARAGRAPH = "\n\n"


def draft_reply(context: Context) -> Draft:
    """The draft for the message: of the first way below that fits, else the answer by policy."""
    ways = (
        care_replies.draft_care_reply,
        _with_a_person,
        _too_fast,
        _about_data,
        _draft_refusal,
        _draft_reset,
        _draft_by_rule,
        _to_a_gesture,
        _draft_unreadable,
        _to_a_call,
        _to_several,
        _about_an_order,
        _to_a_number,
    )
    drafts = (way(context) for way in ways)
    return next((each for each in drafts if each), None) or _draft_answer(context)


def complete_turn(context: Context, draft: Draft) -> Turn:
    """The turn of a draft whose action is done: reply, next session and handoff, if any.

    The first reply of a session outside working hours begins with the rulebook's notice.
    """
    if draft.source in {"person", "anew", "pace", "data"}:
        session = Session() if draft.source in {"anew", "data"} else context.session
        return Turn(answer=draft.answer, source=draft.source, session=session)
    hand_over = takeover.hand_over(context, draft)
    sources = tuple(part.source for part in draft.parts)
    if hand_over is None:
        draft = _with_offers(context, draft)
        after, classification = _next_session(context, draft, draft.answer), context.classification
        return Turn(
            answer=draft.answer,
            source=draft.source,
            session=after,
            classification=classification,
            cited=draft.cited,
            made_by=draft.made_by,
            passages=tuple(p for p in context.passages if p.id in draft.cited),
            parts=sources,
            care=draft.care,
            evidence=context.evidence,
        )
    answer = takeover.word_handoff(context, hand_over, draft)
    session = handoff_policy.reset_counters(_next_session(context, draft, answer))
    source: policy.Source = "care" if draft.care else "handoff"
    return Turn(
        answer=answer,
        source=source,
        session=session,
        classification=context.classification,
        cited=draft.cited,
        hand_over=hand_over,
        parts=sources,
        care=draft.care,
        evidence=context.evidence,
    )


def _with_offers(context: Context, draft: Draft) -> Draft:
    """The draft between the notice outside working hours and the offer of a person."""
    if draft.message:
        return draft
    draft = replace(draft, text=chinese_notes.wrap_in_english(context, draft.text, draft.source))
    before, after = (
        _out_of_hours_notice(context, draft),
        takeover.offer_person_beside(context, draft),
    )
    texts = [
        Text(content=content.rstrip(" "), ai_generated=ai_generated)
        for content, ai_generated in (
            (before, False), (draft.text, draft.ai_generated), (after, False),
        )
        if content
    ]  # fmt: skip
    if not texts:
        return draft
    whole = values.join(texts)
    return replace(draft, text=whole.content, ai_generated=whole.ai_generated)


# --- Ways to answer, the first that fits --------------------------------------------------------


def _with_a_person(context: Context) -> Draft | None:
    if context.handoff is None:
        return None
    match handoff_policy.choose_bot_action(context.handoff, event=context.is_event):
        case "silent":
            return Draft(text="", source="person")
        case "transfer":
            return Draft(text="", source="person", message=TransferToAgent())
        case _ if context.message.kind in READABLE and asks_after_person(context.message.text):
            return Draft(text="", source="person", pending_action=DescribeWait(context.handoff))
        case _:
            return None


def _too_fast(context: Context) -> Draft | None:
    match context.rate:
        case "warn":
            return Draft(text=context.say(safety_texts.SLOW_DOWN), source="pace")
        case "enough":
            return Draft(text=context.say(safety_texts.ENOUGH_TODAY), source="pace")
        case "silent":
            return Draft(text="", source="pace")
        case _:
            return None


def _about_data(context: Context) -> Draft | None:
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
        cited=(matched_rule.rule,) if matched_rule.rule else (),
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


def _to_a_gesture(context: Context) -> Draft | None:
    """Reply to emoji, stickers or marks alone, which don't count as not understood."""
    gesture = (
        gestures.read_gesture(readable_text(context.message)) if context.question is None else None
    )
    return (
        Draft(text=context.say(gestures.REPLIES[gesture]), source="template") if gesture else None
    )


def _to_a_call(context: Context) -> Draft | None:
    """Reply to 在吗 once; None where it was asked before, so that a person may be offered."""
    turns, classification = context.session.turns, context.classification
    asked_before = bool(turns) and manners.calls_out(turns[-1].text)
    own = classification is not None and context.is_own(classification.intent.id)
    if (
        context.handoff
        or asked_before
        or own
        or context.same_words
        or not manners.calls_out(context.message.text)
    ):
        return None
    return Draft(text=context.say(kind_texts.HERE), source="kind")


def _to_several(context: Context) -> Draft | None:
    """One draft for all questions; None where one entry, choice or card answers the message."""
    if not context.parts or context.same_words:
        return None
    ways = (_about_an_order, _to_a_number)
    parts = several_questions.with_one_suggestion(context.parts)
    drafts = [
        next(filter(None, (way(part) for way in ways)), None) or _draft_answer(part)
        for part in parts
    ]
    if not any(part.matched_entry for part in parts) and context.choices:
        return None  # the choices are for the whole message
    drafts = several_questions.without_asking(drafts)
    if any(draft.message for draft in drafts):
        return None  # a rich message can't be joined with text
    if any(draft.pending_action for draft in drafts):
        return Draft(text="", source="several", pending_action=SeveralActions(tuple(drafts)))
    return several_questions.combine_drafts(context, drafts)


def _about_an_order(context: Context) -> Draft | None:
    classification = context.classification
    if classification is None:
        return None
    if not context.account.order_webhook:
        return referrals.to_look_up(context)
    names_order = orders.asks_of_named(context.message.text, context.slot_result)
    where = orders.STATUS if names_order or referrals.asks_where(context) else None
    match orders.plan_step(
        where or (classification.intent.id if classification.in_scope else None),
        context.slot_result,
    ):
        case orders.AskForSlot(slot, waiting):
            text = context.say(slot_texts.SLOT_QUESTIONS[slot])
            return Draft(text=text, source="slot", waiting=waiting, pending=slot)
        case LookUpOrder() as look:
            return Draft(text="", source="order", pending_action=look)
        case _:
            return None


def _to_a_number(context: Context) -> Draft | None:
    """Note an order or parcel number for the agent, where no webhook looks the order up."""
    classification, slot_result = context.classification, context.slot_result
    if classification is None or not (
        slot_result.is_bare_number or context.handoff or not classification.in_scope
    ):
        return None
    noted = questions.word_noted_number(
        slot_result, context.account, context.handoff, context.say, context.session
    )
    return Draft(text=noted, source="slot") if noted else None


def _draft_answer(context: Context) -> Draft:
    return price_overviews.draft_reply(context) or _draft_single_answer(context)


def _draft_single_answer(context: Context) -> Draft:
    classification, matched_entry = context.classification, context.matched_entry
    assert classification is not None
    if context.wish == "refused" and not (classification.in_scope or matched_entry):
        return _without_a_person(context)
    if context.wish == "hours" and matched_entry is None:
        return Draft(text=takeover.desk_hours(context), source="template")
    text = context.slot_result.text
    decision = policy.decide(
        classification,
        context.session,
        matched_entry.probability if matched_entry else 0.0,
        is_question=splitting.is_question(text),
        has_suffered=grievance.has_suffered(text, classification),
        has_likely_entry=context.suggested is not None
        and not context.handoff_rules.intents.get(classification.intent.id),
    )
    apology = apologies.word_apology(context) if decision.source in APOLOGETIC else ""
    if matched_entry is not None and decision.source == "knowledge":
        text = entry_replies.word_reply(context, matched_entry)
        if matched_entry.kind == "entry":
            entry = Draft(
                text=text, source="knowledge", cited=(matched_entry.id,), message=matched_entry.rich
            )
            return _with_apology(entry, apology)
        quoted = _with_apology(
            Draft(text=text, source="extract", cited=(matched_entry.id,)), apology
        )
        return _to_be_written(context, classification, quoted) or quoted
    passed_on = referrals.to_people(context, classification, decision.source)
    if passed_on:
        template = _with_apology(passed_on, apology)
    else:
        template = _draft_from_template(context, classification, decision.source, apology)
    return _to_be_written(context, classification, template) or _without_model(template)


def _draft_from_template(
    context: Context, classification: Classification, source: policy.Source, apology: str
) -> Draft:
    """A reply without an entry: takes a slot's answer, offers choices, asks for a slot, or says
    the operator's or the intent's words.
    """
    slot_result = context.slot_result
    if slot_result.filled_slot and source != "handoff":
        offered = (
            offering.offer_choices(context, source)
            if slot_result.filled_slot in slots.FREE
            else None
        )
        return offered or replies.take_answer(context)
    reports = grievance.reports_fault(slot_result.text) and not splitting.is_question(
        slot_result.text
    )
    if not reports and (offered := offering.offer_choices(context, source)):
        return offered
    if asking_for := replies.ask_for_slot(context, classification, source):
        return _with_apology(asking_for, apology)
    unmatched = _unmatched_reply(context, source)
    words = (
        Draft(text=unmatched, source=source)
        if unmatched
        else intent_replies.draft_reply(context, classification, source)
    )
    words = _with_apology(words, apology)
    return words if reports else offering.with_near(context, source, words)


def _without_model(template: Draft) -> Draft:
    """The template as it is sent without a model; its source is `slot` where it asks for one."""
    return replace(template, source="slot") if template.pending else template


def _without_a_person(context: Context) -> Draft:
    """Reply to a follower who refuses a person and whose question isn't understood."""
    if read_wish(context.slot_result.text) == "refused":
        return Draft(text=context.say(answer_texts.NO_PERSON), source="template")
    name = quoting.name_question(context.slot_result.text) or quoting.NAMELESS
    return Draft(
        text=context.say(answer_texts.NO_PERSON_UNKNOWN, name=name), source="knowledge_missing"
    )


def _unmatched_reply(context: Context, source: policy.Source) -> str:
    """收到消息回复, the operator's reply in place of asking back; "" where there is none."""
    reply = context.rulebook.rules.unmatched if source == "ask_back" else ""
    return context.filled(reply) if reply else ""


def _to_be_written(
    context: Context, classification: Classification, fallback: Draft
) -> Draft | None:
    """A draft that waits for generation, with `fallback` as its reply on failure; None where the
    account lets no model answer here, or the message is a prompt injection.
    """
    passages = tuple(p for p in context.passages if not injection.detect_injection(p.whole))
    unanswered = fallback.source in {"knowledge_missing", *FAILURE_SOURCES}
    # A verified passage is the answer where it is certain, and is quoted nowhere else.
    quotes = bool(passages) and unanswered and not context.evidence
    rests = bool(passages) and (unanswered or fallback.source in {"choices", "extract"})
    grounded = rests and context.speaks != "never"
    in_brands_name = context.speaks == "brand" and _is_for_model(context, classification, fallback)
    may_generate = quotes or grounded or in_brands_name
    if not may_generate or injection.detect_injection(context.slot_result.text):
        return None
    calm = classification.sentiment if classification.sentiment == "positive" else "neutral"
    sentiment: Sentiment = (
        "negative" if harm.find_harm(context.slot_result.text, classification) else calm
    )
    masked = context.verdict.action == "mask" and not context.slot_result.is_resumed
    text = context.verdict.text if masked else context.slot_result.text
    turns = tuple(t for t in context.session.turns if not injection.detect_injection(t.text))
    briefing = _build_briefing(context, classification, fallback) if in_brands_name else None
    question = Question(
        text=text,
        passages=passages,
        turns=turns,
        sentiment=sentiment,
        briefing=briefing,
        quotes=quotes,
    )
    return Draft(
        text="",
        source=fallback.source,
        pending_action=GenerateAnswer(question, _without_model(fallback)),
    )


def _is_for_model(context: Context, classification: Classification, fallback: Draft) -> bool:
    """Whether a model that speaks for the brand answers; not where an agent should take over."""
    if not policy.for_model(classification, fallback.source, context.slot_result.text):
        return False
    if classification.in_scope and context.handoff_rules.intents.get(classification.intent.id):
        return False
    if fallback.arranged or injuries.reports_injury(context.slot_result.text):
        return False
    person = takeover.hand_over(context, fallback)
    return person is None or person.reason in {"failed", "policy"}


def _build_briefing(context: Context, classification: Classification, fallback: Draft) -> Briefing:
    account, book = context.account, context.rulebook
    is_theirs = classification.in_scope and fallback.source in WISHES
    wish = _find_operators_wish(context, classification, fallback) if is_theirs else ""
    return Briefing(
        now=wording.format_date(context.message.received, book.zone),
        hours=book.hours(account.service_hours),
        title=classification.intent.title if wish else "",
        wish=wish,
        question=context.question.standalone_question if context.question else "",
        about_brand=classification.in_scope and classification.intent.action == "knowledge",
    )


def _find_operators_wish(context: Context, classification: Classification, fallback: Draft) -> str:
    """The wording of the intent that the model is shown; the intent's own replies, unless the
    fallback asks for a slot.
    """
    return fallback.text if fallback.pending else context.say_one(classification.intent.replies)


def _with_apology(draft: Draft, apology: str) -> Draft:
    """The draft with the apology in front; unchanged where its text has one already."""
    twice = APOLOGISES.search(apology) and APOLOGISES.search(draft.text)
    if not apology or twice or draft.message:
        return draft
    return replace(draft, text=apology + draft.text, apology=apology)


def _out_of_hours_notice(context: Context, draft: Draft) -> str:
    """The rulebook's notice, in the first turn of a session; "" within working hours, for care
    and where nothing was read.
    """
    text = context.rulebook.outside(context.message.received)
    if not text or draft.care or context.session.turns or context.question is None:
        return ""
    return context.filled(text)


# --- The session --------------------------------------------------------------------------------


def _next_session(context: Context, draft: Draft, answer: Message | None) -> Session:
    text = as_plain_text(answer)
    whole_classification = context.classification
    if draft.parts:  # a follow-up refers to the last question
        classification, reading = context.parts[-1].classification, context.parts[-1].question
        last = draft.parts[-1]
    else:
        classification, reading, last = whole_classification, context.question, draft
    session = context.session
    if classification is None or reading is None or whole_classification is None:
        return (
            memory.add_turn(session, context.message.text.strip(), text, "")
            if draft.care
            else session
        )
    unclear = session.unclear + 1 if draft.source in FAILURE_SOURCES else 0
    about = memory.topic_of_intent(classification.intent.title) if classification.in_scope else ""
    question = last.source not in NO_QUESTIONS or _asks_something(last, classification, reading)
    rewritten_question = (
        replace(reading, standalone_question=context.slot_result.question)
        if context.slot_result.filled_slot
        else reading
    )
    patient = (
        not draft.waiting
        and classification.in_scope
        and classification.intent.id in DEFERRING_INTENTS
    )
    session_update = {
        "intent": classification.intent.id if classification.in_scope else session.intent,
        "mood": whole_classification.sentiment,
        "unclear": unclear,
        "angry": handoff_policy.angry_in_a_row(
            context.slot_result.text, whole_classification, session
        ),
        "declined": last.source in UNANSWERED_SOURCES,
        "last_question": question_to_remember(rewritten_question, session, question=question),
        "question": rewritten_question.standalone_question[:REMEMBERED],
        "last_entry_id": _cited_entry(last) or (None if question else session.last_entry_id),
        "slots": context.slot_result.slots,
        "waiting": draft.waiting or (session.waiting if patient else ""),
        "pending": draft.pending or (session.pending if patient else ""),
        "choices": draft.choices,
    }
    return memory.add_turn(session, context.message.text.strip(), text, about).model_copy(
        update=session_update
    )


def _asks_something(
    draft: Draft, classification: Classification, question: RewrittenQuestion
) -> bool:
    """Whether a follow-up may refer to a question that got a template or went to an agent."""
    manners = (
        classification.in_scope
        and classification.intent.id in CONVERSATION_INTENTS | OFF_TOPIC_INTENTS
    )
    is_question = draft.source == "handoff" or (
        draft.source == "template" and splitting.is_question(question.standalone_question)
    )
    return is_question and not manners


def _cited_entry(draft: Draft) -> str | None:
    is_one = draft.source in {"knowledge", "extract"} and len(draft.cited) == 1
    return draft.cited[0] if is_one else None
