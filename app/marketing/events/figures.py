"""Figures of events as Ibis expressions: the same on every engine."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ibis.expr.types import Table

_CHINA, _DAY = 8 * 3600.0, 86_400.0  # seconds


def count_by_day(activity: "Table") -> "Table":
    """Of each day and kind: events, followers, value. `day` counts China's days since 1970."""
    days = activity.mutate(day=((activity.time + _CHINA) / _DAY).floor().cast("int64"))
    counted = days.group_by(["day", "kind"]).agg(
        events=days.count(),
        followers=days.pseudonym.nunique(where=days.pseudonym != ""),
        value=days.value.sum().fill_null(0.0),
    )
    return counted.order_by(["day", "kind"])


def summarise_followers(activity: "Table") -> "Table":
    """Of each follower: the first and last event, events, active days, conversions and value."""
    theirs = activity.filter(activity.pseudonym != "")
    is_conversion = theirs.kind == "conversion"
    day = ((theirs.time + _CHINA) / _DAY).floor()
    summary = theirs.group_by("pseudonym").agg(
        first=theirs.time.min(),
        last=theirs.time.max(),
        events=theirs.count(),
        days=day.nunique(),
        conversions=theirs.count(where=is_conversion),
        value=theirs.value.sum(where=is_conversion).fill_null(0.0),
    )
    return summary.order_by("pseudonym")


def count_variants(activity: "Table", experiment: str) -> "Table":
    """Of each variant of an experiment: units that were exposed, clicked and converted.

    A unit is `unit`, or else the follower.
    """
    assigned = activity.filter((activity.experiment == experiment) & (activity.variant != ""))
    unit = (assigned.unit != "").ifelse(assigned.unit, assigned.pseudonym)
    events = assigned.mutate(unit=unit.nullif(""))  # an unknown reader is no unit
    unit = events.unit
    counted = events.group_by("variant").agg(
        exposed=unit.nunique(where=events.kind == "exposure"),
        clicked=unit.nunique(where=events.kind == "click"),
        converted=unit.nunique(where=events.kind == "conversion"),
    )
    return counted.order_by("variant")


def count_unfollows(activity: "Table", middle: float) -> "Table":
    """One row: unfollows before `middle` and from it on (`latest`), in seconds since 1970."""
    unfollows = activity.filter(activity.kind == "unfollow")
    return unfollows.agg(
        before=unfollows.count(where=unfollows.time < middle),
        latest=unfollows.count(where=unfollows.time >= middle),
    )
