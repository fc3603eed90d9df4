"""Spans of days that the statistics interfaces take.

A day is China's, and the last one is yesterday; its figures are there after 08:00. 61503 means
"not yet", and `is_delay` that figures may still grow: both mean later, not never.
"""

from datetime import date

from app.wechat.client.errors import InvalidField
from app.wechat.client.http import Json

BAD_SPAN = 61501


def build_span(begin: date, end: date, most_days: int) -> Json:
    """The body of a request for `begin` to `end`, both included.

    Raises InvalidField with 61501 for more than `most_days` days or an end before the begin.
    """
    days = (end - begin).days + 1
    if not 1 <= days <= most_days:
        limit = f"a span of 1 to {most_days} days; this has {days}"
        raise InvalidField("end_date", limit, BAD_SPAN)
    return {"begin_date": begin.isoformat(), "end_date": end.isoformat()}
