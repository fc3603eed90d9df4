"""Decides whether a turn hands the conversation to an agent, and words its reply."""

import re

from app.dialogue import care_replies, doubts, handoff_policy
from app.dialogue.answers import chinese_notes
from app.dialogue.context import Context
from app.dialogue.handoff_policy import Reason
from app.dialogue.orders import actions
from app.dialogue.several_questions.answers import pair_answers
from app.dialogue.several_questions.joining import join_answers
from app.dialogue.slot_filling import questions as slot_filling_questions
from app.dialogue.slot_filling import slots
from app.dialogue.turn import FAILURE_SOURCES, Draft, HandOver
from app.dialogue.understanding import grievance, harm, splitting
from app.dialogue.wording import handover_texts
from app.inbox.service import QueuePosition
from app.inference.ports import CareKind, Classification, Sentiment
from app.messages import values
from app.messages.phrases import Phrase
from app.messages.values import BETWEEN, Text, TransferToAgent
from app.rules import presence
from app.rules.presence import Presence

ANSWERS = frozenset({"knowledge", "order", "slot", "generated", "extract"})
QUOTES = frozenset({"knowledge", "generated", "extract"})  # from the knowledge base
_PASSES_ON = re.compile("(?:转给|转交|请|由)[^，。；！？]{0,12}同事[^，。；！？]{0,8}。$")
NAMES_PERSON = re.compile("人工|同事|客服|human|colleague")


def hand_over(context: Context, draft: Draft) -> HandOver | None:
    """The handoff that the turn opens; None where the bot goes on, nobody could take over, or an
    agent has the conversation already.
    """
    reason = _find_reason(context, draft)
    desk = handoff_policy.choose_desk(context.account, open=presence_of(context).open)
    if reason is None or desk is None or context.handoff is not None:
        return None
    if reason == "policy" and desk == "wechat" and draft.source in QUOTES and not draft.parts:
        return None  # a transfer has no text: the answer is said with the offer of a person
    classification = context.classification
    title = classification.intent.title if classification and classification.in_scope else ""
    title = care_replies.alert_title(draft.care) if draft.care else title
    text = context.slot_result.text or context.message.text
    summary_facts = handoff_policy.SummaryFacts(
        text, title, _read_sentiment(text, classification), reason, draft.care
    )
    slot_texts = {slots.TITLES[name]: context.slot_result.slots[name]
             for name in slots.TITLES if context.slot_result.slots.get(name)}  # fmt: skip
    summary = handoff_policy.write_summary(context.session.turns, summary_facts, slot_texts)
    return HandOver(reason, desk, title, summary, care_replies.queue_priority(draft.care))


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


def _find_reason(context: Context, draft: Draft) -> Reason | None:
    """The weightiest reason among all questions; `failed` and `angry` by the whole message."""
    if draft.care:
        return "care"
    if not draft.parts:
        return _find_single_reason(context, draft)
    if context.wish == "refused":
        return None
    whole = _find_single_reason(context, draft)
    part_reasons = {
        _find_single_reason(part, d) for part, d in zip(context.parts, draft.parts, strict=True)
    }
    failure_reason = {"failed"} if whole == "failed" else set()
    possible_reasons = (
        (part_reasons - {"failed"}) | failure_reason | ({"angry"} if whole == "angry" else set())
    )
    return next((each for each in handoff_policy.REASONS if each in possible_reasons), None)


def _find_single_reason(context: Context, draft: Draft) -> Reason | None:
    if draft.safety_flag:
        return "safety"
    if draft.person:
        return "asked"
    stands = draft.source in {"rule", "kind", "failure", "refused"}
    if stands or (context.wish == "refused" and not draft.arranged):
        return None
    facts = handoff_policy.HandoffFacts(
        context.slot_result.text,
        context.classification,
        is_unanswered=draft.source in FAILURE_SOURCES,
    )
    reason = handoff_policy.find_reason(facts, context.session, context.handoff_rules)
    if draft.arranged:
        return "angry" if reason == "angry" else "policy"
    return None if reason in _find_settled_reasons(context, draft) else reason


def _find_settled_reasons(context: Context, draft: Draft) -> frozenset[Reason]:
    """The reasons that the draft's answer settles, so that no agent has to take over."""
    if draft.source == "knowledge" and context.same_words:
        return frozenset({"policy", "failed", "asked"})
    if draft.source in QUOTES and _has_suffered(context):
        return frozenset({"failed"})
    classification, handoff_intents = context.classification, context.handoff_rules.intents
    needs_person = (
        classification is not None and handoff_intents.get(classification.intent.id) is True
    )
    # The only possible choice is shown with its answer.
    shows_answer = (
        draft.source == "choices" and bool(draft.cited) and not (draft.choices or needs_person)
    )
    return (
        frozenset({"policy", "failed"}) if draft.source in ANSWERS or shows_answer else frozenset()
    )


def _has_suffered(context: Context) -> bool:
    classification = context.classification
    return classification is not None and grievance.has_suffered(
        context.slot_result.text, classification
    )


def word_handoff(context: Context, hand_over: HandOver, draft: Draft) -> Text | TransferToAgent:
    """The follower's reply at a handoff; the text of a rule or a refusal stays as it is."""
    if draft.care:
        return Text(content=f"{draft.text}{BETWEEN}{_care_notice(context, draft.care)}")
    if hand_over.desk == "wechat" and not context.is_event:
        return TransferToAgent()
    if draft.source in {"rule", "refused"} and draft.text:
        return Text(content=draft.text)
    return _with_answers(context, draft, _handoff_notice(context, hand_over, draft))


def _with_answers(context: Context, draft: Draft, notice: str) -> Text:
    """The notice after the noted detail, or after the answers to the other questions."""
    if slots.get_answer(context.slot_result):
        message_text = context.message.text
        noted = slot_filling_questions.word_noted(
            context.slot_result, message_text, context.session, context.say
        )
        return Text(content=noted + notice)
    answers = pair_answers(context, draft.parts) if draft.parts else []
    known_answers = [each for each in answers if each.draft.source in ANSWERS]
    if not known_answers:
        return Text(content=notice)
    text = join_answers(known_answers, unread=False, is_handed_over=True, say=context.say)
    content = chinese_notes.wrap_in_english(context, text.content, "knowledge", offers=False)
    return values.join([text.model_copy(update={"content": content}), Text(content=notice)])


def _handoff_notice(context: Context, hand_over: HandOver, draft: Draft) -> str:
    """The operator's away text; else the words of draft or reason, with one line on the time."""
    if away := context.rulebook.away(context.message.received):
        return context.filled(away)
    words = _own_words(context, hand_over.reason, draft) + _kept_order(context)
    account, there = context.account, presence_of(context)
    hours, minutes = context.rulebook.hours(account.service_hours), context.handoff_rules.minutes
    if account.desk == "wechat":
        when = handoff_policy.at_desk(there, hours, context.say)
    else:
        when = handoff_policy.describe_reply_time(account, hours, there, minutes, context.say)
    return _in_one_sentence(words, when) + _reference_line(context, hand_over.reason, draft)


def _in_one_sentence(words: str, when: str) -> str:
    """Join words and time; as …转给同事，看到就回您 where 同事 would be said in both."""
    if not (_PASSES_ON.search(words) and when.startswith("同事")):
        return words + when
    return f"{words[:-1]}，{when.removeprefix('同事')}"


def _reference_line(context: Context, reason: Reason, draft: Draft) -> str:
    """The matched entry's answer for reference; a likely one only for a question without a
    grievance, since a wrong guess beside an apology reads as scorn. "" for none.
    """
    text = context.slot_result.text
    is_question = splitting.is_question(text)
    likely = context.suggested if is_question and not _has_suffered(context) else None
    candidate = context.matched_entry or likely
    if candidate is None or not (is_question or grievance.states_wish(text)) or candidate.rich:
        return ""
    if reason != "policy" or draft.source != "handoff" or draft.parts:
        return ""
    line = context.say(handover_texts.FOR_REFERENCE, answer=candidate.answer)
    return BETWEEN + line


def _kept_order(context: Context) -> str:
    """A line that the known order number is passed on; "" where there is none to name."""
    order = context.slot_result.slots.get("order")
    if not order or context.slot_result.is_bare_number:
        return ""
    return context.say(handover_texts.ORDER_PASSED_ON, number=order)


def _own_words(context: Context, reason: Reason, draft: Draft) -> str:
    """The words before the time: of the draft for an agent, else of its answer or of the reason."""
    books = (
        draft.arranged
        and context.slot_result.filled_slot in slot_filling_questions.CONFIRMED_BY_A_PERSON
    )
    if books and context.account.desk != "wechat":
        return context.say(handover_texts.BOOKING_PASSED_ON)
    own = next((d.text for d in (*draft.parts, draft) if d.source == "handoff" and d.text), "")
    if own or draft.parts:
        return own or context.say(_closing_phrase(context, reason, draft))
    answering_sources = (
        ANSWERS if reason == "angry" else QUOTES if reason == "policy" else frozenset()
    )
    if draft.source in answering_sources and not draft.message:
        text = chinese_notes.wrap_in_english(context, draft.text, draft.source, offers=False)
        answer = Text(content=text, ai_generated=draft.ai_generated)
        return f"{answer.with_label()}\n\n{context.say(handover_texts.FOLLOWED_UP)}"
    if reason == "failed" and doubts.is_rejection(context.message.text):
        return context.say(handover_texts.ANSWERED_BADLY)
    return context.say(handover_texts.HANDED_OVER[reason])


def _closing_phrase(context: Context, reason: Reason, draft: Draft) -> Phrase:
    """The phrase after answers to several questions where none has words for an agent."""
    quotes = any(part.source in QUOTES for part in draft.parts)
    if reason != "policy" or not quotes:
        return handover_texts.HANDED_OVER[reason]
    classification = context.classification
    angry = (
        classification is not None
        and harm.find_harm(context.slot_result.text, classification) == "anger"
    )
    return handover_texts.HANDED_OVER["angry"] if angry else handover_texts.FOLLOWED_UP


def offer_person_beside(context: Context, draft: Draft) -> str:
    """The offer of a person beside an answer to a question that policy gives to agents, or that
    wants something done; "" for none.
    """
    if draft.care:
        return ""
    has_desk = context.account.desk != "none" and context.handoff is None
    questions = zip(context.parts, draft.parts, strict=True) if draft.parts else [(context, draft)]
    is_for_people = any(
        part_draft.source in {"knowledge", "generated", "extract"}
        and (
            handoff_policy.by_policy(question.classification, context.handoff_rules)
            or actions.find_action(question.slot_result.text) is not None
        )
        for question, part_draft in questions
    )
    if (
        not (has_desk and is_for_people)
        or context.wish == "refused"
        or NAMES_PERSON.search(draft.text)
    ):
        return ""
    return context.say(handover_texts.OR_A_PERSON)


def presence_of(context: Context) -> Presence:
    """Whether agents are there at the time of the message."""
    return presence.at(context.rulebook, context.account.service_hours, context.message.received)


def describe_waiting(context: Context, place: QueuePosition | None) -> str:
    """The state of the handoff for a follower who waits, and one line on when agents reply."""
    account, there, now = context.account, presence_of(context), context.message.received
    hours = context.rulebook.hours(account.service_hours)
    when = handoff_policy.describe_reply_time(
        account, hours, there, context.handoff_rules.minutes, context.say
    )
    return handoff_policy.describe_wait(place, there, now, context.say) + when


def desk_hours(context: Context) -> str:
    """The hours of the agents, for a follower who asks when they are there."""
    there = presence_of(context)
    hours = context.rulebook.hours(context.account.service_hours)
    if not there.are_hours_known and not presence.tells_of_people(hours):
        return context.say(handover_texts.DESK_HOURS_UNKNOWN)
    line = context.say(handover_texts.DESK_HOURS)
    if context.account.desk == "none" or not there.are_hours_known:
        return line
    if there.open:
        return line + context.say(handover_texts.DESK_OPEN)
    return line + (context.say(handover_texts.DESK_CLOSED, next=there.next) if there.next else "")


def _care_notice(context: Context, kind: CareKind) -> str:
    """The notice after a care text: agents come, and when; without the operator's away text."""
    account, there = context.account, presence_of(context)
    hours = context.rulebook.hours(account.service_hours)
    when = handoff_policy.describe_reply_time(
        account, hours, there, context.handoff_rules.minutes, context.say
    )
    return care_replies.care_notice(
        kind, when, open=there.are_hours_known and there.open, say=context.say
    )
