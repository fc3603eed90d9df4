"""China's time zone, and durations in the unit that Redis takes."""

from datetime import timedelta, timezone

CHINA = timezone(timedelta(hours=8))  # one zone, without daylight saving time


def to_milliseconds(duration: timedelta) -> int:
    """A duration in whole milliseconds, rounded down."""
    return duration // timedelta(milliseconds=1)
