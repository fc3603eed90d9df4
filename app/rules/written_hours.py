"""Parses working hours from one line, such as 周一至周五 9:00-18:00，周六 10点到16点. No I/O.

A line with any unknown part is rejected as a whole: ignoring 法定节假日除外 would promise replies
on holidays.
"""

import functools
import re
from dataclasses import dataclass, field

from pydantic import ValidationError

from app.rules.values import WEEKDAYS, Week

_NUMBERS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
_ENGLISH = {name: number for number, name in enumerate(WEEKDAYS)}
_DAY = r"(?:周|星期|礼拜)?[一二三四五六日天]"
_DAY_NAME = r"(?:周|星期|礼拜)[一二三四五六日天]"
_DASH = r"(?:-|至|到|~)"
_DAYS = re.compile(
    rf"(?P<all>每日|每天|天天|全周|全年无休|全年|daily|everyday)|(?P<work>工作日|weekdays?)"
    rf"|(?P<end>周末|双休日?|weekends?)"
    rf"|(?P<first>{_DAY_NAME}){_DASH}(?P<last>{_DAY})"
    rf"|(?P<listed>{_DAY_NAME}(?:[、和及/]?{_DAY})*)"
    r"|(?P<from>mon|tue|wed|thu|fri|sat|sun)[a-z]*(?:(?:-|to)(?P<to>mon|tue|wed|thu|fri|sat"
    r"|sun)[a-z]*)?"
)
_HALF = r"(?P<{0}>凌晨|早上?|上午|中午|下午|晚上?|傍晚|夜里|am|pm)?"
_TIME = r"(?P<{0}>\d{{1,2}})(?:[:.时点](?P<{1}>\d{{2}}|半)?分?)?"
_SPAN = re.compile(
    _HALF.format("h1") + _TIME.format("a", "am") + r"(?P<p1>am|pm)?" + _DASH
    + r"(?P<next>次日|第二天|翌日)?" + _HALF.format("h2") + _TIME.format("b", "bm")
    + r"(?P<p2>am|pm)?"
)  # fmt: skip
_SIGNS = str.maketrans("：－–—―～．", ":----~.")
# Spaces around words and signs that join two times or two days.
_BLANKS = re.compile(r" *(-|~|至|到|次日|第二天|翌日|小时) *")
_ALL_DAY = re.compile(r"(?:全天)?(?:7[x×*]24|24[x×*]7|24)(?:小时)?(?:不打烊|在线|营业|服务)*|全天")
_DAY_OFF = re.compile(r"休息?|歇业?|闭馆|不营业|不上班|closed|off")
_FILLER = re.compile(
    r"[,，;；、/|。 ]|和|及|客服|人工|在线|服务时间|工作时间|营业时间|服务|营业|上班|时间|为|是|:"
)


@dataclass(slots=True)
class _WeekBuilder:
    """The hours parsed so far."""

    week: dict[int, list[str]] = field(default_factory=dict)
    days: list[int] | None = None  # the last days named, 0 is Monday; None: all days
    is_open: bool = False  # days were named whose hours aren't parsed yet

    def name(self, days: list[int]) -> None:
        """Add named days; 0 is Monday."""
        self.days = [*(self.days or []), *days] if self.is_open else days
        self.is_open = True

    def add(self, interval: str) -> None:
        """`interval`: "" for a day off."""
        self.is_open = False
        for day in range(7) if self.days is None else self.days:
            if not interval:
                self.week.pop(day, None)
            else:
                self.week.setdefault(day, []).append(interval)


@functools.lru_cache(maxsize=256)
def parse_hours(text: str) -> Week | None:
    """Parse the working hours of a week; None if any part isn't understood."""
    line = _BLANKS.sub(r"\1", text.translate(_SIGNS).lower().strip())
    reading, at = _WeekBuilder(), 0
    while at < len(line):
        step = _read_step(line, at, reading)
        if step is None:
            return None
        at = step
    return None if reading.is_open or not reading.week else _build_week(reading.week)


def _read_step(line: str, at: int, reading: _WeekBuilder) -> int | None:
    """Parse the part at `at` into `reading`; returns the index after it, None if unknown."""
    if span := _ALL_DAY.match(line, at):
        reading.add("00:00-24:00")
    elif span := _SPAN.match(line, at):
        interval = _format_interval(span)
        if interval is None:
            return None
        reading.add(interval)
    elif span := _DAY_OFF.match(line, at):
        reading.add("")
    elif span := _DAYS.match(line, at):
        reading.name(_parse_days(span))
    else:
        span = _FILLER.match(line, at)
    return span.end() if span else None


def _build_week(week: dict[int, list[str]]) -> Week | None:
    try:
        return Week.model_validate({WEEKDAYS[day]: tuple(spans) for day, spans in week.items()})
    except ValidationError:
        return None


def _parse_days(match: re.Match[str]) -> list[int]:
    if match["all"]:
        return list(range(7))
    if match["work"]:
        return list(range(5))
    if match["end"]:
        return [5, 6]
    if match["listed"]:
        return [_NUMBERS[letter] for letter in match["listed"] if letter in _NUMBERS]
    if match["from"]:
        first, last = _ENGLISH[match["from"]], _ENGLISH[match["to"] or match["from"]]
    else:
        first, last = _NUMBERS[match["first"][-1]], _NUMBERS[match["last"][-1]]
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def _format_interval(span: re.Match[str]) -> str | None:
    opens = _to_minutes(span["a"], span["am"], span["h1"] or span["p1"])
    half = span["h2"] or span["p2"]
    # 下午2点到6点: the first time's half of the day applies to the second.
    closes = _to_minutes(span["b"], span["bm"], half or (span["h1"] if opens >= 12 * 60 else None))
    if not (opens < 24 * 60 and closes <= 24 * 60):
        return None
    past_midnight = closes < opens
    if past_midnight and not (span["next"] or half == "凌晨" or closes <= 6 * 60):
        return None
    ends = "24:00" if closes == 24 * 60 else _format_clock(closes)
    if opens == closes:
        return None
    return f"{_format_clock(opens)}-{ends if not (past_midnight and closes == 0) else '24:00'}"


def _to_minutes(hour: str, minute: str | None, half: str | None) -> int:
    hours = int(hour)
    if half in {"下午", "晚", "晚上", "傍晚", "夜里", "pm"} and 0 < hours < 12:
        hours += 12
    if half == "中午" and hours < 6:
        hours += 12
    return hours * 60 + (30 if minute == "半" else int(minute or 0))


def _format_clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
