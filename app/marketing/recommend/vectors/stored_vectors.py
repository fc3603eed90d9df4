"""Item vectors beyond memory: PostgreSQL with pgvector searches them, exactly.

The table is an index of `item_vectors` that is made where the setting asks for it, not by a
migration: most databases lack the extension, and need neither.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read, patient
from app.db.tables import item_vectors
from app.errors import BadSettings

MOST_IN_MEMORY = 200_000  # items of an account whose vectors stay in memory: 1 GB
BATCH = 500  # rows copied at once
_LOCK = 4_715_190_233  # of the transaction that makes the table
_EXISTS = text("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")
_TABLE = (
    "CREATE EXTENSION IF NOT EXISTS vector",
    "CREATE SCHEMA IF NOT EXISTS item_search",
    "CREATE TABLE IF NOT EXISTS item_search.vectors (account varchar(64), item varchar(64),"
    " model varchar NOT NULL, text_hash varchar(64) NOT NULL, embedding vector NOT NULL,"
    " PRIMARY KEY (account, item))",
)
_NEW = text("""
SELECT v.item, v.text_hash, v.vector FROM item_vectors v
LEFT JOIN item_search.vectors s ON s.account = v.account AND s.item = v.item
WHERE v.account = :account AND v.model = :model AND v.item > :after
AND (s.text_hash IS DISTINCT FROM v.text_hash OR s.model <> v.model)
ORDER BY v.item LIMIT :count
""")
_PUT = text("""
INSERT INTO item_search.vectors VALUES
(:account, :item, :model, :text_hash, CAST(CAST(:embedding AS text) AS vector))
ON CONFLICT (account, item) DO UPDATE
SET model = excluded.model, text_hash = excluded.text_hash, embedding = excluded.embedding
""")
_MEAN = text("""
SELECT CAST(avg(embedding) AS text) FROM item_search.vectors
WHERE account = :account AND model = :model
""")
_NEAREST = text("""
SELECT item FROM item_search.vectors
WHERE account = :account AND model = :model AND item <> ALL(CAST(:excluded AS varchar[]))
ORDER BY (embedding - CAST(CAST(:mean AS text) AS vector))
<=> CAST(CAST(:direction AS text) AS vector), item LIMIT :count
""")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AccountVectors:
    """The stored vectors of one account, made by one model; `mean` (D,) of all."""

    engine: AsyncEngine
    account: str
    model: str
    mean: np.ndarray

    async def nearest_items(
        self, direction: np.ndarray, count: int, excluded: Sequence[str]
    ) -> list[str]:
        """Ids of the `count` items whose centred vectors are nearest to (D,), the nearest first."""
        values = {
            "account": self.account, "model": self.model, "excluded": list(excluded),
            "count": count, "direction": _write_vector(direction),
            "mean": _write_vector(self.mean),
        }  # fmt: skip
        async with connect_to_read(self.engine) as connection:
            return list((await connection.execute(_NEAREST, values)).scalars())

    async def load(self, items: Sequence[str]) -> dict[str, np.ndarray]:
        """Embeddings (D,) fp32 by item id, of those that have one."""
        table = item_vectors.c
        query = select(table.item, table.vector).where(
            table.account == self.account, table.model == self.model, table.item.in_(items)
        )
        async with connect_to_read(self.engine) as connection:
            rows = await connection.execute(query)
            return {row.item: _read_vector(row.vector) for row in rows}


@dataclass(slots=True, kw_only=True)
class StoredVectors:
    """The vectors of accounts with more than `most_in_memory` items."""

    engine: AsyncEngine
    most_in_memory: int = MOST_IN_MEMORY
    _is_prepared: bool = field(default=False, init=False)

    async def refresh(self, account: str, model: str) -> AccountVectors | None:
        """Take over what `item_vectors` has of the model; None where it has nothing.

        Raises BadSettings where PostgreSQL lacks the extension.
        """
        await self._prepare()
        after: str | None = ""
        while after is not None:
            after = await self._copy_batch(account, model, after)
        async with patient(self.engine).connect() as connection:
            mean = await connection.scalar(_MEAN, {"account": account, "model": model})
        if mean is None:
            return None
        values = np.array(json.loads(mean), np.float32)
        return AccountVectors(engine=self.engine, account=account, model=model, mean=values)

    async def _prepare(self) -> None:
        if self._is_prepared:
            return
        async with patient(self.engine).begin() as connection:
            if not await connection.scalar(_EXISTS):
                raise BadSettings([
                    "ITEM_SEARCH: this PostgreSQL has no pgvector; install its extension vector,"
                    " or set ITEM_SEARCH=memory."
                ])  # fmt: skip
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            for statement in _TABLE:
                await connection.execute(text(statement))
        self._is_prepared = True

    async def _copy_batch(self, account: str, model: str, after: str) -> str | None:
        """Copy the next rows by item id; the last id, None where no row was left."""
        names = {"account": account, "model": model}
        async with patient(self.engine).begin() as connection:
            rows = (await connection.execute(_NEW, names | {"after": after, "count": BATCH})).all()
            if not rows:
                return None
            values = await asyncio.to_thread(_write_rows, rows)
            await connection.execute(_PUT, [names | each for each in values])
        return str(rows[-1].item)


def _write_rows(rows: Sequence[Row[Any]]) -> list[dict[str, str]]:
    return [
        {
            "item": row.item,
            "text_hash": row.text_hash,
            "embedding": _write_vector(_read_vector(row.vector)),
        }
        for row in rows
    ]


def _read_vector(data: bytes) -> np.ndarray:
    return np.frombuffer(data, np.float16).astype(np.float32)


def _write_vector(vector: np.ndarray) -> str:
    """The text form of pgvector."""
    return json.dumps(vector.tolist())
