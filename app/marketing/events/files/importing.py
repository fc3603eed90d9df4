"""Imports a file of events or items: read in a subprocess, checked and stored row by row."""

import asyncio
import base64
import binascii
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.errors import Refusal
from app.jobs import ImportTable
from app.marketing.events.batches import RowFault
from app.marketing.events.files.__main__ import UNREADABLE
from app.marketing.events.item_repository import Items
from app.marketing.events.repository import Events
from app.marketing.events.service import MOST_ROWS, EventRecorder

ROOT = Path(__file__).parents[4]
MOST_LISTED = 500  # faulty rows of a report
READ_WITHIN = 45.0  # seconds
SUFFIXES = ("", ".csv", ".tsv", ".txt", ".parquet")

Row = dict[str, Any]


class UnreadableTable(Refusal):
    """The file is no table of events or items, or too large; nothing of it is stored."""

    status = 422
    name = "unreadable_table"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableImporter:
    """Stores the rows of files. `key` is that of pseudonyms."""

    engine: AsyncEngine
    key: str
    keep_days: int
    clock: Callable[[], float]

    async def import_table(self, request: ImportTable) -> dict[str, Any]:
        """The report as JSON values. A faulty row is named and left out; the others are stored.

        Safe to repeat: rows that were stored before change nothing. Raises UnreadableTable.
        """
        rows = await read_table(request.file, _decode(request.content))
        faults: list[RowFault] = []
        stored = repeated = 0
        for start in range(0, len(rows), MOST_ROWS):
            some = rows[start : start + MOST_ROWS]
            if request.holds == "items":
                items = Items(self.engine, self.clock)
                batch = await items.put_rows(request.account, some, "keep_rest")
            else:
                batch = await self._recorder.record_events(request.account, some, "keep_rest")
            stored, repeated = stored + batch.stored, repeated + batch.repeated
            faults += [RowFault(each.row + start, each.id, each.reason) for each in batch.faults]
        return {
            "stored": stored,
            "repeated": repeated,
            "faulty": len(faults),
            "faults": [asdict(fault) for fault in faults[:MOST_LISTED]],
        }

    @property
    def _recorder(self) -> EventRecorder:
        # Of any day that is kept: the night adds an old one's events to its sealed file.
        return EventRecorder(
            events=Events(self.engine),
            key=self.key,
            open_days=None,
            keep_days=self.keep_days,
            clock=self.clock,
        )


async def read_table(file: str, data: bytes) -> list[Row]:
    """The rows of a CSV or Parquet file. Raises UnreadableTable."""
    suffix = PurePosixPath(file).suffix.lower()
    if suffix not in SUFFIXES:
        raise UnreadableTable(f"{file}: {suffix} is no table that is read here: save it as .csv")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.marketing.events.files",
        "parquet" if data.startswith(b"PAR1") else "csv", cwd=ROOT,
        env={},  # no secrets for a process that parses untrusted files
        stdin=PIPE, stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    try:
        output, complaint = await asyncio.wait_for(process.communicate(data), READ_WITHIN)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise UnreadableTable(f"{file} takes more time than there is for it: split it") from None
    if process.returncode:
        sentence = complaint.decode(errors="replace") if process.returncode == UNREADABLE else ""
        raise UnreadableTable(f"{file}: {sentence or 'it takes more memory or time than there is'}")
    rows = await asyncio.to_thread(_parse_rows, output)
    if not rows:
        raise UnreadableTable(f"{file} has no rows: the first line names the columns")
    return rows


def _parse_rows(output: bytes) -> list[Row]:
    return [json.loads(line) for line in output.splitlines()]


def _decode(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        raise UnreadableTable("the file didn't arrive whole: send it again") from None
