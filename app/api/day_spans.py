"""Spans in queries: days from `first` to `last`, moments from `since` until before `until`."""

import time
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime

from app.errors import Refusal
from app.kit.clock import CHINA

QueryDay = Annotated[date, Query(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]
_LATEST = 4_102_416_000.0  # 2100 in China, in seconds since 1970


def _to_seconds(moment: float | datetime) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else moment


def _check_moment(moment: float | datetime) -> float | datetime:
    """Raises ValueError for what is no moment from 1970 to 2100."""
    if not 0 <= _to_seconds(moment) < _LATEST:
        raise ValueError(
            "is not between 1970 and 2100: send seconds since 1970 (not milliseconds), or a time"
            " with its zone like 2026-12-01T08:00:00+08:00 (in a URL + is %2B)"
        )
    return moment


# In seconds since 1970, or ISO 8601 with its zone.
Moment = Annotated[float | AwareDatetime, AfterValidator(_check_moment)]


class BadSpan(Refusal):
    """The days or moments are in the wrong order, too many, or all in the future."""

    status = 422
    name = "bad_span"


def check_span(first: date, last: date, most_days: int) -> None:
    """Raise BadSpan unless `last` is from 0 to `most_days` - 1 days after `first`."""
    if not first <= last < first + timedelta(days=most_days):
        raise BadSpan(f"first 不能晚于 last，一次最多查 {most_days} 天。")


def check_past_span(first: date, last: date, most_days: int) -> None:
    """Raise BadSpan for what `check_span` refuses, and where no day has begun yet."""
    check_span(first, last, most_days)
    check_begun(first, "first")


def check_begun(day: date, name: str) -> None:
    """Raise BadSpan for a day, the parameter `name`, that hasn't begun in China."""
    today = datetime.fromtimestamp(time.time(), CHINA).date()
    if day > today:
        raise BadSpan(f"{name}（{day}）在今天（{today}）之后，还没有任何记录：请改成过去的日期。")


def read_moments(since: Moment | None, until: Moment | None) -> list[float | None]:
    """Both in seconds since 1970.

    Raises BadSpan where `until` isn't after `since`, or `since` is in the future.
    """
    first, last = (None if each is None else _to_seconds(each) for each in (since, until))
    if first is not None and last is not None and last <= first:
        raise BadSpan("until 要晚于 since：查到的是从 since 起、until 之前的事件。")
    if first is not None and first > time.time():
        raise BadSpan("since 在将来，还没有任何记录：请改成过去的时间，并检查发送方的时钟。")
    return [first, last]
