"""Seals old days: moves their events from the database into a Parquet file each.

An event is kept once. The row of `sealed_days` makes a file count, and it is written in the
transaction that deletes the events: a crash before leaves a file that nobody reads, and the day is
sealed again. Files are never changed; what changes a day writes another one. A day that is older
than events are kept loses its row, and its file follows.
"""

import asyncio
import os
import shutil
import time
import uuid
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import structlog
from sqlalchemy import ColumnElement, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.clock import read_database_time
from app.db.engines import connect_to_read, patient
from app.db.tables import anonyms, events, sealed_days
from app.marketing.events.days import KEEP_DAYS, find_day, find_first_open, find_start
from app.marketing.events.repository import COLUMNS
from app.marketing.events.sealed_exposures import (
    drop_ended_exposures,
    drop_old_exposures,
    note_first_exposures,
)
from app.marketing.events.sealed_files import Erased, forget_followers, merge_rows
from app.marketing.events.snapshots import WORK, copy_rows, open_work_folder

LEFTOVER_AFTER = 3600.0  # seconds until a file that doesn't count is removed: readers are done
ANONYMS_FOR = 7 * 86_400.0  # seconds; a worker may be suspended with events that it has read

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySealer:
    """Seals days, and makes sealed files forget erased followers; safe from several workers."""

    engine: AsyncEngine
    folder: Path
    open_days: int | None  # days before today that stay in the database; None: all stay
    keep_days: int = KEEP_DAYS  # days before today whose events aren't deleted
    clock: Callable[[], float] = time.time
    second_clock: Callable[[AsyncEngine], Awaitable[float]] = read_database_time

    async def run(self, accounts: Collection[str]) -> None:
        """Do all that is due: delete and seal days, forget the erased, tidy up."""
        await self.delete_old(accounts)
        await self.seal_due(accounts)
        await self.forget_erased()
        await self.tidy()

    async def seal_due(self, accounts: Collection[str]) -> int:
        """Seal the days of these accounts that are due; returns how many."""
        if self.open_days is None:
            return 0
        first_open = find_start(find_first_open(self.clock(), self.open_days))
        count = 0
        for account in accounts:
            while (day := await self._find_oldest(account, first_open)) is not None:
                if not await self.seal_day(account, day):
                    break
                count += 1
        return count

    async def delete_old(self, accounts: Collection[str]) -> int:
        """Delete events that are older than they are kept, sealed or not; returns how many.

        `tidy` removes their files once nobody can be reading them. The slower of two clocks
        counts: one that jumps ahead deletes nothing.
        """
        now = min(self.clock(), await self.second_clock(self.engine))
        first_day = find_first_open(now, self.keep_days)
        count = 0
        for account in accounts:
            while (day := await self._find_oldest(account, find_start(first_day))) is not None:
                mine = _select_day(account, day)
                async with patient(self.engine).begin() as connection:
                    count += (await connection.execute(delete(events).where(*mine))).rowcount
        return count + await self._delete_sealed(first_day)

    async def seal_day(self, account: str, day: date) -> bool:
        """Seal a day; False where another worker is sealing one of this account.

        Events that came after the day was sealed are added: a new file takes the place of the old.
        """
        async with patient(self.engine).connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            if not await _lock(connection, account):
                return False
            file = self._name_file(account, day)
            old_file = await _find_file(connection, account, day)
            copied, rows = await self._write_file(connection, account, day, file, old_file)
            await _note_file(connection, account, day, file, rows, self.clock())
            await note_first_exposures(connection, account, day)
            mine = _select_day(account, day)
            deleted = (await connection.execute(delete(events).where(*mine))).rowcount
            if deleted != copied:
                raise RuntimeError(f"{copied} events were copied, {deleted} deleted")
            await connection.commit()
        self._retire(old_file)
        log.info("day_sealed", account=account, day=day.isoformat(), rows=rows)
        return True

    async def forget_erased(self) -> int:
        """Write files anew that have an erased follower's pseudonym; returns how many."""
        query = select(anonyms).where(anonyms.c.rewritten.is_(None))
        async with connect_to_read(self.engine) as connection:
            rows = (await connection.execute(query)).all()
        by_account: dict[str, list[Erased]] = {}
        for row in rows:
            each = (row.pseudonym, row.anonym, row.until)
            by_account.setdefault(row.account, []).append(each)
        return sum([await self._forget(account, each) for account, each in by_account.items()])

    async def tidy(self) -> None:
        """Remove files that don't count, and random ids that nothing needs any more."""
        old = anonyms.c.rewritten < self.clock() - ANONYMS_FOR
        async with self.engine.begin() as connection:
            await connection.execute(delete(anonyms).where(old))
            await drop_ended_exposures(connection)
            counting = set(await connection.scalars(select(sealed_days.c.file)))
        await asyncio.to_thread(self._remove_leftovers, counting)

    async def _forget(self, account: str, erased: list[Erased]) -> int:
        count = 0
        async with patient(self.engine).begin() as connection:
            if not await _lock(connection, account):
                return 0
            mine = sealed_days.c.account == account
            days = (await connection.execute(select(sealed_days).where(mine))).all()
            for row in days:
                file = self._name_file(account, row.day)
                old, new = self.folder / row.file, self.folder / file
                if await asyncio.to_thread(forget_followers, old, new, erased):
                    await _note_file(connection, account, row.day, file, row.rows, self.clock())
                    count += 1
            for pseudonym, _, until in erased:
                same = (anonyms.c.pseudonym == pseudonym, anonyms.c.until == until)
                statement = update(anonyms).where(anonyms.c.account == account, *same)
                await connection.execute(statement.values(rewritten=self.clock()))
        for row in days:
            self._retire(row.file)
        return count

    async def _delete_sealed(self, first_day: date) -> int:
        """Take days before `first_day` off the sealed ones, of all accounts; their events."""
        columns = (sealed_days.c.account, sealed_days.c.day, sealed_days.c.file, sealed_days.c.rows)
        statement = delete(sealed_days).where(sealed_days.c.day < first_day).returning(*columns)
        async with patient(self.engine).begin() as connection:
            rows = (await connection.execute(statement)).all()
            await drop_old_exposures(connection, first_day)
        for row in rows:
            self._retire(row.file)
            log.info("day_deleted", account=row.account, day=row.day.isoformat(), rows=row.rows)
        return sum(row.rows for row in rows)

    async def _find_oldest(self, account: str, before: float) -> date | None:
        oldest = select(func.min(events.c.time)).where(events.c.account == account)
        async with connect_to_read(self.engine) as connection:
            at = await connection.scalar(oldest)
        return find_day(at) if at is not None and at < before else None

    async def _write_file(
        self,
        connection: AsyncConnection,
        account: str,
        day: date,
        file: str,
        old_file: str | None,
    ) -> tuple[int, int]:
        """Write the file of a day; how many events were copied, and how many it has."""
        statement = (
            f"SELECT {', '.join(COLUMNS)} FROM events"  # noqa: S608 - names of columns of ours
            " WHERE account = $1 AND time >= $2 AND time < $3"
        )
        with open_work_folder(self.folder) as folder:
            lines = Path(folder, "day.csv")
            copied = await copy_rows(connection, statement, (account, *_find_span(day)), lines)
            old = self.folder / old_file if old_file else None
            rows = await asyncio.to_thread(merge_rows, lines, old, self.folder / file)
        return copied, rows

    def _name_file(self, account: str, day: date) -> str:
        return f"{account}/{day.isoformat()}-{uuid.uuid4().hex[:12]}.parquet"

    def _retire(self, file: str | None) -> None:
        """Let a file that may not count any more be removed later: somebody may be reading it."""
        if file and (self.folder / file).exists():
            os.utime(self.folder / file)

    def _remove_leftovers(self, counting: Collection[str]) -> None:
        for path in self.folder.glob("*/*.parquet"):
            is_old = path.stat().st_mtime < self.clock() - LEFTOVER_AFTER
            if is_old and path.relative_to(self.folder).as_posix() not in counting:
                path.unlink()
        for path in self.folder.glob(f"{WORK}*"):
            if path.stat().st_mtime < self.clock() - LEFTOVER_AFTER:
                shutil.rmtree(path, ignore_errors=True)


def _find_span(day: date) -> tuple[float, float]:
    return find_start(day), find_start(day + timedelta(days=1))


def _select_day(account: str, day: date) -> tuple[ColumnElement[bool], ...]:
    since, until = _find_span(day)
    return events.c.account == account, events.c.time >= since, events.c.time < until


async def _lock(connection: AsyncConnection, account: str) -> bool:
    """Whether this transaction alone changes sealed days of the account."""
    query = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
    return bool(await connection.scalar(query, {"name": f"sealed days of {account}"}))


async def _find_file(connection: AsyncConnection, account: str, day: date) -> str | None:
    mine = (sealed_days.c.account == account, sealed_days.c.day == day)
    return await connection.scalar(select(sealed_days.c.file).where(*mine))


async def _note_file(
    connection: AsyncConnection, account: str, day: date, file: str, rows: int, now: float
) -> None:
    values = {"file": file, "rows": rows, "sealed_at": now}
    statement = insert(sealed_days).values(account=account, day=day, **values)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["account", "day"], set_=values)
    )
