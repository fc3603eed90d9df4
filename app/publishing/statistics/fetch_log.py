"""The table `statistics_fetches`: which day of which dataset is fetched when, and what came of it.

A row is there as soon as its day is over, so that no gap is forgotten, however long no worker ran.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import statistics_fetches as fetches
from app.publishing.statistics.plan import list_new_days
from app.publishing.statistics.repository import write_figures
from app.publishing.statistics.values import Dataset, DatasetDay, FetchState, Figures

LEASE = 900.0  # seconds until another worker fetches what this one claimed
AT_ONCE = 250  # days of one claim: all of a new account
_KEY = (fetches.c.account, fetches.c.dataset, fetches.c.day)


@dataclass(frozen=True, slots=True)
class FetchLog:
    """Reads and writes the days to fetch."""

    engine: AsyncEngine

    async def add_new_days(self, account: str, now: float) -> None:
        """Add the days that are over and aren't there yet."""
        query = (
            select(fetches.c.dataset, func.max(fetches.c.day).label("day"))
            .where(fetches.c.account == account)
            .group_by(fetches.c.dataset)
        )
        async with self.engine.begin() as connection:
            last = {row.dataset: row.day for row in await connection.execute(query)}
            rows = [
                asdict(day)
                for dataset in Dataset
                for day in list_new_days(account, dataset, last.get(dataset), now)
            ]
            if rows:
                await connection.execute(insert(fetches).values(rows).on_conflict_do_nothing())

    async def claim_due(self, account: str, now: float) -> list[DatasetDay]:
        """The days that are due, the newest first; for LEASE no other worker gets them."""
        due = (
            select(fetches)
            .where(fetches.c.account == account, fetches.c.next_at <= now)
            .order_by(fetches.c.day.desc(), fetches.c.dataset)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        async with self.engine.begin() as connection:
            days = [_read_day(row) for row in await connection.execute(due)]
            if days:
                keys = [(day.account, day.dataset.value, day.day) for day in days]
                mine = tuple_(*_KEY).in_(keys)
                await connection.execute(update(fetches).where(mine).values(next_at=now + LEASE))
        return days

    async def store(self, account: str, figures: Figures, days: Sequence[DatasetDay]) -> None:
        """Store an answer's figures and what it means for its days, together."""
        async with self.engine.begin() as connection:
            await write_figures(connection, account, figures)
            await connection.execute(_upsert([asdict(day) for day in days]))

    async def request(self, account: str, first: date, last: date, now: float) -> int:
        """Let all datasets of these days be fetched now; returns how many days these are."""
        days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
        rows = [
            {
                "account": account, "dataset": dataset.value, "day": day, "tries": 0,
                "state": FetchState.WAITING.value, "next_at": now, "code": None, "stored_at": None,
            }
            for day in days
            for dataset in Dataset
        ]  # fmt: skip
        async with self.engine.begin() as connection:
            await connection.execute(_upsert(rows, ("tries", "next_at", "code")))
        return len(days)

    async def list_open(self, account: str, first: date, last: date) -> list[DatasetDay]:
        """Days without figures, or with figures that may still grow, by day."""
        in_span = and_(fetches.c.account == account, fetches.c.day.between(first, last))
        is_open = (fetches.c.state != FetchState.STORED.value) | (fetches.c.tries > 0)
        query = select(fetches).where(in_span, is_open).order_by(fetches.c.day, fetches.c.dataset)
        async with connect_to_read(self.engine) as connection:
            return [_read_day(row) for row in await connection.execute(query)]


def _upsert(
    rows: list[dict[str, Any]],
    changed: Sequence[str] = ("state", "code", "tries", "next_at", "stored_at"),
) -> Any:
    statement = insert(fetches).values(rows)
    changes = {name: statement.excluded[name] for name in changed}
    return statement.on_conflict_do_update(index_elements=list(_KEY), set_=changes)


def _read_day(row: Any) -> DatasetDay:
    values = dict(row._mapping)
    values |= {"dataset": Dataset(row.dataset), "state": FetchState(row.state)}
    return DatasetDay(**values)
