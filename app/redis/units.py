"""Durations in the unit that Redis takes."""

from datetime import timedelta


def to_milliseconds(duration: timedelta) -> int:
    """A lifetime in the unit that Redis takes: whole milliseconds, rounded down."""
    return duration // timedelta(milliseconds=1)
