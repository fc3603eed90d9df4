"""Validated field types of the rules: texts, times, patterns, each with its bounds."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, StringConstraints

from app.kit.patterns import LinearPattern, compile_linear, make_options
from app.messages.lengths import TEXT_BYTES, size
from app.rules.normalise import fold

SLOTS = ("{brand}", "{hours}")
AWAY_SLOTS = (*SLOTS, "{opens}")
ITEMS_SLOT = "{items}"  # what is recommended to a newcomer
WELCOME_SLOTS = (*SLOTS, ITEMS_SLOT)
PATTERN_MEMORY = 1 << 16  # bytes; patterns that need more, such as .{1,999}, are slow: refused

_SLOT = re.compile(r"\{[^{}]*\}")
# Characters not allowed in the XML of a passive reply.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_INTERVAL = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))")
_DATE = re.compile(r"20\d\d-\d\d-\d\d")
_MOMENT = re.compile(rf"{_DATE.pattern}(?: \d\d:\d\d)?")
_DAY = 24 * 60  # minutes


def _check_printable(text: str) -> str:
    if control := find_control(text):
        raise ValueError(f"the control character U+{ord(control):04X} can't be sent")
    return text


def list_unknown_slots(text: str, allowed: tuple[str, ...] = SLOTS) -> list[str]:
    """The slots in a text, such as {price}, that nothing fills."""
    return [slot for slot in _SLOT.findall(text) if slot not in allowed]


def find_control(text: str) -> str:
    """The first character that can't be sent; "" where there is none."""
    control = _CONTROL.search(text)
    return control.group() if control else ""


def _check_reply(text: str, allowed: tuple[str, ...]) -> str:
    for slot in list_unknown_slots(text, allowed):
        raise ValueError(f"{slot} is no slot; these are: {', '.join(allowed)}")
    if size(text) > TEXT_BYTES:
        raise ValueError(f"it has {size(text)} bytes; WeChat takes {TEXT_BYTES} in one message")
    return _check_printable(text)


def _check_word(word: str) -> str:
    if not fold(word):
        raise ValueError("there is nothing to see in this word")
    return _check_printable(word)


def parse_interval(text: str) -> tuple[int, int]:
    """Parse "09:00-18:00" to minutes since midnight, above 1440 where it ends on the next day.

    Raises ValueError.
    """
    if not (match := _INTERVAL.fullmatch(text)):
        raise ValueError(f"{text!r} is no interval; write it like 09:00-18:00")
    hours, minutes, *close = (int(part) for part in match.groups() if part)
    opens, closes = hours * 60 + minutes, close[0] * 60 + close[1]
    if opens == closes:
        raise ValueError(f"{text!r} has no length; around the clock is 00:00-24:00")
    return opens, closes if closes > opens else closes + _DAY


def parse_day(text: str) -> date:
    """Parse a day such as 2026-10-01. Raises ValueError."""
    if not _DATE.fullmatch(text):
        raise ValueError(f"{text!r} is no day; write it like 2026-10-01")
    return parse_moment(text).date()


def parse_moment(text: str, *, end: bool = False) -> datetime:
    """Parse a local time, or a day: its start or, with `end`, its end. Raises ValueError."""
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError(text)
        value = datetime.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no time; write it like 2026-11-11 or 2026-11-11 20:00"
        raise ValueError(message) from None
    return value + timedelta(days=1) if end and _DATE.fullmatch(text) else value


def parse_zone(name: str) -> ZoneInfo:
    """Parse a time zone such as Asia/Shanghai. Raises ValueError."""
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        raise ValueError(f"{name!r} is no time zone; write it like Asia/Shanghai") from None


def compile_pattern(text: str) -> LinearPattern:
    """Compile a pattern with RE2, whose time is linear in the text for every pattern.

    Raises ValueError for an invalid or too large pattern, and for one that matches "".
    """
    compiled_pattern = compile_linear(text, make_options(PATTERN_MEMORY))
    if compiled_pattern.search(""):
        raise ValueError(f"{text!r} fits every message, even an empty one")
    return compiled_pattern


def _validate_with(read: Callable[[str], object]) -> AfterValidator:
    """A validator that checks a text by `read` and keeps the text as written."""

    def validate(text: str) -> str:
        read(text)
        return text

    return AfterValidator(validate)


Reply = Annotated[str, AfterValidator(lambda text: _check_reply(text, SLOTS))]
WelcomeReply = Annotated[str, AfterValidator(lambda text: _check_reply(text, WELCOME_SLOTS))]
Away = Annotated[str, AfterValidator(lambda text: _check_reply(text, AWAY_SLOTS))]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=60), AfterValidator(_check_printable)
]
Sentence = Annotated[
    str, StringConstraints(min_length=1, max_length=200), AfterValidator(_check_printable)
]
Question = Annotated[str, StringConstraints(max_length=200), AfterValidator(_check_printable)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_check_word)]
Key = Annotated[
    str, StringConstraints(min_length=1, max_length=128), AfterValidator(_check_printable)
]
Scene = Annotated[
    str, StringConstraints(min_length=1, max_length=64), AfterValidator(_check_printable)
]
Interval = Annotated[str, StringConstraints(max_length=11), _validate_with(parse_interval)]
Day = Annotated[str, StringConstraints(max_length=10), _validate_with(parse_day)]
Moment = Annotated[str, StringConstraints(max_length=16), _validate_with(parse_moment)]
Zone = Annotated[str, StringConstraints(max_length=64), _validate_with(parse_zone)]
