"""Spans of days in queries, from `first` to `last`."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import Query

from app.errors import Refusal

QueryDay = Annotated[date, Query(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]


class BadSpan(Refusal):
    """The days are in the wrong order, or too many."""

    status = 422
    name = "bad_span"


def check_span(first: date, last: date, most_days: int) -> None:
    """Raise BadSpan unless `last` is from 0 to `most_days` - 1 days after `first`."""
    if not first <= last < first + timedelta(days=most_days):
        raise BadSpan(f"first 不能晚于 last，一次最多查 {most_days} 天。")
