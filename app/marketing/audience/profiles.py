"""Profiles of followers: recency, frequency, value, hours, mood, stage of the life cycle.

All figures are of what followers did up to a time, so that a profile of an earlier time is made
of the same code: the model of churn learns from such profiles.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.marketing.audience.activity import ACTIONS, Activity
from app.marketing.events.values import EventKind

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Stage = Literal["new", "active", "cooling", "dormant", "gone"]

DAY = 86_400.0  # seconds
WINDOW_DAYS = 90  # of frequency, hours and counts
NEW_DAYS = 14  # since the first event
_CHINA = 8 * 3600.0  # seconds that the day begins before UTC's
_COUNTED = {
    "messages": EventKind.MESSAGE, "views": EventKind.VIEW, "clicks": EventKind.CLICK,
    "shares": EventKind.SHARE, "conversions": EventKind.CONVERSION,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """A row a follower, in the order of the activity's `followers`.

    recency: days since the last action. active_days, counts, value, peak_hour: of the last
    WINDOW_DAYS. peak_hour: of China, -1 for none. mood: the mean of messages, of which half the
    weight is gone after 30 days; NaN for none. intent: the most frequent one of messages, -1 for
    none. Those who never acted have NaN as recency and tenure.
    """

    recency: Floats
    tenure: Floats  # days since the first event
    active_days: Counts
    counts: dict[str, Counts]  # messages, views, clicks, shares, conversions
    value: Floats  # the sum of conversions
    peak_hour: Counts
    mood: Floats
    intent: Counts
    is_following: npt.NDArray[np.bool_]
    stage: list[Stage]


def build_profiles(activity: Activity, now: float) -> Profiles:
    """The profiles of all followers by what happened up to `now`."""
    past = activity.select_rows(activity.time <= now)
    actions = past.select_rows(past.is_kind(*ACTIONS))
    recent = actions.select_rows(actions.time > now - WINDOW_DAYS * DAY)
    count = len(activity.followers)
    recency = (now - _find_last(actions.follower, actions.time, count)) / DAY
    tenure = (now - _find_first(past.follower, past.time, count)) / DAY
    active_days = _count_days(recent, count)
    is_following = find_following(past)
    return Profiles(
        recency=recency,
        tenure=tenure,
        active_days=active_days,
        counts={
            name: np.bincount(recent.follower[recent.is_kind(kind)], minlength=count)
            for name, kind in _COUNTED.items()
        },
        value=_sum_values(recent, count),
        peak_hour=_find_peak_hours(recent, count),
        mood=_average_mood(actions, now, count),
        intent=_find_most_frequent(recent.follower, recent.intent, count, len(activity.intents)),
        is_following=is_following,
        stage=_name_stages(recency, tenure, active_days, is_following),
    )


def _find_last(follower: Counts, time: Floats, count: int) -> Floats:
    last = np.full(count, np.nan)
    last[follower] = time  # in the order of times: the last one stays
    return last


def _find_first(follower: Counts, time: Floats, count: int) -> Floats:
    return _find_last(follower[::-1], time[::-1], count)


def _count_days(activity: Activity, count: int) -> Counts:
    days = ((activity.time + _CHINA) // DAY).astype(np.int64)
    if not len(days):
        return np.zeros(count, dtype=np.int64)
    first, width = days.min(), int(np.ptp(days)) + 1
    pairs = np.unique(activity.follower * width + (days - first))
    return np.bincount(pairs // width, minlength=count)


def _sum_values(activity: Activity, count: int) -> Floats:
    rows = activity.is_kind(EventKind.CONVERSION) & ~np.isnan(activity.value)
    values = activity.value[rows]
    return np.asarray(np.bincount(activity.follower[rows], weights=values, minlength=count))


def _find_peak_hours(activity: Activity, count: int) -> Counts:
    hours = ((activity.time + _CHINA) % DAY // 3600).astype(np.int64)
    return _find_most_frequent(activity.follower, hours, count, 24)


def _find_most_frequent(follower: Counts, label: Counts, count: int, labels: int) -> Counts:
    """The label that each follower has most often, the first of equals; -1 for none."""
    best = np.full(count, -1, dtype=np.int64)
    rows = label >= 0
    if not rows.any():
        return best
    pairs, times = np.unique(follower[rows] * labels + label[rows], return_counts=True)
    order = np.lexsort((-pairs, times))  # the most frequent comes last, and stays
    best[pairs[order] // labels] = pairs[order] % labels
    return best


def _average_mood(activity: Activity, now: float, count: int) -> Floats:
    rows = ~np.isnan(activity.mood)
    follower = activity.follower[rows]
    weights = 0.5 ** ((now - activity.time[rows]) / (30 * DAY))
    totals = np.bincount(follower, weights=weights, minlength=count)
    moods = np.bincount(follower, weights=weights * activity.mood[rows], minlength=count)
    return np.where(totals > 0, moods / np.maximum(totals, 1e-12), np.nan)


def find_following(activity: Activity) -> npt.NDArray[np.bool_]:
    """Who didn't leave: their last follow or unfollow, if there is one, is a follow."""
    is_following = np.ones(len(activity.followers), dtype=np.bool_)
    rows = activity.is_kind(EventKind.FOLLOW, EventKind.UNFOLLOW)
    is_following[activity.follower[rows]] = activity.select_rows(rows).is_kind(EventKind.FOLLOW)
    return is_following


def _name_stages(
    recency: Floats, tenure: Floats, active_days: Counts, is_following: npt.NDArray[np.bool_]
) -> list[Stage]:
    """gone: left. new: 14 days. dormant: nothing for 30 days. cooling: silent for twice the usual
    gap between active days, and 7 days at least. active: the others.
    """
    usual_gap = np.minimum(tenure, WINDOW_DAYS) / np.maximum(active_days, 1)
    stages = np.select(
        [
            ~is_following,
            tenure <= NEW_DAYS,
            np.isnan(recency) | (recency > 30),
            recency > np.maximum(7.0, 2 * usual_gap),
        ],
        ["gone", "new", "dormant", "cooling"],
        default="active",
    )
    return [str(stage) for stage in stages]  # type: ignore[misc]  # names of Stage, as above
