"""Events in and figures out: how long a million takes, on a private PostgreSQL and DuckDB.

In: rows as REST takes them, in batches of 10,000, checked and stored. Out: the figures of all
followers and of all days, read from the database. Then half of the days are sealed, and the same
figures are read again.

`python -m tests.bench.marketing.event_volume 10000000` takes another number of events.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.marketing.events.analytics import DuckdbAnalytics, Rows, describe_activity
from app.marketing.events.days import find_day, find_start
from app.marketing.events.figures import count_by_day, summarise_followers
from app.marketing.events.repository import Events
from app.marketing.events.sealing import DaySealer
from app.marketing.events.service import MOST_ROWS, EventRecorder
from app.marketing.events.snapshots import ActivityReader
from tests.bench.marketing.figures import Figure, render_table
from tests.postgres import private_database

EVENTS = 1_000_000
DAYS = 60
IN_WITHIN, OUT_WITHIN = 60.0, 10.0  # seconds for a million
NOW = 1_800_000_000.0
_KINDS = ["view"] * 5 + ["click", "message", "share", "exposure", "conversion"]


@dataclass(frozen=True, slots=True)
class VolumeTimes:
    """Seconds, and the figures that were computed before and after sealing."""

    batches: list[float]
    read: float
    sealed: float
    read_sealed: float
    is_equal: bool
    followers: int


def measure(data: Path) -> list[Figure]:
    """Figures of a million events; no data set is needed."""
    return describe_times(EVENTS, asyncio.run(measure_volume(EVENTS)))


def describe_times(count: int, times: VolumeTimes) -> list[Figure]:
    """The figures of `count` events; the seconds to reach grow with them."""
    millions = count / 1_000_000
    in_within, out_within = IN_WITHIN * millions, OUT_WITHIN * millions
    tenth = max(1, len(times.batches) // 10)
    growth = sum(times.batches[-tenth:]) / sum(times.batches[:tenth])
    stored = sum(times.batches)
    return [
        Figure(
            what=f"{count:,} events in: checked and stored", measured=f"{stored:.1f} s",
            target=f"{in_within:.0f} s", is_reached=stored <= in_within,
        ),
        Figure(
            what="the last tenth of them against the first (1: linear)", measured=f"{growth:.2f}"
        ),
        Figure(
            what=f"figures of {times.followers:,} followers and {DAYS} days out",
            measured=f"{times.read:.1f} s", target=f"{out_within:.0f} s",
            is_reached=times.read <= out_within,
        ),
        Figure(what="half of the days sealed as Parquet", measured=f"{times.sealed:.1f} s"),
        Figure(
            what="the same figures, half of the days from files",
            measured=f"{times.read_sealed:.1f} s", target="equal figures",
            is_reached=times.is_equal,
        ),
    ]  # fmt: skip


async def measure_volume(count: int) -> VolumeTimes:
    """Store `count` events, read figures, seal half of the days, read again."""
    with (
        tempfile.TemporaryDirectory(prefix="huiyin-events-") as server_folder,
        tempfile.TemporaryDirectory() as sealed_folder,
    ):
        async with private_database(Path(server_folder)) as url:
            engine = create_async_engine(url, poolclass=NullPool)
            try:
                return await _measure(engine, Path(sealed_folder), count)
            finally:
                await engine.dispose()


async def _measure(engine: AsyncEngine, folder: Path, count: int) -> VolumeTimes:
    recorder = EventRecorder(events=Events(engine), key="bench", open_days=None, clock=lambda: NOW)
    batches = []
    for rows in _make_batches(count):
        began = time.monotonic()
        await recorder.record_events("shop", rows)
        batches.append(time.monotonic() - began)
    analytics = DuckdbAnalytics(ActivityReader(engine=engine, folder=folder))
    before, read = await _read_figures(analytics)
    sealer = DaySealer(engine=engine, folder=folder, open_days=DAYS // 2, clock=lambda: NOW)
    began = time.monotonic()
    await sealer.seal_due(["shop"])
    sealed = time.monotonic() - began
    after, read_sealed = await _read_figures(analytics)
    return VolumeTimes(
        batches, read, sealed, read_sealed, is_equal=before == after, followers=len(before[0])
    )


async def _read_figures(analytics: DuckdbAnalytics) -> tuple[tuple[Rows, Rows], float]:
    began = time.monotonic()
    activity = describe_activity()
    followers = await analytics.run("shop", summarise_followers(activity))
    days = await analytics.run("shop", count_by_day(activity))
    return (followers, days), time.monotonic() - began


def _make_batches(count: int) -> Iterator[list[dict[str, Any]]]:
    chance = random.Random(1)
    first = find_start(find_day(NOW) - timedelta(days=DAYS - 1))
    followers = max(10, count // 20)
    for start in range(0, count, MOST_ROWS):
        yield [
            {
                "id": f"event-{at}", "kind": (kind := chance.choice(_KINDS)),
                "time": first + chance.random() * (NOW - first),
                "pseudonym": f"f-{chance.randrange(followers):016x}",
                "item": f"item-{chance.randrange(1_000)}",
                "value": 39.0 if kind == "conversion" else None,
                "properties": {"source": "menu"} if kind == "view" else {},
            }
            for at in range(start, min(start + MOST_ROWS, count))
        ]  # fmt: skip


if __name__ == "__main__":
    total = int(sys.argv[1])
    print(render_table(describe_times(total, asyncio.run(measure_volume(total)))))
