"""Imports a file of events or items within one request."""

import asyncio
import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.jobs import ImportTable
from app.marketing.events.files.staging import WITHIN_REQUEST, UnreadableTable, stage_table
from app.marketing.events.files.storing import ImportTally, TableStorer
from app.marketing.events.snapshots import open_work_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class TableImporter:
    """Stores the rows of files. `key` is that of pseudonyms; `folder` has room for files."""

    engine: AsyncEngine
    key: str
    keep_days: int
    folder: Path
    clock: Callable[[], float]

    async def import_table(self, request: ImportTable) -> dict[str, Any] | None:
        """The report as JSON values; None for a file that takes longer than a request.

        Safe to repeat: rows that were stored before change nothing. Raises UnreadableTable, and
        BadRows where a faulty row refuses the others.
        """
        tally = ImportTally()
        with open_work_folder(self.folder) as folder:
            table, rows = Path(folder, "table"), Path(folder, "rows")
            await asyncio.to_thread(table.write_bytes, _decode(request.content))
            if not await stage_table(request.file, table, rows, WITHIN_REQUEST):
                return None
            storer = self._open_storer(request)
            await storer.store(rows, request.on_error, tally, _report_nothing)
        return tally.describe()

    def _open_storer(self, request: ImportTable) -> TableStorer:
        return TableStorer(
            engine=self.engine, key=self.key, keep_days=self.keep_days, clock=self.clock,
            account=request.account, holds=request.holds, received=self.clock(),
        )  # fmt: skip


async def _report_nothing(_share: float) -> None:
    """A request is answered at its end."""


def _decode(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        raise UnreadableTable(
            "the file didn't arrive whole: send it again", chinese="文件没有传完整：请重新上传"
        ) from None
