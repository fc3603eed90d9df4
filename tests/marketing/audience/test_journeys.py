"""Funnels count steps in their order; cohorts count who comes back."""

import pytest

from app.marketing.audience.journeys import measure_funnel, measure_retention
from app.marketing.audience.values import BadFunnel
from app.marketing.events.values import EventKind
from tests.marketing.audience.activities import NOW, make_activity

VIEW, CLICK, CONVERSION = EventKind.VIEW, EventKind.CLICK, EventKind.CONVERSION


def test_a_step_counts_after_the_one_before_and_within_the_days() -> None:
    activity = make_activity(
        [
            ("in order", VIEW, 9), ("in order", CLICK, 8), ("in order", CONVERSION, 7),
            ("backwards", CLICK, 9), ("backwards", VIEW, 8),
            ("too late", VIEW, 20), ("too late", CLICK, 2),
            ("no view", CLICK, 5), ("no view", CONVERSION, 4),
            ("skips", VIEW, 9), ("skips", CONVERSION, 8),
        ]
    )  # fmt: skip

    funnel = measure_funnel(activity, [VIEW, CLICK, CONVERSION], within_days=7)

    assert [(step.kind, step.followers) for step in funnel] == [
        (VIEW, 4), (CLICK, 1), (CONVERSION, 1),
    ]  # fmt: skip
    assert [step.share_of_first for step in funnel] == [1.0, 0.25, 0.25]
    assert [step.share_of_previous for step in funnel] == [1.0, 0.25, 1.0]


@pytest.mark.parametrize(("steps", "days"), [([VIEW], 7), ([VIEW] * 9, 7), ([VIEW, CLICK], 0)])
def test_a_funnel_needs_steps_and_days(steps: list[EventKind], days: float) -> None:
    with pytest.raises(BadFunnel, match="2 到 8 步"):
        measure_funnel(make_activity([]), steps, days)


def test_cohorts_are_weeks_of_china_and_count_whole_ones() -> None:
    activity = make_activity(
        [
            # NOW is Monday morning: the weeks before began 7 and 14 days ago
            ("mei", VIEW, 13), ("mei", VIEW, 6), ("mei", VIEW, 0.1),
            ("li", VIEW, 13),
            ("wang", VIEW, 5),
            ("new", VIEW, 0.1),
        ]
    )  # fmt: skip

    cohorts = measure_retention(activity, NOW, weeks=2)

    assert [(cohort.followers, cohort.shares) for cohort in cohorts] == [
        (2, (1.0, 0.5)), (1, (1.0,)),
    ]  # fmt: skip
    assert cohorts[0].week == pytest.approx(NOW - 14 * 86_400, abs=86_400)


def test_no_events_have_no_cohorts() -> None:
    assert measure_retention(make_activity([]), NOW, weeks=4) == []
