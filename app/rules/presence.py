"""Whether agents work now, and when they next do. No I/O, no clock."""

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
    """`open`: agents work now; with unknown hours it is True, and replies promise no time.

    next: when working hours begin, such as 明天 09:00; "" during them, or if they never begin.
    """

    open: bool = True
    are_hours_known: bool = False
    next: str = ""


def at(book: Rulebook, service_hours: str, now: float) -> Presence:
    """Presence by the rulebook's hours, else by the account's line `service_hours`."""
    calendar = book.calendar or _parse_calendar(service_hours, book.zone)
    if calendar is None:
        return Presence()
    if calendar.open_at(now):
        return Presence(open=True, are_hours_known=True)
    opens = calendar.opens_next(now)
    return Presence(False, True, wording.format_moment(opens, now, book.zone) if opens else "")


def tells_of_people(service_hours: str) -> bool:
    """Whether the line gives agents' hours, not the opening hours of a shop."""
    names_people = bool(_PEOPLE.search(service_hours)) or not _PLACES.search(service_hours)
    return names_people and bool(service_hours.strip())


@functools.lru_cache(maxsize=256)
def _parse_calendar(text: str, zone: ZoneInfo) -> Calendar | None:
    week = written_hours.parse_hours(text)
    return Calendar.read(Hours(weekly=week), zone) if week else None
