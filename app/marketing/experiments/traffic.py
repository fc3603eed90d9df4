"""The account's own traffic, which an experiment is planned in."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import patient
from app.db.tables import events
from app.errors import Refusal
from app.marketing.experiments.plan import ExperimentPlan, Subject

HOUR, DAY = 3_600.0, 86_400.0  # seconds
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
    """The control's expected rate, and followers a day who weren't exposed before."""

    base_rate: float
    daily_exposures: float
    source: Literal["events", "request"]


async def measure_traffic(
    engine: AsyncEngine, account: str, plan: ExperimentPlan, now: float
) -> Traffic:
    """The traffic of the last four weeks: followers who could have been exposed, each counted once,
    and how many of them had the metric's event within its hours. Raises UnknownTraffic.
    """
    since = now - DAYS * DAY
    met = (
        select(events.c.pseudonym, func.min(events.c.time).label("first"))
        .where(
            events.c.account == account,
            events.c.kind.in_(MEETINGS[plan.subject]),
            events.c.pseudonym != "",
            events.c.time >= since,
            events.c.time <= now,
        )
        .group_by(events.c.pseudonym)
        .subquery()
    )
    converted = (
        select(events.c.pseudonym)
        .where(
            events.c.account == account,
            events.c.kind == plan.metric.event,
            events.c.pseudonym == met.c.pseudonym,
            and_(
                events.c.time > met.c.first,
                events.c.time <= met.c.first + plan.metric.hours * HOUR,
            ),
        )
        .exists()
    )
    query = select(
        func.count(), func.sum(case((converted, 1), else_=0)), func.min(met.c.first)
    ).select_from(met)
    async with patient(engine).connect() as connection:
        followers, conversions, first = (await connection.execute(query)).one()
    if not followers or not conversions:
        raise UnknownTraffic(
            f"in the last {DAYS} days {followers or 0} followers could have been exposed, and"
            f" {conversions or 0} of them have a {plan.metric.event}: give base_rate and"
            " daily_exposures"
        )
    days = max(1.0, (now - first) / DAY)
    return Traffic(conversions / followers, followers / days, "events")
