"""Profiles of followers: recency, frequency, value, hours, mood, stage of the life cycle.

All figures are of what followers did up to a time, so that a profile of an earlier time is made
of the same code: the model of churn learns from such profiles.
"""

import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.marketing.audience.activity import INTERACTIONS, Activity
from app.marketing.events.values import EventKind

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Stage = Literal["new", "active", "cooling", "dormant", "gone"]

DAY = 86_400.0  # seconds
WINDOW_DAYS = 90  # of frequency, hours and counts
NEW_DAYS = 14  # since the first event
DORMANT_DAYS = 30  # without an interaction
SHORTEST_SILENCE, LONGEST_SILENCE = 7.0, 21.0  # days from which silence is cooling, by the rhythm
MOOD_SPANS = ((90, 60), (60, 30), (30, 0))  # days ago, from and to
MOST_HOURS, MOST_INTENTS = 3, 5  # that a profile names
_CHINA = 8 * 3600.0  # seconds that the day begins before UTC's
_COUNTED = {
    "messages": EventKind.MESSAGE, "views": EventKind.VIEW, "clicks": EventKind.CLICK,
    "shares": EventKind.SHARE, "conversions": EventKind.CONVERSION,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """A row a follower, in the order of the activity's `followers`.

    recency: days since the last interaction, which a follow isn't. active_days, counts, value,
    active_hours, intents: of the last WINDOW_DAYS. active_hours: of China, intents: of messages,
    both the most frequent first.
    mood: the mean of messages, of which half the weight is gone after 30 days; NaN for none.
    moods: the plain means of the MOOD_SPANS, (followers, spans), the latest span last. Those who
    never interacted have NaN as recency, and those of whom no event tells as tenure.
    """

    recency: Floats
    tenure: Floats  # days since the first event
    active_days: Counts
    counts: dict[str, Counts]  # messages, views, clicks, shares, conversions
    value: Floats  # the sum of conversions
    active_hours: list[list[int]]
    mood: Floats
    moods: Floats
    intents: list[list[int]]  # places in the activity's list
    is_following: npt.NDArray[np.bool_]
    stage: list[Stage]


def build_profiles(activity: Activity, now: float) -> Profiles:
    """The profiles of all followers by what happened up to `now`."""
    past = activity.select_rows(activity.time <= now)
    actions = past.select_rows(past.is_kind(*INTERACTIONS))
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
        active_hours=_rank_labels(recent.follower, _find_hours(recent), count, MOST_HOURS),
        mood=_average_mood(actions, now, count),
        moods=_average_moods(actions, now, count),
        intents=_rank_labels(recent.follower, recent.intent, count, MOST_INTENTS),
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


def _find_hours(activity: Activity) -> Counts:
    return ((activity.time + _CHINA) % DAY // 3600).astype(np.int64)


def _rank_labels(follower: Counts, label: Counts, count: int, most: int) -> list[list[int]]:
    """The labels that each follower has most often, `most` at most; -1 is none.

    The most frequent one comes first; of equals the lower one.
    """
    rows = label >= 0
    width = int(label.max(initial=0)) + 1
    pairs, times = np.unique(follower[rows] * width + label[rows], return_counts=True)
    order = np.lexsort((-times, pairs // width))  # stable: equals stay in the order of labels
    owner, labels = pairs[order] // width, pairs[order] % width
    place = np.arange(len(owner)) - np.searchsorted(owner, owner)
    owner, labels = owner[place < most], labels[place < most]
    ends = np.searchsorted(owner, np.arange(count + 1)).tolist()
    values = labels.tolist()
    return [values[start:end] for start, end in itertools.pairwise(ends)]


def _average_mood(activity: Activity, now: float, count: int) -> Floats:
    rows = ~np.isnan(activity.mood)
    follower = activity.follower[rows]
    weights = 0.5 ** ((now - activity.time[rows]) / (30 * DAY))
    totals = np.bincount(follower, weights=weights, minlength=count)
    moods = np.bincount(follower, weights=weights * activity.mood[rows], minlength=count)
    return np.where(totals > 0, moods / np.maximum(totals, 1e-12), np.nan)


def _average_moods(activity: Activity, now: float, count: int) -> Floats:
    """The mean mood of each follower in each of the MOOD_SPANS; NaN for none."""
    rows = ~np.isnan(activity.mood)
    follower, mood = activity.follower[rows], activity.mood[rows]
    age = (now - activity.time[rows]) / DAY
    moods = np.full((count, len(MOOD_SPANS)), np.nan)
    for column, (oldest, newest) in enumerate(MOOD_SPANS):
        in_span = (age < oldest) & (age >= newest)
        totals = np.bincount(follower[in_span], minlength=count)
        sums = np.bincount(follower[in_span], weights=mood[in_span], minlength=count)
        moods[totals > 0, column] = sums[totals > 0] / totals[totals > 0]
    return moods


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
    gap between active days, 7 to 21 days, or since they are known. active: the others.
    """
    usual_gap = np.minimum(tenure, WINDOW_DAYS) / np.maximum(active_days, 1)
    has_interacted = ~np.isnan(recency)
    silence = np.where(has_interacted, recency, tenure)
    longest = np.clip(2 * usual_gap, SHORTEST_SILENCE, LONGEST_SILENCE)
    stages = np.select(
        [
            ~is_following,
            tenure <= NEW_DAYS,
            silence > DORMANT_DAYS,
            ~has_interacted | (silence > longest),
        ],
        ["gone", "new", "dormant", "cooling"],
        default="active",
    )
    return [str(stage) for stage in stages]  # type: ignore[misc]  # names of Stage, as above
