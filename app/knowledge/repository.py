"""Entries in the database. Each change has a revision: workers read what is new to them."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db import revisions
from app.db.tables import knowledge
from app.knowledge.values import Entry
from app.messages.values import answer_from_json, to_json

AT_ONCE = 500  # rows read or written before anything else gets a turn


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it is kept; `vectors` (texts, D) were made by `model`."""

    entry: Entry
    vectors: np.ndarray
    model: str
    deleted: bool = False
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Store:
    """Reads and writes entries of accounts."""

    engine: AsyncEngine

    async def revisions(self) -> dict[str, int]:
        """Of every account that knows something."""
        return await revisions.latest(self.engine)

    async def since(self, account: str, revision: int) -> list[Kept]:
        """What changed after a revision, in the order it changed; deleted ones too."""
        wanted = and_(knowledge.c.account == account, knowledge.c.revision > revision)
        order = (knowledge.c.revision, knowledge.c.id)
        news: list[Kept] = []
        async with self.engine.connect() as connection:
            rows = await connection.stream(select(knowledge).where(wanted).order_by(*order))
            async for part in rows.partitions(AT_ONCE):
                news += [_kept(row) for row in part]
                await asyncio.sleep(0)
        return news

    async def page(self, account: str, after: str, limit: int) -> list[Entry]:
        """Entries in the order of their ids, from behind `after`."""
        wanted = and_(knowledge.c.account == account, knowledge.c.id > after, ~knowledge.c.deleted)
        rows = select(knowledge).where(wanted).order_by(knowledge.c.id).limit(limit)
        async with self.engine.connect() as connection:
            return [_entry(row) for row in await connection.execute(rows)]

    async def count(self, account: str) -> int:
        """How many entries the account has."""
        wanted = and_(knowledge.c.account == account, ~knowledge.c.deleted)
        async with self.engine.connect() as connection:
            found = await connection.execute(
                select(func.count()).select_from(knowledge).where(wanted)
            )
            return int(found.scalar_one())

    async def get(self, account: str, entry: str) -> Entry | None:
        """None when there is none of that id."""
        mine = and_(knowledge.c.account == account, knowledge.c.id == entry)
        async with self.engine.connect() as connection:
            rows = await connection.execute(select(knowledge).where(mine, ~knowledge.c.deleted))
            row = rows.one_or_none()
            return None if row is None else _entry(row)

    async def put(self, account: str, kept: Sequence[Kept]) -> int:
        """All of them or none: new ones, and changed ones in the place of the old. The revision."""
        async with self.engine.begin() as connection:
            revision = await revisions.following(connection, account)
            await write(connection, account, revision, kept)
        return revision

    async def embed(self, account: str, kept: Sequence[Kept]) -> None:
        """Give entries other vectors, unless they changed after they were read."""
        same = and_(
            knowledge.c.account == account,
            knowledge.c.id == bindparam("entry"),
            knowledge.c.revision == bindparam("read"),
        )
        async with self.engine.begin() as connection:
            revision = await revisions.following(connection, account)
            for each in kept:
                fresh = {"vectors": _bytes(each.vectors), "model": each.model}
                await connection.execute(
                    update(knowledge).where(same).values(**fresh, revision=revision),
                    {"entry": each.entry.id, "read": each.revision},
                )

    async def delete(self, account: str, ids: Sequence[str]) -> int:
        """Erase question and answer; how many were there."""
        bare = {"question": "", "variants": [], "answer": "", "vectors": b"", "deleted": True}
        wanted = and_(knowledge.c.account == account, knowledge.c.id.in_(ids), ~knowledge.c.deleted)
        async with self.engine.begin() as connection:
            revision = await revisions.following(connection, account)
            changed = await connection.execute(
                update(knowledge)
                .where(wanted)
                .values(**bare, revision=revision, changed=time.time())
            )
            return changed.rowcount


async def write(
    connection: AsyncConnection, account: str, revision: int, kept: Sequence[Kept]
) -> None:
    """New entries, and changed ones in the place of the old, at this revision."""
    for at in range(0, len(kept), AT_ONCE):
        values = [_values(account, each, revision) for each in kept[at : at + AT_ONCE]]
        await revisions.put(connection, knowledge, values)


def _values(account: str, kept: Kept, revision: int) -> dict[str, object]:
    return {
        "account": account,
        "id": kept.entry.id,
        "question": kept.entry.question,
        "variants": list(kept.entry.variants),
        "answer": to_json(kept.entry.answer),
        "vectors": _bytes(kept.vectors),
        "model": kept.model,
        "deleted": False,
        "changed": time.time(),
        "revision": revision,
    }


def _bytes(vectors: np.ndarray) -> bytes:
    return vectors.astype(np.float16).tobytes()


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.id, row.question, tuple(row.variants), answer_from_json(row.answer))


def _kept(row: Row[Any]) -> Kept:
    entry = _entry(row)
    flat = np.frombuffer(row.vectors, np.float16).astype(np.float32)
    vectors = flat.reshape(0, 0) if row.deleted else flat.reshape(len(entry.texts), -1)
    return Kept(entry, vectors, row.model, row.deleted, row.revision)
