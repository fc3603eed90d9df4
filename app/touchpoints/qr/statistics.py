"""How many followers each scene brought, by day of the account's zone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import scan_events

K = TypeVar("K", str, date)

# Days are told apart here, not in the database, whose time zones may be of another year: each
# zone's midnight is one of a quarter of an hour.
_QUARTER = 900.0  # seconds


@dataclass(frozen=True, kw_only=True)
class ScanCounts:
    """What came of a scene. `scans` has every scan, also those that made a follower."""

    gained: int = 0
    lost: int = 0
    scans: int = 0

    @property
    def following(self) -> int:
        """Those who came by the scene and haven't left; who erased their data counts as here."""
        return self.gained - self.lost


NOTHING = ScanCounts()


def add_up(counts: Iterable[ScanCounts]) -> ScanCounts:
    """The sum of counts."""
    each = list(counts)
    return ScanCounts(
        gained=sum(count.gained for count in each),
        lost=sum(count.lost for count in each),
        scans=sum(count.scans for count in each),
    )


@dataclass(frozen=True, slots=True)
class ScanStatistics:
    """Counts rows of `scan_events`."""

    engine: AsyncEngine

    async def count_by_scene(self, account: str, scenes: Sequence[str]) -> dict[str, ScanCounts]:
        """All counts of each scene; scenes without an event are left out."""
        mine = and_(scan_events.c.account == account, scan_events.c.scene.in_(scenes))
        query = _count_kinds(scan_events.c.scene, mine)
        async with connect_to_read(self.engine) as connection:
            rows = await connection.execute(query)
            return _sum_up((row.key, row.kind, row.number) for row in rows)

    async def count_by_day(
        self, account: str, scene: str, first: date, last: date, zone: ZoneInfo
    ) -> dict[date, ScanCounts]:
        """The counts of each day with an event, from `first` to `last`."""
        at = scan_events.c.at
        mine = and_(
            scan_events.c.account == account,
            scan_events.c.scene == scene,
            at >= _midnight(first, zone),
            at < _midnight(last + timedelta(days=1), zone),
        )
        quarter = func.floor(at / _QUARTER)
        async with connect_to_read(self.engine) as connection:
            rows = await connection.execute(_count_kinds(quarter, mine))
            return _sum_up((_find_day(row.key, zone), row.kind, row.number) for row in rows)


def _count_kinds(key: Any, condition: Any) -> Any:
    grouped = select(key.label("key"), scan_events.c.kind, func.count().label("number"))
    return grouped.where(condition).group_by("key", scan_events.c.kind)


def _sum_up(numbers: Iterable[tuple[K, str, int]]) -> dict[K, ScanCounts]:
    """The counts of each key, from the number of its events of each kind."""
    numbers_by_key: dict[K, Counter[str]] = {}
    for key, kind, number in numbers:
        numbers_by_key.setdefault(key, Counter())[kind] += number
    return {
        key: ScanCounts(
            gained=each["follow"], lost=each["unfollow"], scans=each["follow"] + each["scan"]
        )
        for key, each in sorted(numbers_by_key.items())
    }


def _find_day(quarter: float, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(quarter * _QUARTER, zone).date()


def _midnight(day: date, zone: ZoneInfo) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
