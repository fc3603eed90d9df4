"""Documents and their chunks in the database; vectors are fp16 bytes here."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db import revisions
from app.db.engines import connect_to_read
from app.db.tables import chunks, documents

FORGOTTEN_AFTER = 7 * 86_400.0  # seconds; no worker goes without a refresh for so long
AT_ONCE = 500  # rows read or written in one statement
BARE = {"title": "", "source": "", "text": "", "vectors": b"", "deleted": True}

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class DocumentStore:
    """Reads and writes documents of accounts."""

    engine: AsyncEngine

    async def page(self, account: str, after: str, limit: int) -> list[Row[Any]]:
        """Up to `limit` documents with ids greater than `after`, in the order of their ids."""
        condition = and_(documents.c.account == account, documents.c.id > after)
        rows = select(documents).where(condition).order_by(documents.c.id).limit(limit)
        async with connect_to_read(self.engine) as connection:
            return [*await connection.execute(rows)]

    async def count(self, account: str) -> int:
        """How many documents the account has."""
        mine = documents.c.account == account
        query = select(func.count()).select_from(documents).where(mine)
        async with connect_to_read(self.engine) as connection:
            return int((await connection.execute(query)).scalar_one())

    async def get(self, account: str, document: str) -> tuple[Row[Any], list[Row[Any]]] | None:
        """A document and its chunks (id, title, text) in order; None if it doesn't exist."""
        condition = and_(documents.c.account == account, documents.c.id == document)
        parts = _chunks_of(account, [document]) & ~chunks.c.deleted
        columns = chunks.c.id, chunks.c.title, chunks.c.text
        async with connect_to_read(self.engine) as connection:
            document_row = (
                await connection.execute(select(documents).where(condition))
            ).one_or_none()
            if document_row is None:
                return None
            rows = select(*columns).where(parts).order_by(chunks.c.place)
            return document_row, [*await connection.execute(rows)]

    async def delete(self, account: str, document: str) -> bool:
        """Erase a document with all of its chunks. False if it didn't exist."""
        condition = and_(documents.c.account == account, documents.c.id == document)
        async with self.engine.begin() as connection:
            if not (await connection.execute(delete(documents).where(condition))).rowcount:
                return False
            revision = await revisions.next_revision(connection, account)
            await _erase_chunks(connection, _chunks_of(account, [document]), revision)
        return True

    async def since(self, account: str, revision: int) -> AsyncIterator[list[Row[Any]]]:
        """Chunks that changed after a revision, deleted ones too, `AT_ONCE` at a time."""
        order = (chunks.c.revision, chunks.c.id)
        new = chunks.c.revision > revision
        while True:
            condition = (chunks.c.account == account) & new
            query = select(chunks).where(condition).order_by(*order).limit(AT_ONCE)
            async with connect_to_read(self.engine) as connection:
                rows = [*await connection.execute(query)]
            if not rows:
                return
            yield rows
            last = rows[-1]
            same = (chunks.c.revision == last.revision) & (chunks.c.id > last.id)
            new = (chunks.c.revision > last.revision) | same

    async def embed(self, account: str, fresh: Sequence[Values]) -> None:
        """Replace the vectors of chunks whose revision is still `read`. Keys of each value: chunk,
        read, bytes, by (the model), split (`SPLIT_VERSION`).
        """
        same = and_(
            chunks.c.account == account,
            chunks.c.id == bindparam("chunk"),
            chunks.c.revision == bindparam("read"),
        )
        async with self.engine.begin() as connection:
            revision = await revisions.next_revision(connection, account)
            change = update(chunks).where(same)
            change = change.values(
                vectors=bindparam("bytes"),
                model=bindparam("by"),
                split_version=bindparam("split"),
                revision=revision,
            )
            await connection.execute(change, [dict(each) for each in fresh])


async def write(
    connection: AsyncConnection,
    account: str,
    revision: int,
    document_rows: Sequence[Values],
    chunk_rows: Sequence[Values],
) -> None:
    """Insert or replace documents with their chunks at this revision; purge old tombstones."""
    now = time.time()
    stamp = {"account": account, "changed": now}
    for some in _split_in_slices(document_rows):
        await _erase_chunks(
            connection, _chunks_of(account, [str(each["id"]) for each in some]), revision
        )
        await revisions.upsert_rows(connection, documents, [{**each, **stamp} for each in some])
    stamp |= {"deleted": False, "revision": revision}
    for some in _split_in_slices(chunk_rows):
        await revisions.upsert_rows(connection, chunks, [{**each, **stamp} for each in some])
    is_old_tombstone = chunks.c.deleted & (chunks.c.changed < now - FORGOTTEN_AFTER)
    await connection.execute(delete(chunks).where(chunks.c.account == account, is_old_tombstone))


async def _erase_chunks(connection: AsyncConnection, which: Any, revision: int) -> None:
    tombstone = BARE | {"revision": revision, "changed": time.time()}
    await connection.execute(update(chunks).where(which, ~chunks.c.deleted).values(**tombstone))


def _split_in_slices(rows: Sequence[Values]) -> list[Sequence[Values]]:
    return [rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)]


def _chunks_of(account: str, ids: Sequence[str]) -> Any:
    return and_(chunks.c.account == account, chunks.c.document.in_(ids))
