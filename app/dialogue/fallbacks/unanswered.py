"""Words the reply to a message that nothing answers, by the kind of message.

Only an unreadable message is called not understood. For a clear question the reply names what
isn't known, in the question's words if these may be quoted, and then how to ask a person.
"""

from app.dialogue.context import Context
from app.dialogue.fallbacks import small_talk, sympathy
from app.dialogue.fallbacks.small_talk import Topic
from app.dialogue.fallbacks.unanswered_texts import (
    ADVICE,
    ASK_ABOUT,
    ASK_BACK,
    ASK_FOR_ADVICE,
    ASK_FOR_HELP,
    ASK_PERSON,
    ASK_PERSON_LATER,
    REPORT_NOTED,
    UNABLE,
    UNSURE,
    UNSURE_AGAIN,
    WORDING,
)
from app.dialogue.understanding import quoting
from app.dialogue.understanding.query_rewriting import rewriting
from app.dialogue.understanding.sentences import clarity
from app.dialogue.understanding.sentences.clarity import Sort
from app.dialogue.wording import slot_texts
from app.messages.phrases import Phrase
from app.rules import presence
from app.safety import injection


def word_reply(context: Context) -> str:
    """The reply to a message that nothing answers."""
    text = _get_question(context)
    match "random" if injection.detect_injection(text) else clarity.sort_message(text):
        case "random":
            return context.say(ASK_BACK)
        case "name" if not _is_followup(context):
            name = quoting.quote_question(text)
            return context.say(ASK_ABOUT, name=name) if name else context.say(ASK_BACK)
        case sort:
            return _word_opening(context, sort) + ask_person(context, _choose_offer(sort))


def word_unknown(context: Context) -> str:
    """The reply to a message whose subject is clear, but the answer isn't known."""
    sort = clarity.sort_message(_get_question(context))
    reply_sort = sort if sort in {"request", "report"} else "question"
    return _word_opening(context, reply_sort) + ask_person(context, _choose_offer(reply_sort))


def word_small_talk(context: Context, topic: Topic) -> str:
    """The reply to small talk on this topic; for advice, also how to ask a person."""
    kind_words = _kind_words(context) if topic in {"advice", "writing"} else ""
    if topic == "writing" and kind_words:
        return kind_words + context.say(WORDING) + ask_person(context, ASK_FOR_ADVICE)
    name = quoting.NAMELESS if kind_words else _name_subject(context)
    words = kind_words + context.say(small_talk.WORDS[topic], name=name)
    return words + ask_person(context) if topic == "advice" else words


def word_advice(context: Context) -> str:
    """The reply to a message that asks for a recommendation."""
    words = _kind_words(context) + context.say(ADVICE)
    return words + ask_person(context, ASK_FOR_ADVICE)


def may_reach_person(context: Context) -> bool:
    """Whether the account has agents and the follower hasn't refused one."""
    return context.wish != "refused" and context.account.desk != "none"


def ask_person(context: Context, offer: Phrase = ASK_PERSON) -> str:
    """How to ask a person, and when they are back; "" if there is none, or it was refused."""
    if not may_reach_person(context):
        return ""
    if context.handoff is not None:
        return context.say(slot_texts.AGENT_SEES)
    if back := _next_at_work(context):
        return context.say(ASK_PERSON_LATER, next=back)
    return context.say(offer)


def person_now(context: Context) -> bool:
    """Whether a person can be offered who isn't known to be off duty."""
    return may_reach_person(context) and context.handoff is None and not _next_at_work(context)


def _next_at_work(context: Context) -> str:
    """When agents are back; "" if they are on duty, or their hours aren't known."""
    there = presence.at(context.rulebook, context.account.service_hours, context.message.received)
    return there.next if there.are_hours_known and not there.open else ""


def _get_question(context: Context) -> str:
    """The question in the follower's own words, without those added from earlier questions."""
    slot_result, message_text = context.slot_result, context.message.text
    is_read_otherwise = slot_result.is_resumed or context.matched_rule is not None
    return (
        slot_result.text if is_read_otherwise or slot_result.text in message_text else message_text
    )


def _choose_offer(sort: Sort) -> Phrase:
    """The phrase that offers a person, to answer a question or to help with a wish."""
    return ASK_PERSON if sort == "question" else ASK_FOR_HELP


def _word_opening(context: Context, sort: Sort) -> str:
    match sort:
        case "request":
            return context.say(UNABLE)
        case "report":
            return context.say(REPORT_NOTED)
        case _:
            phrase = UNSURE_AGAIN if _has_declined(context) else UNSURE
            return context.say(phrase, name=_name_subject(context))


def _kind_words(context: Context) -> str:
    """A sympathetic sentence on the message's occasion; "" if none, or said before."""
    occasion = sympathy.find_occasion(context.message.text)
    if occasion is None:
        return ""
    phrase = sympathy.SENTENCES[occasion]
    texts = [context.filled(text).strip() for text in context.variants(phrase)]
    answers = [turn.answer for turn in context.session.turns]
    is_said = any(text in answer for text in texts for answer in answers)
    return "" if is_said else context.say(phrase)


def _has_declined(context: Context) -> bool:
    """Whether the answer to the previous question wasn't known either."""
    session = context.session
    if not (session.declined and session.turns):
        return False
    last = session.turns[-1]
    asked_back = "？" in last.answer or "?" in last.answer
    return not asked_back and clarity.sort_message(last.text) == "question"


def _name_subject(context: Context) -> str:
    """What the question is about; a follow-up with its earlier subject: 33枝红玫瑰多少钱."""
    question, reading = _get_question(context), context.question
    if reading is None or not _is_followup(context):
        return quoting.name_question(question) or quoting.NAMELESS
    reads_well = rewriting.is_replaced(context.session.last_question, reading.standalone_question)
    whole = quoting.name_question(reading.standalone_question) if reads_well else ""
    return whole or quoting.find_thing(question) or quoting.NAMELESS


def _is_followup(context: Context) -> bool:
    return context.question is not None and context.question.is_followup
