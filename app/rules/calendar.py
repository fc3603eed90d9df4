"""When people work: spans of time from local hours. Moments are seconds since 1970."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from app.rules.fields import parse_day, parse_interval
from app.rules.values import WEEKDAYS, Hours

LOOK_AHEAD = 400  # days; a row of special days has up to 366

Minutes = tuple[tuple[int, int], ...]  # from a day's midnight, each with its end
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """Days, both included, with hours of their own."""

    first: date
    last: date
    hours: Minutes


@dataclass(frozen=True, slots=True)
class Calendar:
    """`week` from Monday. Of special days that overlap the first listed holds."""

    zone: ZoneInfo
    week: tuple[Minutes, ...]
    special: tuple[SpecialDays, ...]

    @classmethod
    def read(cls, hours: Hours, zone: ZoneInfo) -> Self:
        """What the operator has written."""
        week = tuple(_parse_hours(getattr(hours.weekly, name)) for name in WEEKDAYS)
        special = (
            SpecialDays(parse_day(s.first), parse_day(s.last or s.first), _parse_hours(s.hours))
            for s in hours.special
        )
        return cls(zone, week, tuple(special))

    def open_at(self, now: float) -> bool:
        """An interval belongs to the day it begins on, past midnight too."""
        today = self._date_at(now)
        spans = (*self._open_spans(today - timedelta(days=1)), *self._open_spans(today))
        return any(start <= now < end for start, end in spans)

    def opens_next(self, now: float) -> float | None:
        """`now` where it is open; None where it doesn't open within 400 days."""
        if self.open_at(now):
            return now
        day = self._date_at(now) - timedelta(days=1)
        for _ in range(LOOK_AHEAD):
            # Two days: where the clock jumps at midnight, their order may be another.
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
            if span[0] < span[1]:  # empty where it begins in an hour that a change of clocks skips
                yield span

    def _hours_on(self, day: date) -> Minutes:
        own = (special.hours for special in self.special if special.first <= day <= special.last)
        return next(own, self.week[day.weekday()])

    def _moments_of(self, day: date, minutes: int) -> Span:
        """The moment; the second one too, where the clock shows this time twice.

        A time that the clock skips counts as if it went on: 02:30 is then 03:30.
        """
        local = datetime.combine(day, time(), self.zone) + timedelta(minutes=minutes)
        return local.timestamp(), local.replace(fold=1).timestamp()


def _parse_hours(hours: tuple[str, ...]) -> Minutes:
    return tuple(sorted(parse_interval(interval_text) for interval_text in hours))
