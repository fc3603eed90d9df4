"""Words the follower's reply at a handoff, and the offer of one beside an answer. No I/O."""

import re

from app.dialogue.answers import chinese_notes
from app.dialogue.care import care_replies
from app.dialogue.context import Context
from app.dialogue.gaps import doubts
from app.dialogue.handoff import policy
from app.dialogue.handoff.hours import presence_of
from app.dialogue.handoff.policy import Reason
from app.dialogue.handoff.reasons import ANSWERS, QUOTES, has_suffered
from app.dialogue.handoff.reply_times import at_desk, describe_reply_time
from app.dialogue.orders import actions
from app.dialogue.several_questions.answers import pair_answers
from app.dialogue.several_questions.joining import join_answers
from app.dialogue.slot_filling import slots
from app.dialogue.slot_filling.acknowledgements import word_noted
from app.dialogue.slot_filling.slots import CONFIRMED_BY_A_PERSON
from app.dialogue.turn import Draft, HandOver
from app.dialogue.understanding.complaints import grievance, harm
from app.dialogue.understanding.sentences import sentence_kinds
from app.dialogue.wording import handover_texts
from app.inference.ports import CareKind
from app.messages import values
from app.messages.phrases import Phrase
from app.messages.values import BETWEEN, Text, TransferToAgent

NAMES_PERSON = re.compile("人工|同事|客服|human|colleague")
# With these reasons, answers of these sources are said before the handoff.
_SAID_FIRST: dict[Reason, frozenset[str]] = {"angry": ANSWERS, "policy": QUOTES}
_PASSES_ON = re.compile("(?:转给|转交|请|由)[^，。；！？]{0,12}同事[^，。；！？]{0,8}。$")


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
        noted = word_noted(context.slot_result, message_text, context.session, context.say)
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
        when = at_desk(there, hours, context.say)
    else:
        when = describe_reply_time(account, hours, there, minutes, context.say)
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
    is_question = sentence_kinds.is_question(text)
    likely = context.suggested if is_question and not has_suffered(context) else None
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
    books = draft.arranged and context.slot_result.filled_slot in CONFIRMED_BY_A_PERSON
    if books and context.account.desk != "wechat":
        return context.say(handover_texts.BOOKING_PASSED_ON)
    own = next((d.text for d in (*draft.parts, draft) if d.source == "handoff" and d.text), "")
    if own or draft.parts:
        return own or context.say(_closing_phrase(context, reason, draft))
    if draft.source in _SAID_FIRST.get(reason, ()) and not draft.message:
        text = chinese_notes.wrap_in_english(context, draft.text, draft.source, offers=False)
        answer = Text(content=text, ai_generated=draft.ai_generated)
        return f"{answer.with_label()}{BETWEEN}{context.say(handover_texts.FOLLOWED_UP)}"
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
    if draft.source == "care":
        return ""
    has_desk = context.account.desk != "none" and context.handoff is None
    if not has_desk or context.wish == "refused" or NAMES_PERSON.search(draft.text):
        return ""
    questions = zip(context.parts, draft.parts, strict=True) if draft.parts else [(context, draft)]
    is_for_people = any(_may_want_person(question, each) for question, each in questions)
    return context.say(handover_texts.OR_A_PERSON) if is_for_people else ""


def _may_want_person(context: Context, draft: Draft) -> bool:
    """Whether the draft answers a question that policy gives to agents, or that wants a deed."""
    if draft.source not in QUOTES:
        return False
    is_by_policy = policy.by_policy(context.classification, context.handoff_rules)
    return is_by_policy or actions.find_action(context.slot_result.text) is not None


def _care_notice(context: Context, kind: CareKind) -> str:
    """The notice after a care text: agents come, and when; without the operator's away text."""
    account, there = context.account, presence_of(context)
    hours = context.rulebook.hours(account.service_hours)
    when = describe_reply_time(account, hours, there, context.handoff_rules.minutes, context.say)
    return care_replies.care_notice(
        kind, when, open=there.are_hours_known and there.open, say=context.say
    )
