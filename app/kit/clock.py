"""China's days and minutes."""

from datetime import UTC, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8))  # one zone, without daylight saving time


def china_day(now: float) -> str:
    """The day of `now` (seconds since 1970) in China, such as 20261130."""
    return datetime.fromtimestamp(now, CHINA).strftime("%Y%m%d")


def china_minute(now: float) -> str:
    """The minute of `now` (seconds since 1970) in China, such as 202611300759."""
    return datetime.fromtimestamp(now, CHINA).strftime("%Y%m%d%H%M")


def next_china_midnight(now: float) -> float:
    """The end of China's day of `now`; both are seconds since 1970."""
    tomorrow = datetime.fromtimestamp(now, UTC).astimezone(CHINA).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), CHINA).timestamp()
