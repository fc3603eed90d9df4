"""Days of events: China's, as the platform counts them."""

from datetime import date, datetime, time, timedelta

from app.kit.clock import CHINA

KEEP_DAYS = 400  # before today: so far back the profiles of followers look
_LAST = 4_102_416_000.0  # 2100: no event is later


def find_day(seconds: float) -> date:
    """The day of a time in seconds since 1970."""
    return datetime.fromtimestamp(min(seconds, _LAST), CHINA).date()


def find_start(day: date) -> float:
    """The day's first moment, in seconds since 1970."""
    return datetime.combine(day, time(), CHINA).timestamp()


def find_first_open(now: float, open_days: int) -> date:
    """The first of today and `open_days` before it, which are open; or those that are kept."""
    return find_day(now) - timedelta(days=open_days)
