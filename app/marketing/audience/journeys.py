"""Funnels, retention and cohorts: how many followers come how far, and how long they stay."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.marketing.audience.activity import ACTIONS, Activity
from app.marketing.audience.profiles import DAY
from app.marketing.audience.values import BadFunnel
from app.marketing.events.values import EventKind

MOST_STEPS = 8
_CHINA = 8 * 3600.0
_MONDAY = 3 * DAY  # 1970-01-01 was a Thursday: weeks of China begin on Mondays


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelStep:
    """How many followers did this step after the ones before it, and their share of those."""

    kind: EventKind
    followers: int
    share_of_first: float
    share_of_previous: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The followers whose first event was in a week, and the share of them in each week after.

    week: its Monday in China, in seconds since 1970. shares: of those who acted, week by week,
    the first one is that of the week itself; weeks that aren't over are left out.
    """

    week: float
    followers: int
    shares: tuple[float, ...]


def measure_funnel(
    activity: Activity, steps: Sequence[EventKind], within_days: float
) -> list[FunnelStep]:
    """The steps in their order: each after the one before, all within days of the first.

    A follower counts by the first time of the first step. Raises BadFunnel.
    """
    if not 2 <= len(steps) <= MOST_STEPS or within_days <= 0:
        raise BadFunnel(f"漏斗要有 2 到 {MOST_STEPS} 步，时间窗要大于 0 天")
    count = len(activity.followers)
    start = _find_first_after(activity, steps[0], np.full(count, -np.inf))
    reached, followers = start, [int(np.isfinite(start).sum())]
    for kind in steps[1:]:
        reached = _find_first_after(activity, kind, reached)
        reached[reached > start + within_days * DAY] = np.inf
        followers.append(int(np.isfinite(reached).sum()))
    return [
        FunnelStep(
            kind=kind,
            followers=number,
            share_of_first=number / max(1, followers[0]),
            share_of_previous=number / max(1, followers[max(0, at - 1)]),
        )
        for at, (kind, number) in enumerate(zip(steps, followers, strict=True))
    ]


def count_unfinished(
    activity: Activity, first_step: EventKind, within_days: float, now: float
) -> int:
    """How many followers did the first step so late that their days aren't over yet."""
    start = _find_first_after(activity, first_step, np.full(len(activity.followers), -np.inf))
    return int((np.isfinite(start) & (start + within_days * DAY > now)).sum())


def _find_first_after(
    activity: Activity, kind: EventKind, after: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The first time of `kind` after each follower's time; infinite for none."""
    rows = activity.is_kind(kind)
    follower, time = activity.follower[rows], activity.time[rows]
    is_later = time > after[follower]
    first = np.full(len(after), np.inf)
    np.minimum.at(first, follower[is_later], time[is_later])
    first[~np.isfinite(after) & (after > 0)] = np.inf  # who didn't get here before
    return first


def measure_retention(activity: Activity, now: float, weeks: int) -> list[Cohort]:
    """The cohorts of the last `weeks` whole weeks, the oldest first."""
    actions = activity.select_rows(activity.is_kind(*ACTIONS) & (activity.time <= now))
    if not len(actions.time):
        return []
    week = _number_weeks(actions.time)
    first = np.full(len(activity.followers), np.iinfo(np.int64).max)
    np.minimum.at(first, actions.follower, week)
    current = int(_number_weeks(np.array([now]))[0])
    pairs = np.unique(np.column_stack([actions.follower, week]), axis=0)
    age = pairs[:, 1] - first[pairs[:, 0]]
    return [
        _describe_cohort(start, current, first, pairs, age)
        for start in range(current - weeks, current)
        if (first == start).any()
    ]


def _describe_cohort(
    start: int,
    current: int,
    first: npt.NDArray[np.int64],
    pairs: npt.NDArray[np.int64],
    age: npt.NDArray[np.int64],
) -> Cohort:
    size = int((first == start).sum())
    ages = age[first[pairs[:, 0]] == start]
    counts = np.bincount(ages, minlength=current - start)[: current - start]
    return Cohort(
        week=start * 7 * DAY - _MONDAY - _CHINA,
        followers=size,
        shares=tuple(float(count / size) for count in counts),
    )


def _number_weeks(time: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    return ((time + _CHINA + _MONDAY) // (7 * DAY)).astype(np.int64)
