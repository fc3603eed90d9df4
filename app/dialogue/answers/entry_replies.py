"""Words the reply from a matched entry, with regard to the turns before. No I/O.

An answer isn't repeated in full: a follow-up gets only the clause about what is new.
"""

import re
from dataclasses import replace
from datetime import date, datetime

from app.dialogue.answers import coverage, narrowing
from app.dialogue.answers.answer_clauses import branches, clauses
from app.dialogue.answers.narrowing import FollowUp, NarrowedAnswer
from app.dialogue.context import Context
from app.dialogue.fallbacks import unanswered
from app.dialogue.slot_filling import slots
from app.dialogue.slot_filling.slots import FREE
from app.dialogue.understanding.entities import weekdays
from app.dialogue.wording import answer_texts, followup_texts, slot_texts
from app.knowledge.values import Evidence

_TITLE_PREFIX_LENGTH = 2  # characters of a title by which an answer names its subject
_CHANNEL = re.compile(
    r"(?:小程序|公众号|电话|前台|服务台|现场|菜单|微信|[Aa][Pp][Pp]|官网|「[^」]{1,8}」).{0,10}(?:[约订]|报名|登记|抢|放号)"
    r"|(?:[约订]|报名|登记|抢).{0,6}(?:小程序|公众号|电话|前台|服务台|[Aa][Pp][Pp]|官网)"
)


def word_reply(context: Context, matched_entry: Evidence) -> str:
    """The reply text from the entry or passage that answers the message."""
    answer = matched_entry.answer
    if matched_entry.rich or _is_chosen(context):
        return answer
    if context.equals:
        return "\n".join(map(_with_title, (matched_entry, *context.equals)))
    question = (
        context.question.standalone_question if context.question and not context.same_words else ""
    )
    if name := coverage.name_lacking(question, matched_entry.title, matched_entry.text):
        return _without_detail(context, matched_entry, name)
    return (
        _word_repeated_answer(context, matched_entry)
        if _is_said_before(context, matched_entry)
        else _word_first_answer(context, answer)
    )


def of_last(context: Context) -> str:
    """What the last answer says about the number or day that the follower sends now; "" if
    nothing. For messages that no entry answers.
    """
    answer, title = _get_last_answer(context)
    if not answer:
        return ""
    followup = _follow_up(context, answer, title)
    if off := _off_day(context, followup):
        return off + _word_channel(context, answer)
    narrowed = narrowing.narrow_answer(followup)
    is_said = narrowed is not None and narrowed.kind != "unlisted"
    return _word_narrowed_answer(context, narrowed) if narrowed and is_said else ""


def channel_of_last(context: Context) -> str:
    """The clauses of the last answer on where to book; "" if it has none."""
    return _word_channel(context, _get_last_answer(context)[0])


def settle_entry(context: Context, matched_entry: Evidence | None, sure: float) -> Evidence | None:
    """The entry to answer with. Drops `matched_entry` if its answer was just given and has nothing
    on what the message names now (the search found it by the previous question's words). Without
    a match, returns the last entry if one of its clauses is about the message.
    """
    if matched_entry and _is_beyond(context, matched_entry):
        return None
    return matched_entry or _clause_of_last(context, sure)


def _is_beyond(context: Context, matched_entry: Evidence) -> bool:
    answer, reading = matched_entry.answer, context.question
    if reading is None or not reading.is_followup or not _is_said_before(context, matched_entry):
        return False
    if matched_entry.rich or _is_chosen(context):
        return False
    followup = _follow_up(context, answer, matched_entry.title)
    if _off_day(context, followup) or narrowing.narrow_answer(followup):
        return False
    return narrowing.names_stranger(followup)


def _clause_of_last(context: Context, sure: float) -> Evidence | None:
    before, reading = context.previous_entry, context.question
    asks_on = reading is not None and (reading.is_followup or context.slot_result.filled_slot)
    if before is None or not asks_on or before.rich:
        return None
    narrowed = narrowing.narrow_answer(_follow_up(context, before.answer, before.title))
    is_clause = narrowed is not None and narrowed.kind == "clause"
    return replace(before, probability=sure) if is_clause else None


def _get_last_answer(context: Context) -> tuple[str, str]:
    """The last answer and its entry's question; "" each if no entry gave it."""
    session, entry = context.session, context.previous_entry
    if session.last_entry_id is None or not session.turns:
        return "", ""
    if entry is not None and not entry.rich:
        return entry.answer, entry.title
    return session.turns[-1].answer, ""


def _is_chosen(context: Context) -> bool:
    """Whether the message was tapped, or repeats the last one word for word."""
    turns = context.session.turns
    return context.same_words and bool(
        context.session.choices or (turns and turns[-1].text == context.message.text.strip())
    )


def _is_said_before(context: Context, matched_entry: Evidence) -> bool:
    turns = context.session.turns
    return bool(turns) and (
        matched_entry.id == context.session.last_entry_id
        or matched_entry.answer.strip() in turns[-1].answer
    )


def _word_first_answer(context: Context, answer: str) -> str:
    """The answer, after a confirmation of the follower's value or day. A value outside a bound of
    the answer is not confirmed.
    """
    followup = _follow_up(context, answer, "")
    day = weekdays.find_day(followup.text, followup.today)
    if day and day.is_date and weekdays.find_conflict(day, clauses.split(answer)):
        head = context.say(followup_texts.DAY_IS, day=day.words, weekday=day.weekday)
        return head + answer
    value = slots.get_answer(context.slot_result)
    if not value or context.slot_result.filled_slot in FREE or narrowing.sets_bound(answer, value):
        return answer
    return (
        context.say(slot_texts.WITH_VALUE, value=slots.format_answer(context.slot_result)) + answer
    )


def _with_title(matched_entry: Evidence) -> str:
    """The answer, after its title if the answer doesn't name it."""
    has_title = matched_entry.title[:_TITLE_PREFIX_LENGTH] in matched_entry.answer
    return matched_entry.answer if has_title else f"{matched_entry.title}：{matched_entry.answer}"


def _without_detail(context: Context, matched_entry: Evidence, name: str) -> str:
    """Say that the detail `name` is unknown, then the answer, then how to ask a person."""
    if _is_said_before(context, matched_entry):
        return context.say(answer_texts.UNKNOWN, names=name) + unanswered.ask_person(context)
    text = context.say(followup_texts.LACKING, name=name, answer=matched_entry.answer)
    return f"{text}\n{unanswered.ask_person(context)}".rstrip()


def _word_repeated_answer(context: Context, matched_entry: Evidence) -> str:
    answer = matched_entry.answer
    followup = _follow_up(context, answer, matched_entry.title)
    turns = context.session.turns
    if followup.text == turns[-1].text:
        return answer
    if off := _off_day(context, followup):
        return off + _word_channel(context, answer)
    narrowed = narrowing.narrow_answer(followup)
    text = _word_narrowed_answer(context, narrowed) if narrowed else ""
    if text and text != turns[-1].answer:
        return text
    if slots.get_answer(context.slot_result) and context.slot_result.filled_slot not in FREE:
        return _with_same(context, answer)
    is_recent = any(answer.strip() in turn.answer for turn in turns[-2:])
    return context.say(followup_texts.ALREADY, answer=answer) if is_recent else answer


def _with_same(context: Context, answer: str) -> str:
    """Note the value sent, instead of repeating the last answer; nothing is booked."""
    value, books = (
        slots.format_answer(context.slot_result),
        context.slot_result.filled_slot == "visit",
    )
    channel = _word_channel(context, answer) if books else ""
    if channel:
        return context.say(slot_texts.NOTED_BOOKING, value=value) + channel
    if context.account.desk == "none":
        return context.say(slot_texts.WITH_VALUE, value=value) + answer
    same = slot_texts.SAME_ANSWER_TO_BOOKING if books else slot_texts.SAME_ANSWER
    return context.say(same, value=value)


def _word_narrowed_answer(context: Context, narrowed: NarrowedAnswer) -> str:
    text, about = narrowed.text, narrowed.about
    match narrowed.kind:
        case "value":
            return context.say(followup_texts.FOR_VALUE, value=about, answer=text)
        case "outside":
            return context.say(followup_texts.OUTSIDE, value=about, answer=text)
        case "unlisted":
            return context.say(followup_texts.UNLISTED, name=about, answer=text)
        case _:
            return text


def _off_day(context: Context, followup: FollowUp) -> str:
    """Say that the day doesn't fit: 12月5号是周六，读书会每周五; "" if it may fit."""
    day = weekdays.find_day(followup.text, followup.today)
    off = weekdays.find_conflict(day, clauses.split(followup.answer)) if day else ()
    if day is None or not off:
        return ""
    text = clauses.join(off)
    if any(weekdays.is_closed_on(each.text, day) for each in off) and not day.is_date:
        return ""  # the clause says so itself
    if day.is_date:
        return context.say(followup_texts.OFF_DAY, day=day.words, weekday=day.weekday, answer=text)
    return context.say(followup_texts.UNLISTED, name=day.words, answer=text)


def _word_channel(context: Context, answer: str) -> str:
    channel_clauses = [clause for clause in clauses.split(answer) if _CHANNEL.search(clause.text)]
    if not channel_clauses:
        return ""
    return context.say(followup_texts.CHANNEL, answer=clauses.join(channel_clauses))


def _follow_up(context: Context, answer: str, title: str) -> FollowUp:
    slot_result, message_text, session = (
        context.slot_result,
        context.message.text.strip(),
        context.session,
    )
    is_read = (
        slot_result.is_resumed or slot_result.text in message_text
    )  # else it is a rule's question
    last = session.turns[-1].text if session.turns else ""
    whole = context.question.standalone_question if context.question else ""
    return FollowUp(
        text=message_text if is_read else slot_result.text,
        before=f"{session.last_question} {last}",
        answer=answer,
        title=title,
        today=_get_today(context),
        names=branches.find_branch_names(
            [whole, *(each.title for each in context.candidates or ())]
        ),
    )


def _get_today(context: Context) -> date:
    return datetime.fromtimestamp(context.message.received, context.rulebook.zone).date()
