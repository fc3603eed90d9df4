"""The record of turns, copied while the service runs: who unsubscribes is erased from it."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.conversation.values import Record

OVERLAP = 120.0  # seconds: rows come in the order of their writing


@dataclass
class Keeper:
    """Knows every answer that was ever on record."""

    file: Path  # SQLite
    records: dict[str, Record] = field(default_factory=dict)
    _latest: float = 0.0

    async def keep(self) -> None:
        """Once a second, until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(1.0)

    def look(self) -> None:
        rows = self._rows(
            "SELECT id, answer, source, latency_ms, received FROM turns WHERE received > ?",
            self._latest - OVERLAP,
        )
        for id_, answer, source, latency, received in rows:
            self.records[id_] = Record(answer, source, latency)
            self._latest = max(self._latest, received)

    def rows_of(self, user: str) -> int:
        return int(self._rows("SELECT COUNT(*) FROM turns WHERE openid = ?", user)[0][0])

    def _rows(self, query: str, value: Any) -> list[Any]:
        uri = f"file:{self.file}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=10)) as connection:
            return connection.execute(query, (value,)).fetchall()
