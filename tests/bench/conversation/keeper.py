"""The record of turns, copied while the service runs: who unsubscribes is erased from it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.bench.conversation.values import Record

OVERLAP = 120.0  # seconds: rows come in the order of their writing


@dataclass
class Keeper:
    """Knows every answer that was ever on record."""

    database_url: str
    records: dict[str, Record] = field(default_factory=dict)
    _latest: float = 0.0

    async def keep(self) -> None:
        """Once a second, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(1.0)

    async def look(self) -> None:
        rows = await self._rows(
            "SELECT id, answer, source, latency_ms, received FROM turns WHERE received > :value",
            self._latest - OVERLAP,
        )
        for id_, answer, source, latency, received in rows:
            self.records[id_] = Record(answer, source, latency)
            self._latest = max(self._latest, received)

    async def rows_of(self, user: str) -> int:
        rows = await self._rows("SELECT COUNT(*) FROM turns WHERE openid = :value", user)
        return int(rows[0][0])

    async def _rows(self, query: str, value: Any) -> list[Any]:
        engine = create_async_engine(self.database_url, poolclass=NullPool)
        async with engine.connect() as connection:
            return list(await connection.execute(text(query), {"value": value}))
