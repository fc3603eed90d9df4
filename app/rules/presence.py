"""Whether people are there, and when they are there again. Pure: no I/O, no clock."""

import functools
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.rules import wording, written_hours
from app.rules.calendar import Calendar
from app.rules.rulebook import Rulebook
from app.rules.values import Hours

_PEOPLE = re.compile("客服|人工|咨询|在线|热线")
_PLACES = re.compile("店|馆|校区|中心|门诊|院|园|厅|前台|营业|报名处|练车|影城")


@dataclass(frozen=True, slots=True)
class Presence:
    """`open`: it is working hours now. Where the hours aren't known nothing can be promised.

    next: when they begin again, such as 明天 09:00; "" while they last, or where they never do.
    """

    open: bool = True
    are_hours_known: bool = False
    next: str = ""


def at(book: Rulebook, service_hours: str, now: float) -> Presence:
    """By the hours of the rulebook, else by the line that the account has in words."""
    calendar = book.calendar or _parse_calendar(service_hours, book.zone)
    if calendar is None:
        return Presence()
    if calendar.open_at(now):
        return Presence(open=True, are_hours_known=True)
    opens = calendar.opens_next(now)
    return Presence(False, True, wording.format_moment(opens, now, book.zone) if opens else "")


def tells_of_people(service_hours: str) -> bool:
    """Whether the line may be read as the hours of those who answer, not of a shop's doors."""
    names_people = bool(_PEOPLE.search(service_hours)) or not _PLACES.search(service_hours)
    return names_people and bool(service_hours.strip())


@functools.lru_cache(maxsize=256)
def _parse_calendar(text: str, zone: ZoneInfo) -> Calendar | None:
    week = written_hours.parse_hours(text)
    return Calendar.read(Hours(weekly=week), zone) if week else None
