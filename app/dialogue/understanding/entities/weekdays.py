"""Finds days of the week in a text, and compares a follower's day with an answer's days. No I/O."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.dialogue.answers.answer_clauses.clauses import Clause
from app.dialogue.understanding.entities import numerals

DAYS = "一二三四五六日"
ALL = frozenset(range(7))
WORKDAYS = frozenset(range(5))
WEEKEND = frozenset({5, 6})

_DAY = "[一二三四五六日天末]"
_WEEKDAY = re.compile(
    rf"每?(?:这个?|本|下下?个?|上个?)?(?:周|星期|礼拜)(?P<first>{_DAY})(?![次节天回遍堂个])"
    rf"(?:\s*(?P<to>到|至|[-~～—–])\s*(?:周|星期|礼拜)?(?P<last>{_DAY})"
    rf"|(?P<more>(?:[、和及/]?(?:周|星期|礼拜)?{_DAY}(?![点月号次节个天位场对起上]))+))?"
)
_WORDS: Sequence[tuple[re.Pattern[str], frozenset[int]]] = (
    (re.compile("周末|双休日?"), WEEKEND),
    (re.compile("工作日|平日|平时|周中"), WORKDAYS),
    (re.compile("每[天日晚]|天天|全年|一年四季"), ALL),
)
_SOON = {
    "大后天": 3, "后天": 2, "后晚": 2, "后儿": 2, "明天": 1, "明日": 1, "明早": 1, "明晚": 1,
    "明儿": 1, "今天": 0, "今日": 0, "今晚": 0, "今儿": 0,
}  # fmt: skip
_NUMBER = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_DATE = re.compile(
    rf"(?P<soon>{'|'.join(_SOON)})|(?P<month>{_NUMBER})(?:月|[./](?=\d{{1,2}}[号日]))(?P<day>{_NUMBER})[号日]?"
    rf"|(?P<next>下个?月)?(?P<only>{_NUMBER})[号日](?![店楼线馆院门])"
)
# Words of clauses whose day is that of a registration or sale, not of the event.
SIGNS_UP = re.compile("报名|开放|放号|预约|可约|约考|开抢|抢票|截止|提前|发售|收货|上新")
_CLOSED_WORDS = re.compile("休息|不[开营接上做办练]|停|闭馆|除")


@dataclass(frozen=True, slots=True)
class Day:
    """A day as written, and the days of the week that it may be (0 is Monday)."""

    words: str
    weekdays: frozenset[int]
    is_date: bool  # a date or 明天, which doesn't name the day of the week

    @property
    def weekday(self) -> str:
        """The day of the week as 周六; of several the first."""
        return f"周{DAYS[min(self.weekdays)]}"


def find_weekdays(text: str) -> frozenset[int]:
    """All days of the week in a text (0 is Monday): 周五到周日, 周六日, 工作日, 每天."""
    days: set[int] = set()
    for pattern, weekdays in _WORDS:
        if pattern.search(text):
            days |= weekdays
    for match in _WEEKDAY.finditer(text):
        days |= _days_of_match(match)
    return frozenset(days)


def find_first_day(text: str) -> tuple[int, int]:
    """Start and end of the first day in a text; (0, 0) for none."""
    spans = [m.span() for each, _ in _WORDS if (m := each.search(text))]
    spans += [m.span() for m in _WEEKDAY.finditer(text)]
    return min(spans, default=(0, 0))


def find_day(text: str, today: date) -> Day | None:
    """The day in a follower's text: a date, tomorrow, Saturday, the weekend; None for none."""
    match = _DATE.search(text)
    if match and (day := _next_date(match, today)):
        return Day(match[0], frozenset({day.weekday()}), is_date=True)
    days = find_weekdays(text)
    span = find_first_day(text)
    return Day(text[span[0] : span[1]], days, is_date=False) if days and days != ALL else None


def is_closed_on(text: str, day: Day) -> bool:
    """Whether a clause says that nothing takes place on the day: 周一休息."""
    return bool(_CLOSED_WORDS.search(text)) and day.weekdays <= find_weekdays(text)


def find_conflict(day: Day, clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """The clauses which say that an event isn't on the day: closed then, or on other days only; ()
    for no conflict.
    """
    dated = [
        each for each in clauses if find_weekdays(each.text) and not SIGNS_UP.search(each.text)
    ]
    closed_clauses = [each for each in dated if _CLOSED_WORDS.search(each.text)]
    open_ = [each for each in dated if each not in closed_clauses]
    if shut := [each for each in closed_clauses if is_closed_on(each.text, day)]:
        return tuple(shut)
    allowed: frozenset[int] = frozenset().union(*(find_weekdays(each.text) for each in open_))
    return tuple(open_) if allowed and not day.weekdays & allowed else ()


def _days_of_match(match: re.Match[str]) -> set[int]:
    first = _day_number(match["first"])
    if match["first"] == "末":
        return set(WEEKEND)
    if match["last"]:
        last = _day_number(match["last"])
        return {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
    more = re.sub("[周星期礼拜、和及/]", "", match["more"] or "")
    return {
        first,
        *(day for each in more for day in ({5, 6} if each == "末" else {_day_number(each)})),
    }


def _day_number(day: str) -> int:
    return DAYS.find(day.replace("天", "日").replace("末", "六"))


def _next_date(match: re.Match[str], today: date) -> date | None:
    """The next day from `today` on with the matched date; None for no such date in 13 months."""
    if match["soon"]:
        return today + timedelta(days=_SOON[match["soon"]])
    number = numerals.parse_number(match["day"] or match["only"])
    month = numerals.parse_number(match["month"]) if match["month"] else None
    for ahead in range(13):
        at = today.year * 12 + today.month - 1 + ahead
        if (month and at % 12 + 1 != int(month)) or (match["next"] and not ahead):
            continue
        try:
            day = date(at // 12, at % 12 + 1, int(number or 0))
        except ValueError:
            continue
        if day >= today:
            return day
    return None
