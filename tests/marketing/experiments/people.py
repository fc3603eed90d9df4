"""Experiments and what was seen of them, made for tests."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.marketing.events.analytics import DuckdbAnalytics
from app.marketing.events.snapshots import ActivityReader
from app.marketing.experiments.assigning import find_assignment
from app.marketing.experiments.assignment import BUCKETS
from app.marketing.experiments.exposed_activity import DAY
from app.marketing.experiments.exposures import ExposedFollower, ExposureLog
from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.results.observation import Observation
from app.marketing.experiments.values import PlannedRun, SharePeriod, StoredExperiment

START = 1_774_972_800.0  # 2026-04-01 in China
VARIANTS = [
    {"name": "A", "share": 0.5, "content": "明前龙井到了"},
    {"name": "B", "share": 0.5, "content": "3 月 28 日采的龙井到了"},
]
FIELDS: dict[str, Any] = {
    "name": "新茶标题", "subject": "title", "variants": VARIANTS, "metric": {"event": "click"},
    "lift": 0.15,
}  # fmt: skip


def make_experiment(
    exposures: int | None = 20_000,
    periods: Sequence[SharePeriod] | None = None,
    **changes: Any,
) -> StoredExperiment:
    """A running experiment, planned for so many exposures."""
    plan = ExperimentPlan.model_validate(FIELDS | changes)
    run = exposures and PlannedRun(
        exposures=exposures, days=10, base_rate=0.05, daily_exposures=exposures / 10, looks=10,
        smallest_lift=None, source="request",
    )  # fmt: skip
    return StoredExperiment(
        id="e" * 32, account="default", version=3, state="running", author="小林", created=START,
        plan=plan, run=run or None, buckets=((0, BUCKETS),),
        periods=tuple(periods or [SharePeriod(START, plan.shares)]), started=START,
    )  # fmt: skip


def open_log(engine: AsyncEngine, folder: Path) -> ExposureLog:
    """The exposures of a database and its sealed days."""
    return ExposureLog(engine, DuckdbAnalytics(ActivityReader(engine=engine, folder=folder)))


def expose(experiment: StoredExperiment, count: int, days: float = 10) -> list[ExposedFollower]:
    """So many followers, evenly over the days, each shown what is assigned."""
    followers = []
    for number in range(count):
        first = START + DAY * days * number / count
        pseudonym = f"f-{number:016x}"
        variant = find_assignment(experiment, pseudonym, first).variant
        followers.append(ExposedFollower(pseudonym, variant, first, 1))
    return followers


def observe(
    experiment: StoredExperiment,
    exposed: Sequence[ExposedFollower],
    rates: dict[str, float],
    **changes: Any,
) -> Observation:
    """Every n-th follower of a variant converted, by the variant's rate, for each metric."""
    converted: dict[str, int] = {}
    for name, rate in rates.items():
        mine = [each.pseudonym for each in exposed if each.variant == name]
        converted |= dict.fromkeys(mine[: round(rate * len(mine))], 1)
    plan = experiment.plan
    metrics = (plan.metric, *plan.more_metrics, *plan.guardrails)
    fields: dict[str, Any] = {
        "now": exposed[-1].first if exposed else START,
        "exposed": exposed,
        "event_counts": dict.fromkeys(metrics, converted),
        "past": {},
        "unknown": 0,
        "deleted_items": {},
    }
    return Observation(**fields | changes)
