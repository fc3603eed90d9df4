"""Imports a large file of events or items as a marketing job."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.marketing.events.batches import BadRows
from app.marketing.events.files.orders import Holds, TableOrder
from app.marketing.events.files.staging import WITHIN_JOB, UnreadableTable, stage_table
from app.marketing.events.files.storing import TableStorer, parse_tally
from app.marketing.events.snapshots import open_work_folder
from app.marketing.jobs.job_files import JobFiles
from app.marketing.jobs.values import JsonObject, MarketingJob, RecordProgress

SHARE_OF_READING = 0.1  # of the whole work
LONGEST_PAUSE = 1.0  # seconds between two batches


@dataclass(frozen=True, slots=True, kw_only=True)
class TableJobHandler:
    """Stores a job's file row by row. `key` is that of pseudonyms; `folder` has room for files.

    A job that was interrupted goes on after the rows that its result counts. A batch that was
    stored, but not counted yet, is counted as stored before.
    """

    engine: AsyncEngine
    key: str
    keep_days: int
    folder: Path
    holds: Holds
    clock: Callable[[], float] = time.time

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """The tally of rows. Raises UnreadableTable, and BadRows where a faulty row refuses all."""
        order = TableOrder(**job.request)
        with open_work_folder(self.folder) as folder:
            table, rows = Path(folder, "table"), Path(folder, "rows")
            await JobFiles(self.engine).write(job.account, job.id, table)
            if not await stage_table(order.file, table, rows, WITHIN_JOB):
                raise UnreadableTable(
                    f"{order.file} has over {WITHIN_JOB.rows:,} rows, or takes over"
                    f" {WITHIN_JOB.seconds / 60:.0f} minutes to read: split it into files with the"
                    " header each",
                    chinese=f"{order.file} 超过 {WITHIN_JOB.rows:,} 行，或要读"
                    f" {WITHIN_JOB.seconds / 60:.0f} 分钟以上：请拆成几个文件，各带列名",
                )
            await asyncio.to_thread(table.unlink)
            await record(SHARE_OF_READING, None)
            return await self._store(job, order, rows, record)

    async def _store(
        self, job: MarketingJob, order: TableOrder, rows: Path, record: RecordProgress
    ) -> dict[str, Any]:
        tally = parse_tally(job.result)
        keeps_rest = order.on_error == "keep_rest"
        began = time.monotonic()

        async def report(share: float) -> None:
            nonlocal began
            whole = SHARE_OF_READING + (1 - SHARE_OF_READING) * share
            await record(whole, tally.describe() if keeps_rest else None)
            # Conversations get half of the time.
            await asyncio.sleep(min(time.monotonic() - began, LONGEST_PAUSE))
            began = time.monotonic()

        storer = TableStorer(
            engine=self.engine, key=self.key, keep_days=self.keep_days, clock=self.clock,
            account=job.account, holds=self.holds, received=job.created,
        )  # fmt: skip
        try:
            await storer.store(rows, order.on_error, tally, report)
        except BadRows:
            await record(1.0, tally.describe() | {"stored": 0, "repeated": 0})
            raise
        return tally.describe()
