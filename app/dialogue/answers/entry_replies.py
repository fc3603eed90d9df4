"""How an entry that answers is said after what was said before. No I/O.

An answer isn't said twice in a row: who asks on reads the clause that is about what is new.
"""

import re
from dataclasses import replace
from datetime import date, datetime

from app.dialogue import templates
from app.dialogue.answers import clauses, coverage, listings, narrowing
from app.dialogue.answers.narrowing import FollowUp, Narrowed
from app.dialogue.context import Context
from app.dialogue.fallbacks import unanswered
from app.dialogue.slot_filling import slots
from app.dialogue.slot_filling.slots import FREE
from app.dialogue.understanding import weekdays
from app.dialogue.wording import followup_texts
from app.knowledge.values import Evidence

_NAMED = 2  # characters of a title
_CHANNEL = re.compile(
    r"(?:小程序|公众号|电话|前台|服务台|现场|菜单|微信|[Aa][Pp][Pp]|官网|「[^」]{1,8}」).{0,10}(?:[约订]|报名|登记|抢|放号)"
    r"|(?:[约订]|报名|登记|抢).{0,6}(?:小程序|公众号|电话|前台|服务台|[Aa][Pp][Pp]|官网)"
)


def words(context: Context, known: Evidence) -> str:
    """What is said of the entry or passage that answers."""
    answer = known.answer
    if known.rich or _chosen(context):
        return answer
    if context.equals:
        return "\n".join(map(_with_title, (known, *context.equals)))
    asks = context.reading.asks if context.reading and not context.same_words else ""
    if name := coverage.name_lacking(asks, known.title, known.text):
        return _without_detail(context, known, name)
    return _again(context, known) if _is_said_before(context, known) else _first(context, answer)


def of_last(context: Context) -> str:
    """What the last answer says for a number or a day that the follower sends now, where nothing
    else is known; "" where it says nothing of it.
    """
    answer, title = _last(context)
    if not answer:
        return ""
    asked = _follow_up(context, answer, title)
    if off := _off_day(context, asked):
        return off + _channel(context, answer)
    narrowed = narrowing.narrow(asked)
    is_said = narrowed is not None and narrowed.kind != "unlisted"
    return _told(context, narrowed) if narrowed and is_said else ""


def channel_of_last(context: Context) -> str:
    """Where the shop takes bookings, as the last answer says; "" where it doesn't."""
    return _channel(context, _last(context)[0])


def settle(context: Context, known: Evidence | None, sure: float) -> Evidence | None:
    """What answers: not an answer that was just said and has nothing on what the message names
    now, as it was found for the words of the question before; where there is nothing else, the
    last entry, if a clause of it is about that.
    """
    if known and _is_beyond(context, known):
        return None
    return known or _clause_of_last(context, sure)


def _is_beyond(context: Context, known: Evidence) -> bool:
    answer, reading = known.answer, context.reading
    if reading is None or not reading.leans or not _is_said_before(context, known):
        return False
    if known.rich or _chosen(context):
        return False
    asked = _follow_up(context, answer, known.title)
    if _off_day(context, asked) or narrowing.narrow(asked):
        return False
    return narrowing.names_stranger(asked)


def _clause_of_last(context: Context, sure: float) -> Evidence | None:
    before, reading = context.before, context.reading
    asks_on = reading is not None and (reading.leans or context.heard.filled)
    if before is None or not asks_on or before.rich:
        return None
    narrowed = narrowing.narrow(_follow_up(context, before.answer, before.title))
    is_clause = narrowed is not None and narrowed.kind == "clause"
    return replace(before, probability=sure) if is_clause else None


def _last(context: Context) -> tuple[str, str]:
    """The answer to the question before, where an entry gave it, and the entry's question."""
    session, entry = context.session, context.before
    if session.said is None or not session.turns:
        return "", ""
    if entry is not None and not entry.rich:
        return entry.answer, entry.title
    return session.turns[-1].answer, ""


def _chosen(context: Context) -> bool:
    """Whether it was tapped, or is asked in the same words as before."""
    turns = context.session.turns
    return context.same_words and bool(
        context.session.choices or (turns and turns[-1].text == context.said.text.strip())
    )


def _is_said_before(context: Context, known: Evidence) -> bool:
    turns = context.session.turns
    return bool(turns) and (
        known.id == context.session.said or known.answer.strip() in turns[-1].answer
    )


def _first(context: Context, answer: str) -> str:
    """With what was understood of the follower's value before it; a value that doesn't meet what
    the answer asks for is not agreed to.
    """
    asked = _follow_up(context, answer, "")
    day = weekdays.find_day(asked.text, asked.today)
    if day and day.is_date and weekdays.conflict(day, clauses.split(answer)):
        head = context.say(followup_texts.DAY_IS, day=day.words, weekday=day.weekday)
        return head + answer
    value = slots.value(context.heard)
    if not value or context.heard.filled in FREE or narrowing.sets_bound(answer, value):
        return answer
    return context.say(templates.WITH_VALUE, value=slots.shown_value(context.heard)) + answer


def _with_title(known: Evidence) -> str:
    """The answer, with what it is about before it where it doesn't name it."""
    named = known.title[:_NAMED] in known.answer
    return known.answer if named else f"{known.title}：{known.answer}"


def _without_detail(context: Context, known: Evidence, name: str) -> str:
    """That the detail isn't known comes first, then what is, then how a person gets to tell it."""
    if _is_said_before(context, known):
        return context.say(templates.UNKNOWN, names=name) + unanswered.ask_person(context)
    text = context.say(followup_texts.LACKING, name=name, answer=known.answer)
    return f"{text}\n{unanswered.ask_person(context)}".rstrip()


def _again(context: Context, known: Evidence) -> str:
    answer = known.answer
    asked = _follow_up(context, answer, known.title)
    turns = context.session.turns
    if asked.text == turns[-1].text:
        return answer
    if off := _off_day(context, asked):
        return off + _channel(context, answer)
    narrowed = narrowing.narrow(asked)
    text = _told(context, narrowed) if narrowed else ""
    if text and text != turns[-1].answer:
        return text
    if slots.value(context.heard) and context.heard.filled not in FREE:
        return _with_same(context, answer)
    is_recent = any(answer.strip() in turn.answer for turn in turns[-2:])
    return context.say(followup_texts.ALREADY, answer=answer) if is_recent else answer


def _with_same(context: Context, answer: str) -> str:
    """What was sent is noted, where the answer to it would be the last one; nothing is booked."""
    value, books = slots.shown_value(context.heard), context.heard.filled == "visit"
    channel = _channel(context, answer) if books else ""
    if channel:
        return context.say(templates.NOTED_BOOKING, value=value) + channel
    if context.account.desk == "none":
        return context.say(templates.WITH_VALUE, value=value) + answer
    same = templates.SAME_ANSWER_TO_BOOKING if books else templates.SAME_ANSWER
    return context.say(same, value=value)


def _told(context: Context, narrowed: Narrowed) -> str:
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


def _off_day(context: Context, asked: FollowUp) -> str:
    """12月5号是周六，读书会每周五; "" where nothing speaks against the day."""
    day = weekdays.find_day(asked.text, asked.today)
    off = weekdays.conflict(day, clauses.split(asked.answer)) if day else ()
    if day is None or not off:
        return ""
    text = clauses.join(off)
    if any(weekdays.closes(each.text, day) for each in off) and not day.is_date:
        return ""  # which the clause itself says
    if day.is_date:
        return context.say(followup_texts.OFF_DAY, day=day.words, weekday=day.weekday, answer=text)
    return context.say(followup_texts.UNLISTED, name=day.words, answer=text)


def _channel(context: Context, answer: str) -> str:
    found = [clause for clause in clauses.split(answer) if _CHANNEL.search(clause.text)]
    if not found:
        return ""
    return context.say(followup_texts.CHANNEL, answer=clauses.join(found))


def _follow_up(context: Context, answer: str, title: str) -> FollowUp:
    heard, said, session = context.heard, context.said.text.strip(), context.session
    is_read = heard.resumed or heard.text in said  # else it is a rule's question
    last = session.turns[-1].text if session.turns else ""
    whole = context.reading.asks if context.reading else ""
    return FollowUp(
        text=said if is_read else heard.text,
        before=f"{session.asked} {last}",
        answer=answer,
        title=title,
        today=_today(context),
        names=listings.branches([whole, *(each.title for each in context.candidates or ())]),
    )


def _today(context: Context) -> date:
    return datetime.fromtimestamp(context.said.received, context.book.zone).date()
