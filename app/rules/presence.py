"""Whether people are there, and when they are there again. Pure: no I/O, no clock."""

import functools
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.rules import wording, written_hours
from app.rules.book import Rulebook
from app.rules.calendar import Calendar
from app.rules.values import Hours


@dataclass(frozen=True, slots=True)
class Presence:
    """`open`: it is working hours now. Where the hours aren't known nothing can be promised.

    next: when they begin again, such as 明天 09:00; "" while they last, or where they never do.
    """

    open: bool = True
    known: bool = False
    next: str = ""


def at(book: Rulebook, service_hours: str, now: float) -> Presence:
    """By the hours of the rulebook, else by the line that the account has in words."""
    calendar = book.calendar or _calendar(service_hours, book.zone)
    if calendar is None:
        return Presence()
    if calendar.open_at(now):
        return Presence(open=True, known=True)
    opens = calendar.opens_next(now)
    return Presence(False, True, wording.moment(opens, now, book.zone) if opens else "")


@functools.lru_cache(maxsize=256)
def _calendar(text: str, zone: ZoneInfo) -> Calendar | None:
    week = written_hours.read(text)
    return Calendar.read(Hours(weekly=week), zone) if week else None
