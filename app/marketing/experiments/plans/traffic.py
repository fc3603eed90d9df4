"""The account's own traffic, which an experiment is planned in."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.errors import Refusal
from app.marketing.events.analytics import Analytics, describe_activity
from app.marketing.experiments.exposed_activity import DAY, HOUR
from app.marketing.experiments.plans.plan import EVENT_TITLES, ExperimentPlan, Subject

if TYPE_CHECKING:
    from ibis.expr.types import Table

DAYS = 28  # of the past that are looked at
# What followers do or are shown where a variant of the subject could meet them.
MEETINGS: dict[Subject, tuple[str, ...]] = {
    "title": ("exposure", "view"),
    "copy": ("exposure", "view"),
    "reply": ("message",),
    "recommendation": ("exposure", "message", "menu"),
    "send_time": ("exposure", "view"),
}


class UnknownTraffic(Refusal):
    """The account has too few events to plan by; the message says what to give instead."""

    status = 409
    name = "unknown_traffic"


@dataclass(frozen=True, slots=True)
class Traffic:
    """The control's expected rate, and followers a day who weren't exposed before.

    followers: who could have been exposed in the last DAYS days; None where it isn't known.
    """

    base_rate: float
    daily_exposures: float
    source: Literal["events", "request"]
    followers: int | None = None


async def measure_traffic(
    analytics: Analytics, account: str, plan: ExperimentPlan, now: float
) -> Traffic:
    """The traffic of the last four weeks: followers who could have been exposed, each counted once,
    and how many of them had the metric's event within its hours. Raises UnknownTraffic.
    """
    expression = await asyncio.to_thread(lambda: _count_met(describe_activity(), plan))
    [row] = await analytics.run(account, expression, (now - DAYS * DAY, now + 1))
    followers, conversions = row["followers"], row["conversions"] or 0
    if not followers or not conversions:
        raise UnknownTraffic(
            f"in the last {DAYS} days {followers} followers could have been exposed, and"
            f" {conversions} of them have a {plan.metric.event}: give base_rate and"
            " daily_exposures",
            chinese=f"最近 {DAYS} 天有 {followers} 位粉丝可能看到，其中 {conversions} 位有"
            f"“{EVENT_TITLES[plan.metric.event]}”，无法估计：请填写 base_rate 和 daily_exposures",
        )
    days = max(1.0, (now - row["first"]) / DAY)
    return Traffic(conversions / followers, followers / days, "events", followers)


def _count_met(activity: "Table", plan: ExperimentPlan) -> "Table":
    """One row: followers whom a variant could have met, the converted ones, the first meeting."""
    theirs = activity.filter(activity.pseudonym != "")
    meetings = theirs.filter(theirs.kind.isin(MEETINGS[plan.subject]))
    met = meetings.group_by("pseudonym").agg(first=meetings.time.min())
    events = theirs.filter(theirs.kind == plan.metric.event).select("pseudonym", "time")
    followed = events.join(met, "pseudonym")
    is_conversion = (followed.time > followed.first) & (
        followed.time <= followed.first + plan.metric.hours * HOUR
    )
    converted = followed.filter(is_conversion).select("pseudonym").distinct()
    return met.agg(
        followers=met.count(),
        first=met.first.min(),
        conversions=converted.count().as_scalar(),
    )
