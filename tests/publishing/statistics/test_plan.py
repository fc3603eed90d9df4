"""When a day is fetched, as a function of the time and of what became of it before."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.publishing.statistics import plan
from app.publishing.statistics.values import SPANS, Dataset, DatasetDay, FetchState
from app.wechat.client.errors import ApiError

MORNING = datetime(2026, 3, 10, 0, 30, tzinfo=UTC).timestamp()  # 08:30 in China
NEXT_MORNING = datetime(2026, 3, 11, 0, 0, tzinfo=UTC).timestamp()
YESTERDAY = DatasetDay(account="shop", dataset=Dataset.SUMMARY, day=date(2026, 3, 9))
LAST_MONTH = replace(YESTERDAY, day=date(2026, 2, 9))


def make_days(dataset: Dataset, *numbers: int) -> list[DatasetDay]:
    """Days of March 2026."""
    return [DatasetDay(account="shop", dataset=dataset, day=date(2026, 3, n)) for n in numbers]


def test_due_days_become_as_few_calls_as_the_spans_allow() -> None:
    changes = make_days(Dataset.FOLLOWER_CHANGES, 9, 8, 7, 6, 5, 4, 3, 2, 1)
    reads = make_days(Dataset.READS, 9, 7)
    summary = make_days(Dataset.SUMMARY, 1, 2, 5)

    fetches = plan.plan_fetches([*summary, *reads, *changes])

    spans = [(each.dataset, [day.day.day for day in each.days]) for each in fetches]
    assert spans == [
        (Dataset.FOLLOWER_CHANGES, [8, 9]),
        (Dataset.READS, [9]),
        (Dataset.FOLLOWER_CHANGES, [1, 2, 3, 4, 5, 6, 7]),
        (Dataset.READS, [7]),
        (Dataset.SUMMARY, [5]),
        (Dataset.SUMMARY, [1, 2]),
    ]
    assert all(len(each.days) <= SPANS[each.dataset] for each in fetches)


@pytest.mark.parametrize(
    ("last", "first", "count"),
    [(None, date(2026, 2, 8), 30), (date(2025, 12, 1), date(2025, 12, 2), 98)],
)
def test_a_day_is_due_at_eight_after_it(last: date | None, first: date, count: int) -> None:
    days = plan.list_new_days("shop", Dataset.READS, last, MORNING)

    assert [each.day for each in days] == [first + timedelta(days=n) for n in range(count)]
    assert days[-1].next_at == MORNING - 1_800
    assert plan.list_new_days("shop", Dataset.READS, date(2026, 3, 9), MORNING) == []


@pytest.mark.parametrize(
    ("day", "code", "state", "next_at"),
    [
        (YESTERDAY, 61503, FetchState.LATE, MORNING + 300),
        (YESTERDAY, 61501, FetchState.LATE, MORNING + 300),  # the platform's clock is behind
        (LAST_MONTH, 61501, FetchState.GONE, None),
        (LAST_MONTH, 61503, FetchState.LATE, MORNING + 300),
        (YESTERDAY, None, FetchState.LATE, MORNING + 300),
        (YESTERDAY, 99999, FetchState.LATE, MORNING + 300),
        (YESTERDAY, 48001, FetchState.REFUSED, NEXT_MORNING),
        (YESTERDAY, 45009, FetchState.REFUSED, NEXT_MORNING),
    ],
)
def test_a_refusal_says_when_to_try_again(
    day: DatasetDay, code: int | None, state: FetchState, next_at: float | None
) -> None:
    after = plan.note_refusal(day, ApiError(code, "refused"), MORNING)

    assert (after.state, after.code, after.next_at) == (state, code, next_at)


def test_a_late_day_is_asked_for_ever_more_rarely_and_given_up_after_a_month() -> None:
    day, now, waits = YESTERDAY, MORNING, []
    while (day := plan.note_refusal(day, ApiError(61503, "not ready"), now)).next_at is not None:
        waits.append(day.next_at - now)
        now = day.next_at

    assert waits[:6] == [300, 900, 3600, 3600, 3600, 3600]
    assert set(waits[7:]) == {86_400}
    assert (day.state, 30 < (now - MORNING) / 86_400 < 40) == (FetchState.GONE, True)


def test_figures_that_may_grow_are_fetched_again() -> None:
    delayed = plan.note_success(YESTERDAY, MORNING, is_delayed=True)
    grows = plan.note_success(delayed, MORNING, is_delayed=False, grows=True)
    complete = plan.note_success(delayed, MORNING, is_delayed=False)
    old = plan.note_success(LAST_MONTH, MORNING, is_delayed=False, grows=True)

    stored = replace(YESTERDAY, state=FetchState.STORED, stored_at=MORNING)
    assert delayed == replace(stored, tries=1, next_at=MORNING + 300)
    assert grows == replace(stored, next_at=NEXT_MORNING)
    assert complete == stored
    assert old == replace(stored, day=LAST_MONTH.day, next_at=NEXT_MORNING)
    assert plan.note_success(
        replace(LAST_MONTH, day=date(2026, 2, 8)), MORNING, is_delayed=False, grows=True
    ) == replace(stored, day=date(2026, 2, 8))
