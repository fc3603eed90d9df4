"""Entries in the database. Each change gets a revision, by which workers find it."""

import asyncio
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db import revisions
from app.db.engines import connect_to_read
from app.db.tables import knowledge
from app.knowledge.stored_vectors import pack_vectors, unpack_vectors
from app.knowledge.values import Entry
from app.messages.values import answer_from_json, to_json

AT_ONCE = 500  # rows read or written before other tasks run


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as stored; `vectors` (texts, D) were made by `model`."""

    entry: Entry
    vectors: np.ndarray
    model: str
    deleted: bool = False
    revision: int = 0


@dataclass(frozen=True, slots=True)
class EntryStore:
    """Reads and writes entries of accounts."""

    engine: AsyncEngine

    async def revisions(self) -> dict[str, int]:
        """The latest revision of each account that has entries or documents."""
        return await revisions.latest_revisions(self.engine)

    async def since(self, account: str, revision: int) -> list[StoredEntry]:
        """Entries that changed after a revision, deleted ones too, in the order of revisions."""
        condition = and_(knowledge.c.account == account, knowledge.c.revision > revision)
        order = (knowledge.c.revision, knowledge.c.id)
        news: list[StoredEntry] = []
        async with self.engine.connect() as connection:
            rows = await connection.stream(select(knowledge).where(condition).order_by(*order))
            async for part in rows.partitions(AT_ONCE):
                news += [_to_stored_entry(row) for row in part]
                await asyncio.sleep(0)
        return news

    async def page(self, account: str, after: str, limit: int) -> list[Entry]:
        """Up to `limit` entries with ids greater than `after`, in the order of their ids."""
        condition = and_(
            knowledge.c.account == account, knowledge.c.id > after, ~knowledge.c.deleted
        )
        rows = select(knowledge).where(condition).order_by(knowledge.c.id).limit(limit)
        async with connect_to_read(self.engine) as connection:
            return [_to_entry(row) for row in await connection.execute(rows)]

    async def count(self, account: str) -> int:
        """How many entries the account has."""
        condition = and_(knowledge.c.account == account, ~knowledge.c.deleted)
        async with connect_to_read(self.engine) as connection:
            result = await connection.execute(
                select(func.count()).select_from(knowledge).where(condition)
            )
            return int(result.scalar_one())

    async def get(self, account: str, entry: str) -> Entry | None:
        """The entry of that id, or None."""
        mine = and_(knowledge.c.account == account, knowledge.c.id == entry)
        async with connect_to_read(self.engine) as connection:
            rows = await connection.execute(select(knowledge).where(mine, ~knowledge.c.deleted))
            row = rows.one_or_none()
            return None if row is None else _to_entry(row)

    async def change_times(self, account: str, ids: Collection[str]) -> dict[str, float]:
        """When each entry was last changed, in seconds since 1970."""
        columns, ordered = (knowledge.c.id, knowledge.c.changed), sorted(ids)
        times: dict[str, float] = {}
        async with connect_to_read(self.engine) as connection:
            for at in range(0, len(ordered), AT_ONCE):
                some = knowledge.c.id.in_(ordered[at : at + AT_ONCE])
                query = select(*columns).where(knowledge.c.account == account, some)
                times |= {row.id: row.changed for row in await connection.execute(query)}
        return times

    async def put(self, account: str, stored_entries: Sequence[StoredEntry]) -> int:
        """Insert or replace entries in one transaction. Returns the new revision."""
        async with self.engine.begin() as connection:
            revision = await revisions.next_revision(connection, account)
            await write(connection, account, revision, stored_entries)
        return revision

    async def embed(self, account: str, stored_entries: Sequence[StoredEntry]) -> None:
        """Replace the vectors of entries whose revision is still the one that was read."""
        same = and_(
            knowledge.c.account == account,
            knowledge.c.id == bindparam("entry"),
            knowledge.c.revision == bindparam("read"),
        )
        async with self.engine.begin() as connection:
            revision = await revisions.next_revision(connection, account)
            for each in stored_entries:
                fresh = {"vectors": pack_vectors(each.vectors), "model": each.model}
                await connection.execute(
                    update(knowledge).where(same).values(**fresh, revision=revision),
                    {"entry": each.entry.id, "read": each.revision},
                )

    async def delete(self, account: str, ids: Sequence[str]) -> int:
        """Erase the entries' content, keeping tombstones. Returns how many existed."""
        bare = {"question": "", "variants": [], "answer": "", "vectors": b"", "deleted": True}
        condition = and_(
            knowledge.c.account == account, knowledge.c.id.in_(ids), ~knowledge.c.deleted
        )
        async with self.engine.begin() as connection:
            revision = await revisions.next_revision(connection, account)
            result = await connection.execute(
                update(knowledge)
                .where(condition)
                .values(**bare, revision=revision, changed=time.time())
            )
            return result.rowcount


async def write(
    connection: AsyncConnection, account: str, revision: int, stored_entries: Sequence[StoredEntry]
) -> None:
    """Insert or replace entries at this revision, inside the caller's transaction."""
    for at in range(0, len(stored_entries), AT_ONCE):
        values = [_build_row(account, each, revision) for each in stored_entries[at : at + AT_ONCE]]
        await revisions.upsert_rows(connection, knowledge, values)


def _build_row(account: str, stored_entry: StoredEntry, revision: int) -> dict[str, object]:
    return {
        "account": account,
        "id": stored_entry.entry.id,
        "question": stored_entry.entry.question,
        "variants": list(stored_entry.entry.variants),
        "answer": to_json(stored_entry.entry.answer),
        "vectors": pack_vectors(stored_entry.vectors),
        "model": stored_entry.model,
        "deleted": False,
        "changed": time.time(),
        "revision": revision,
    }


def _to_entry(row: Row[Any]) -> Entry:
    return Entry(row.id, row.question, tuple(row.variants), answer_from_json(row.answer))


def _to_stored_entry(row: Row[Any]) -> StoredEntry:
    entry = _to_entry(row)
    vectors = unpack_vectors(row.vectors, 0 if row.deleted else len(entry.texts))
    return StoredEntry(entry, vectors, row.model, row.deleted, row.revision)
