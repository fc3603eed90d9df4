"""The kinds of text and time that a rule is made of, each with its bounds."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Protocol, cast
from zoneinfo import ZoneInfo

import re2
from pydantic import AfterValidator, StringConstraints

from app.messages.lengths import TEXT_BYTES, size
from app.rules.normalise import plain

SLOTS = ("{brand}", "{hours}")
AWAY_SLOTS = (*SLOTS, "{opens}")
PATTERN_MEMORY = 1 << 16  # bytes; what needs more, such as .{1,999}, takes long and is refused

_SLOT = re.compile(r"\{[^{}]*\}")
# A reply with one of these would void the XML that carries it.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_INTERVAL = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))")
_DATE = re.compile(r"20\d\d-\d\d-\d\d")
_MOMENT = re.compile(rf"{_DATE.pattern}(?: \d\d:\d\d)?")
_DAY = 24 * 60  # minutes


def _printable(text: str) -> str:
    if found := _CONTROL.search(text):
        raise ValueError(f"the control character U+{ord(found.group()):04X} can't be sent")
    return text


def _sayable(text: str, allowed: tuple[str, ...]) -> str:
    for slot in _SLOT.findall(text):
        if slot not in allowed:
            raise ValueError(f"{slot} is no slot; these are: {', '.join(allowed)}")
    if size(text) > TEXT_BYTES:
        raise ValueError(f"it has {size(text)} bytes; WeChat takes {TEXT_BYTES} in one message")
    return _printable(text)


def _comparable(word: str) -> str:
    if not plain(word):
        raise ValueError("there is nothing to see in this word")
    return _printable(word)


def interval(written: str) -> tuple[int, int]:
    """Minutes since the day's midnight; of the next day where it closes past midnight.

    Raises ValueError.
    """
    if not (found := _INTERVAL.fullmatch(written)):
        raise ValueError(f"{written!r} is no interval; write it like 09:00-18:00")
    hours, minutes, *close = (int(part) for part in found.groups() if part)
    opens, closes = hours * 60 + minutes, close[0] * 60 + close[1]
    if opens == closes:
        raise ValueError(f"{written!r} has no length; around the clock is 00:00-24:00")
    return opens, closes if closes > opens else closes + _DAY


def day(written: str) -> date:
    """Raises ValueError."""
    if not _DATE.fullmatch(written):
        raise ValueError(f"{written!r} is no day; write it like 2026-10-01")
    return moment(written).date()


def moment(written: str, *, end: bool = False) -> datetime:
    """Local time; of a mere day its beginning or, for `end`, its end. Raises ValueError."""
    try:
        if not _MOMENT.fullmatch(written):
            raise ValueError(written)
        found = datetime.fromisoformat(written)
    except ValueError:
        message = f"{written!r} is no time; write it like 2026-11-11 or 2026-11-11 20:00"
        raise ValueError(message) from None
    return found + timedelta(days=1) if end and _DATE.fullmatch(written) else found


def zone(name: str) -> ZoneInfo:
    """Raises ValueError."""
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        raise ValueError(f"{name!r} is no time zone; write it like Asia/Shanghai") from None


class Pattern(Protocol):
    """What is left of a regular expression once it is compiled."""

    def search(self, text: str, /) -> object | None:
        """None where it is nowhere in the text."""
        ...


def pattern(written: str) -> Pattern:
    """Compiled by RE2, which takes time in proportion to the text, whatever the pattern.

    Raises ValueError.
    """
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = PATTERN_MEMORY
    try:
        found = cast("Pattern", re2.compile(written, options))
    except re2.error as error:
        [reason] = error.args
        said = reason.decode() if isinstance(reason, bytes) else reason
        raise ValueError(f"{written!r} is no pattern that RE2 knows: {said}") from None
    if found.search(""):
        raise ValueError(f"{written!r} fits every message, even an empty one")
    return found


def _checked(read: Callable[[str], object]) -> AfterValidator:
    """Kept as it was written, so that an operator gets back what they sent."""

    def keep(written: str) -> str:
        read(written)
        return written

    return AfterValidator(keep)


Reply = Annotated[str, AfterValidator(lambda text: _sayable(text, SLOTS))]
Away = Annotated[str, AfterValidator(lambda text: _sayable(text, AWAY_SLOTS))]
Name = Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(_printable)]
Sentence = Annotated[
    str, StringConstraints(min_length=1, max_length=200), AfterValidator(_printable)
]
Question = Annotated[str, StringConstraints(max_length=200), AfterValidator(_printable)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_comparable)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=128), AfterValidator(_printable)]
Scene = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_printable)]
Interval = Annotated[str, StringConstraints(max_length=11), _checked(interval)]
Day = Annotated[str, StringConstraints(max_length=10), _checked(day)]
Moment = Annotated[str, StringConstraints(max_length=16), _checked(moment)]
Zone = Annotated[str, StringConstraints(max_length=64), _checked(zone)]
