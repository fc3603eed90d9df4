"""Working hours of agents: converts local hours to spans of seconds since 1970."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from app.rules.fields import parse_day, parse_interval
from app.rules.values import WEEKDAYS, Hours

LOOK_AHEAD = 400  # days; special days in a row are at most 366

Minutes = tuple[tuple[int, int], ...]  # from a day's midnight, each with its end
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """A range of days, both ends included, with hours of their own."""

    first: date
    last: date
    hours: Minutes


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours; `week` begins on Monday. Of overlapping special days the first one holds."""

    zone: ZoneInfo
    week: tuple[Minutes, ...]
    special: tuple[SpecialDays, ...]

    @classmethod
    def read(cls, hours: Hours, zone: ZoneInfo) -> Self:
        """Build a calendar from the operator's hours."""
        week = tuple(_parse_hours(getattr(hours.weekly, name)) for name in WEEKDAYS)
        special = (
            SpecialDays(parse_day(s.first), parse_day(s.last or s.first), _parse_hours(s.hours))
            for s in hours.special
        )
        return cls(zone, week, tuple(special))

    def open_at(self, now: float) -> bool:
        """Whether `now` is in working hours; intervals may end on the next day."""
        today = self._date_at(now)
        spans = (*self._open_spans(today - timedelta(days=1)), *self._open_spans(today))
        return any(start <= now < end for start, end in spans)

    def opens_next(self, now: float) -> float | None:
        """The next opening: `now` if open; None if there is none within 400 days."""
        if self.open_at(now):
            return now
        day = self._date_at(now) - timedelta(days=1)
        for _ in range(LOOK_AHEAD):
            # Two days, since a change of clocks at midnight can reverse their order.
            spans = (*self._open_spans(day), *self._open_spans(day + timedelta(days=1)))
            if later := [start for start, _ in spans if start > now]:
                return min(later)
            day += timedelta(days=1)
        return None

    def _date_at(self, now: float) -> date:
        return datetime.fromtimestamp(now, self.zone).date()

    def _open_spans(self, day: date) -> Iterator[Span]:
        for opens, closes in self._hours_on(day):
            span = self._moments_of(day, opens)[0], max(self._moments_of(day, closes))
            if span[0] < span[1]:  # empty if it begins in an hour skipped by a change of clocks
                yield span

    def _hours_on(self, day: date) -> Minutes:
        own = (special.hours for special in self.special if special.first <= day <= special.last)
        return next(own, self.week[day.weekday()])

    def _moments_of(self, day: date, minutes: int) -> Span:
        """The moments of a local time: first and second, which differ where clocks are set back.

        A time skipped by a change of clocks is moved on: 02:30 becomes 03:30.
        """
        local = datetime.combine(day, time(), self.zone) + timedelta(minutes=minutes)
        return local.timestamp(), local.replace(fold=1).timestamp()


def _parse_hours(hours: tuple[str, ...]) -> Minutes:
    return tuple(sorted(parse_interval(interval_text) for interval_text in hours))
