"""Profiles: figures of what followers did, at any time, and the stage that follows."""

import math

import pytest

from app.marketing.audience.profiles import build_profiles
from app.marketing.events.values import EventKind
from tests.marketing.audience.activities import NOW, Event, make_activity

FOLLOW, UNFOLLOW = EventKind.FOLLOW, EventKind.UNFOLLOW
VIEW, MESSAGE, CONVERSION = EventKind.VIEW, EventKind.MESSAGE, EventKind.CONVERSION


def test_figures_are_of_the_last_90_days() -> None:
    activity = make_activity(
        [
            ("mei", FOLLOW, 200),
            ("mei", CONVERSION, 100, {"value": 500.0}),
            ("mei", VIEW, 30.2),
            ("mei", VIEW, 30.1),
            ("mei", CONVERSION, 10, {"value": 168.0}),
            ("mei", CONVERSION, 9),
            ("mei", MESSAGE, 2.0, {"mood": -1.0, "intent": "price"}),
            ("mei", MESSAGE, 2.0, {"mood": 1.0, "intent": "price"}),
            ("mei", MESSAGE, 1.0, {"intent": "stock"}),
        ]
    )

    profiles = build_profiles(activity, NOW)

    counts = {name: values.tolist() for name, values in profiles.counts.items()}
    assert counts == {
        "messages": [3], "views": [2], "clicks": [0], "shares": [0], "conversions": [2],
    }  # fmt: skip
    assert (profiles.recency.tolist(), profiles.tenure.tolist()) == ([1.0], [200.0])
    assert (profiles.active_days.tolist(), profiles.value.tolist()) == ([5], [168.0])
    assert profiles.mood.tolist() == [pytest.approx(0)]
    assert profiles.active_hours == [[8, 4, 6]]
    assert [activity.intents[at] for at in profiles.intents[0]] == ["price", "stock"]


def test_moods_are_of_three_spans_of_30_days() -> None:
    activity = make_activity(
        [
            ("li", VIEW, 5),
            ("mei", MESSAGE, 95, {"mood": 1.0}),
            ("mei", MESSAGE, 80, {"mood": 1.0}),
            ("mei", MESSAGE, 61, {"mood": 0.0}),
            ("mei", MESSAGE, 30, {"mood": 0.0}),
            ("mei", MESSAGE, 1, {"mood": -1.0}),
        ]
    )

    moods = build_profiles(activity, NOW).moods.tolist()

    assert moods == [pytest.approx([math.nan] * 3, nan_ok=True), [0.5, 0.0, -1.0]]


def test_a_profile_of_an_earlier_time_knows_nothing_later() -> None:
    events: list[Event] = [("mei", VIEW, 40), ("mei", VIEW, 3), ("li", VIEW, 3)]

    profiles = build_profiles(make_activity(events), NOW - 20 * 86_400)

    assert profiles.recency[1] == pytest.approx(20)
    assert profiles.counts["views"].tolist() == [0, 1]
    assert math.isnan(profiles.recency[0])


@pytest.mark.parametrize(
    ("events", "stage"),
    [
        ([("mei", VIEW, 3)], "new"),
        ([("mei", VIEW, 80), ("mei", VIEW, 40), ("mei", VIEW, 2)], "active"),
        ([("mei", VIEW, 60), *(("mei", VIEW, day) for day in range(12, 40))], "cooling"),
        ([("mei", VIEW, 80), ("mei", VIEW, 31)], "dormant"),
        ([("mei", EventKind.EXPOSURE, 20)], "cooling"),
        ([("mei", FOLLOW, 3)], "new"),
        ([("mei", FOLLOW, 24)], "cooling"),
        ([("mei", FOLLOW, 31)], "dormant"),
        ([("mei", FOLLOW, 40), ("mei", MESSAGE, 28, {"mood": -1.0})], "cooling"),
        ([("mei", FOLLOW, 40), ("mei", VIEW, 18)], "active"),
        ([("mei", VIEW, 85), ("mei", VIEW, 55), ("mei", VIEW, 22)], "cooling"),
        ([("mei", FOLLOW, 90), *(("mei", VIEW, day) for day in (80, 60, 40, 19))], "active"),
        ([("mei", VIEW, 60), ("mei", UNFOLLOW, 20), ("mei", FOLLOW, 1)], "dormant"),
        ([("mei", VIEW, 3), ("mei", UNFOLLOW, 2)], "gone"),
        ([("mei", UNFOLLOW, 60), ("mei", FOLLOW, 50), ("mei", VIEW, 1)], "active"),
    ],
)
def test_the_stage_of_the_life_cycle(events: list[Event], stage: str) -> None:
    assert build_profiles(make_activity(events), NOW).stage == [stage]


def test_a_follow_is_no_interaction() -> None:
    activity = make_activity([("li", FOLLOW, 24), ("mei", FOLLOW, 24), ("mei", VIEW, 20.2)])

    profiles = build_profiles(activity, NOW)

    assert profiles.recency.tolist() == pytest.approx([math.nan, 20.2], nan_ok=True)
    assert profiles.tenure.tolist() == pytest.approx([24, 24])
    assert (profiles.active_days.tolist(), profiles.active_hours) == ([0, 1], [[], [4]])


def test_no_events_are_no_profiles() -> None:
    profiles = build_profiles(make_activity([]), NOW)

    assert (profiles.stage, profiles.recency.tolist()) == ([], [])
