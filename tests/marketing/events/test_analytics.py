"""The same expressions give the same figures on DuckDB, with sealed days, and on PostgreSQL."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.marketing.events.analytics import (
    DuckdbAnalytics,
    PostgresAnalytics,
    describe_activity,
)
from app.marketing.events.figures import (
    count_by_day,
    count_unfollows,
    count_variants,
    summarise_followers,
)
from app.marketing.events.repository import Events
from app.marketing.events.sealing import DaySealer
from app.marketing.events.snapshots import ActivityReader
from app.marketing.events.values import EventKind, MarketingEvent

if TYPE_CHECKING:
    from ibis.expr.types import Table

NOW = 1_800_000_000.0
DAY = 86_400.0
EVENT = MarketingEvent(
    account="shop", id="e", kind=EventKind.EXPOSURE, time=NOW, recorded=NOW,
    pseudonym="f-0000000000000001", experiment="title", variant="A",
)  # fmt: skip


def make_events(count: int, seed: int = 1) -> list[MarketingEvent]:
    random, kinds = Random(seed), list(EventKind)
    return [
        replace(
            EVENT, id=f"e{at}", kind=random.choice(kinds), variant=random.choice("AB"),
            time=NOW - random.random() * 60 * DAY, value=random.choice([None, 1.5, 20.0]),
            pseudonym=random.choice(["", *(f"f-{n:016x}" for n in range(50))]),
            unit=random.choice(["", "", "phone-1"]),
        )
        for at in range(count)
    ]  # fmt: skip


@pytest.mark.engines
@pytest.mark.parametrize(
    "write",
    [
        count_by_day,
        summarise_followers,
        partial(count_variants, experiment="title"),
        partial(count_unfollows, middle=NOW - 30 * DAY),
    ],
)
async def test_both_engines_compute_equal_figures(
    engine: AsyncEngine, tmp_path: Path, write: Callable[["Table"], "Table"]
) -> None:
    events, in_database = Events(engine), PostgresAnalytics(engine)
    in_duckdb = DuckdbAnalytics(ActivityReader(engine=engine, folder=tmp_path))
    await events.write([*make_events(2_000), replace(EVENT, account="cafe")])
    expression = write(describe_activity())
    expected = await in_database.run("shop", expression)
    before = await in_duckdb.run("shop", expression)

    sealer = DaySealer(engine=engine, folder=tmp_path, open_days=35, clock=lambda: NOW)
    sealed_count = await sealer.seal_due(["shop"])
    after = await in_duckdb.run("shop", expression)

    assert sealed_count > 20
    assert before == after == expected
    assert expected


@pytest.mark.engines
async def test_figures_are_those_of_a_count_by_hand(engine: AsyncEngine, tmp_path: Path) -> None:
    midnight = 1_799_942_400.0  # of China
    rows = [
        replace(EVENT, id="1", time=midnight - 1),
        replace(EVENT, id="2", time=midnight),
        replace(EVENT, id="3", time=midnight, pseudonym=""),
        replace(EVENT, id="4", time=midnight + 1, kind=EventKind.CONVERSION, value=2.5),
    ]
    await Events(engine).write(rows)
    analytics = DuckdbAnalytics(ActivityReader(engine=engine, folder=tmp_path))

    days = await analytics.run("shop", count_by_day(describe_activity()), (0.0, midnight + 1))
    variants = await analytics.run("shop", count_variants(describe_activity(), "title"))

    assert days == [
        {"day": 20_832, "kind": "exposure", "events": 1, "followers": 1, "value": 0.0},
        {"day": 20_833, "kind": "exposure", "events": 2, "followers": 1, "value": 0.0},
    ]
    assert variants == [{"variant": "A", "exposed": 1, "clicked": 0, "converted": 1}]
