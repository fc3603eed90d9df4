"""Stores the rows of a file, lines of JSON on the disk, in batches."""

import asyncio
import contextlib
import json
import os
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.engines import patient
from app.marketing.events.batches import OnError, RecordedBatch, RowFault, refuse_batch
from app.marketing.events.files.cells import read_cells
from app.marketing.events.files.fault_names import name_in_chinese
from app.marketing.events.files.orders import Holds
from app.marketing.events.item_repository import put_items
from app.marketing.events.items import read_items
from app.marketing.events.repository import Events, record_batch
from app.marketing.events.rows import read_id
from app.marketing.events.service import EventRecorder

MOST_LISTED = 500  # faulty rows of a report
_BATCH_ROWS = 2_000  # more would keep the worker's loop from conversations
_BATCH_BYTES = 2 * 1024 * 1024
_HEADER_ROWS = 1  # above a file's rows, as spreadsheets number them

Row = dict[str, Any]
Transaction = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
ReportShare = Callable[[float], Awaitable[None]]  # of the rows that are stored


@dataclass(slots=True, kw_only=True)
class ImportTally:
    """What became of a file's first `rows` rows; the first MOST_LISTED faults by row.

    Faults number rows as a spreadsheet shows them: the header is row 1.
    """

    rows: int = 0
    stored: int = 0
    repeated: int = 0
    faulty: int = 0
    faults: list[RowFault] = field(default_factory=list)

    def add(self, batch: RecordedBatch, rows: int) -> None:
        """Count a batch of `rows` rows, whose faults have their place in it."""
        above = self.rows + _HEADER_ROWS
        faults = [replace(each, row=each.row + above) for each in batch.faults]
        self.faults = (self.faults + faults)[:MOST_LISTED]
        self.rows, self.faulty = self.rows + rows, self.faulty + len(faults)
        self.stored, self.repeated = self.stored + batch.stored, self.repeated + batch.repeated

    def describe(self) -> dict[str, Any]:
        """The tally as JSON values."""
        return asdict(self)


def parse_tally(described: dict[str, Any]) -> ImportTally:
    """The tally of JSON values; an empty one of none."""
    faults = [RowFault(**fault) for fault in described.get("faults", ())]
    return ImportTally(**described | {"faults": faults})


@dataclass(frozen=True, slots=True, kw_only=True)
class TableStorer:
    """Stores rows as an account's events or items. `key` is that of pseudonyms.

    `received` is when the file arrived: who was erased since then stays erased.
    """

    engine: AsyncEngine
    key: str
    keep_days: int
    clock: Callable[[], float]
    account: str
    holds: Holds
    received: float

    async def store(
        self, rows: Path, on_error: OnError, tally: ImportTally, report: ReportShare
    ) -> None:
        """Store the rows after the `tally.rows` that it counts, and count them.

        With "none" all of them are one transaction. Raises BadRows then where one is faulty.
        """
        database = patient(self.engine)
        if on_error == "keep_rest":
            await self._store_batches(rows, tally, report, database.begin)
            return
        async with database.begin() as connection:
            await self._store_batches(
                rows, tally, report, lambda: contextlib.nullcontext(connection)
            )
            if tally.faulty:
                raise refuse_batch(tally.faults, tally.faulty)

    async def _store_batches(
        self, rows: Path, tally: ImportTally, report: ReportShare, begin: Transaction
    ) -> None:
        with rows.open("rb") as lines:
            size = os.fstat(lines.fileno()).st_size
            earlier = await asyncio.to_thread(_skip, lines, tally.rows, self.holds)
            while batch := await asyncio.to_thread(_read_batch, lines, self.holds):
                async with begin() as connection:
                    recorded = await self._store_batch(connection, batch, earlier)
                faults = [name_in_chinese(fault, self.holds) for fault in recorded.faults]
                tally.add(replace(recorded, faults=faults), len(batch))
                await report(lines.tell() / size)

    async def _store_batch(
        self, connection: AsyncConnection, rows: list[Row], earlier: set[int]
    ) -> RecordedBatch:
        if self.holds == "items":
            now = self.clock()
            new_items, faults = await asyncio.to_thread(
                read_items, self.account, rows, now, earlier
            )
            await put_items(connection, new_items)
            earlier.update(hash(item.id) for item in new_items)
            return RecordedBatch(len(new_items), 0, faults)
        events, faults = await self._recorder.read_rows(self.account, rows)
        batch = await record_batch(
            connection, self.account, events, keep_rest=True, received=self.received
        )
        ordered = sorted([*faults, *batch.faults], key=lambda fault: fault.row)
        return RecordedBatch(batch.stored, batch.repeated, ordered)

    @property
    def _recorder(self) -> EventRecorder:
        # Of any day that is kept: the night adds an old one's events to its sealed file.
        return EventRecorder(
            events=Events(self.engine), key=self.key, open_days=None,
            keep_days=self.keep_days, clock=self.clock,
        )  # fmt: skip


def _skip(lines: BinaryIO, count: int, holds: Holds) -> set[int]:
    """Skip so many rows; the hashes of their ids."""
    return {hash(read_id(_read_row(lines.readline(), holds))) for _ in range(count)}


def _read_batch(lines: BinaryIO, holds: Holds) -> list[Row]:
    """The next rows, up to _BATCH_ROWS or about _BATCH_BYTES; none at the end."""
    batch: list[Row] = []
    end = lines.tell() + _BATCH_BYTES
    while len(batch) < _BATCH_ROWS and lines.tell() < end and (line := lines.readline()):
        batch.append(_read_row(line, holds))
    return batch


def _read_row(line: bytes, holds: Holds) -> Row:
    return read_cells(json.loads(line), holds)
