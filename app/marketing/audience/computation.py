"""Computes the profiles of an account's followers, as columns of the table."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from app.marketing.audience.activity import Activity
from app.marketing.audience.churn import train_churn_model
from app.marketing.audience.interests import find_interests, list_item_words
from app.marketing.audience.profiles import Profiles, build_profiles, find_following
from app.marketing.audience.values import GONE, TooLittleHistory
from app.privacy.pseudonym import is_anonym


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSummary:
    """What was computed. no_churn_risk: why the risk isn't predicted, "" where it is.

    followers, stages: of those who follow; gone: how many left. events: of erased followers, too.
    """

    followers: int
    events: int
    stages: dict[str, int]
    gone: int
    churn_examples: int
    no_churn_risk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputedProfiles:
    """Columns of `follower_profiles`, a list each, but account and computed."""

    columns: Mapping[str, Sequence[Any]]
    summary: ProfileSummary


def compute_profiles(
    activity: Activity, items: Mapping[str, tuple[str, Sequence[str]]], now: float
) -> ComputedProfiles:
    """All profiles at `now`. items: title and tags of each item that events may name."""
    events = len(activity.time)
    activity = leave_out_erased(activity)
    profiles = build_profiles(activity, now)
    risks, examples, reason = _predict_churn(activity, profiles, now)
    words = {name: list_item_words(title, tags) for name, (title, tags) in items.items()}
    intents = [[activity.intents[at] for at in places] for places in profiles.intents]
    columns = {
        "pseudonym": list(activity.followers),
        "recency": _as_list(profiles.recency),
        "tenure": _as_list(profiles.tenure),
        "active_days": profiles.active_days.tolist(),
        **{name: counts.tolist() for name, counts in profiles.counts.items()},
        "value": profiles.value.tolist(),
        "peak_hour": [hours[0] if hours else None for hours in profiles.active_hours],
        "active_hours": profiles.active_hours,
        "mood": _as_list(profiles.mood),
        "moods": [_as_list(moods) for moods in profiles.moods],
        "intent": [each[0] if each else None for each in intents],
        "intents": intents,
        "interests": find_interests(activity, words, now),
        "is_following": profiles.is_following.tolist(),
        "stage": profiles.stage,
        "churn_risk": risks,
    }  # fmt: skip
    stages = Counter[str](profiles.stage)
    gone = stages.pop(GONE, 0)
    summary = ProfileSummary(
        followers=stages.total(),
        events=events,
        stages=dict(sorted(stages.items())),
        gone=gone,
        churn_examples=examples,
        no_churn_risk=reason,
    )
    return ComputedProfiles(columns=columns, summary=summary)


def leave_out_erased(activity: Activity) -> Activity:
    """The activity without erased followers; those who left by then stay, to be counted as gone."""
    is_erased = np.array([is_anonym(name) for name in activity.followers], dtype=np.bool_)
    has_profile = ~(is_erased & find_following(activity))
    if has_profile.all():
        return activity
    rest = activity.select_rows(has_profile[activity.follower])
    places = np.cumsum(has_profile) - 1  # in the shorter list of followers
    names = [activity.followers[at] for at in np.flatnonzero(has_profile).tolist()]
    return replace(rest, followers=names, follower=places[rest.follower])


def read_table(rows: Sequence[tuple[Any, ...]]) -> npt.NDArray[np.float64]:
    """Rows of profiles without their first column, (rows, columns); NaN for None."""
    width = max(0, len(rows[0]) - 1) if rows else 0
    return np.array([row[1:] for row in rows], dtype=np.float64).reshape(len(rows), width)


def _predict_churn(
    activity: Activity, profiles: Profiles, now: float
) -> tuple[list[float | None], int, str]:
    """The risks, how many examples the past has, and why there are no risks."""
    try:
        model = train_churn_model(activity, now)
    except TooLittleHistory as error:
        return [None] * len(activity.followers), error.examples, str(error)
    return model.predict(profiles, activity, now).tolist(), model.examples, ""


def _as_list(values: npt.NDArray[np.float64]) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]
