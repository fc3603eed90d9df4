"""When a day of a dataset is fetched, and what an answer or a refusal means for it.

Functions of values and of the time in seconds since 1970. A dataset (`values.Dataset`) is what one
interface of the platform answers; `values.SPANS` has the days that one call takes at most.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from app.kit.clock import CHINA
from app.publishing.statistics.values import SPANS, Dataset, DatasetDay, FetchState
from app.wechat.client.errors import ApiError

READY_AT = time(8)  # of the next day in China
FIRST_DAYS = 30  # that are fetched for a new account
GROWTH_DAYS = 30  # for which the platform tells an article's sums, the day of publication included
_WAITS = (300.0, 900.0, 3_600.0, 3_600.0, 3_600.0, 3_600.0)  # seconds; then each morning
_MOST_TRIES = 40  # more than a month of mornings
_RECENT = timedelta(days=3)  # days that the platform can't have forgotten
_DAY = timedelta(days=1)
BAD_SPAN, NOT_READY = 61501, 61503
# Reactions to errors that every call of the account would meet.
_OF_ACCOUNT = frozenset({"capability off", "alarm", "renew token"})


@dataclass(frozen=True, slots=True)
class SpanFetch:
    """One call: the days of a dataset, one after another."""

    dataset: Dataset
    days: tuple[DatasetDay, ...]

    def split(self) -> tuple["SpanFetch", "SpanFetch"]:
        """Its two halves; of two days or more."""
        middle = len(self.days) // 2
        halves = self.days[:middle], self.days[middle:]
        return SpanFetch(self.dataset, halves[0]), SpanFetch(self.dataset, halves[1])


def find_last_day(now: float) -> date:
    """The last day that is over in China."""
    return datetime.fromtimestamp(now, CHINA).date() - _DAY


def find_ready_time(day: date) -> float:
    """When the platform has a day's figures."""
    return datetime.combine(day + _DAY, READY_AT, CHINA).timestamp()


def find_next_morning(now: float) -> float:
    """The next 08:00 in China after `now`."""
    today = find_last_day(now) + _DAY
    ready = find_ready_time(today - _DAY)
    return ready if ready > now else find_ready_time(today)


def list_new_days(
    account: str, dataset: Dataset, last: date | None, now: float
) -> list[DatasetDay]:
    """The days after `last` that are over; for a new account (None) the last FIRST_DAYS."""
    end = find_last_day(now)
    begin = end - _DAY * (FIRST_DAYS - 1) if last is None else last + _DAY
    days = (begin + _DAY * number for number in range((end - begin).days + 1))
    return [
        DatasetDay(account=account, dataset=dataset, day=day, next_at=find_ready_time(day))
        for day in days
    ]


def plan_fetches(due: Iterable[DatasetDay]) -> list[SpanFetch]:
    """The calls for the due days of one account: as few as the spans allow, the newest first."""
    fetches = []
    in_order = sorted(due, key=lambda each: (each.dataset, each.day))
    for dataset, days in groupby(in_order, lambda each: each.dataset):
        span: list[DatasetDay] = []
        for each in days:
            if span and (len(span) == SPANS[dataset] or each.day != span[-1].day + _DAY):
                fetches.append(SpanFetch(dataset, tuple(span)))
                span = []
            span.append(each)
        fetches.append(SpanFetch(dataset, tuple(span)))
    return sorted(fetches, key=lambda fetch: fetch.days[-1].day, reverse=True)


def note_success(
    each: DatasetDay, now: float, *, is_delayed: bool, grows: bool = False
) -> DatasetDay:
    """The day after its figures came. `is_delayed`, `grows`: they will be others later."""
    stored = replace(each, state=FetchState.STORED, code=None, stored_at=now, next_at=None)
    if is_delayed:
        return _try_later(stored, now)
    if grows and now < find_ready_time(each.day + _DAY * (GROWTH_DAYS - 1)):
        return replace(stored, tries=0, next_at=find_next_morning(now))
    return replace(stored, tries=0)


def note_absence(each: DatasetDay, now: float) -> DatasetDay:
    """The day after an answer without it: the platform isn't ready."""
    return _try_later(replace(each, state=FetchState.LATE, code=None), now)


def note_refusal(each: DatasetDay, error: ApiError, now: float) -> DatasetDay:
    """The day after the platform refused it, or didn't answer."""
    reaction = error.meaning.reaction if error.meaning else ""
    if reaction in ("capability off", "tomorrow"):
        return _try_later(replace(each, state=FetchState.REFUSED, code=error.code), now, waits=())
    if error.code == BAD_SPAN and each.day < find_last_day(now) - _RECENT:
        return replace(each, state=FetchState.GONE, code=error.code, next_at=None)
    return _try_later(replace(each, state=FetchState.LATE, code=error.code), now)


def may_split(fetch: SpanFetch, error: ApiError) -> bool:
    """Whether fewer days may be answered: one of them isn't ready, or too old."""
    return error.code in (BAD_SPAN, NOT_READY) and len(fetch.days) > 1


def list_refused(fetch: SpanFetch, error: ApiError, others: Iterable[SpanFetch]) -> list[SpanFetch]:
    """The fetches that the error of one means for: those of its dataset, or of the account."""
    reaction = error.meaning.reaction if error.meaning else ""
    if error.code is None or reaction in _OF_ACCOUNT:
        return [fetch, *others]
    if reaction == "tomorrow":
        return [fetch, *(each for each in others if each.dataset is fetch.dataset)]
    return [fetch]


def _try_later(each: DatasetDay, now: float, *, waits: Sequence[float] = _WAITS) -> DatasetDay:
    """The day with its next try; after _MOST_TRIES it is given up, with the figures that it has."""
    if each.tries >= _MOST_TRIES:
        state = FetchState.STORED if each.stored_at else FetchState.GONE
        return replace(each, state=state, next_at=None)
    is_soon = each.tries < len(waits)
    next_at = now + waits[each.tries] if is_soon else find_next_morning(now)
    return replace(each, tries=each.tries + 1, next_at=next_at)
