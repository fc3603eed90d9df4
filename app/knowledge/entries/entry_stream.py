"""Reads entries of an account without their vectors, for exports and other readers."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncResult

from app.db.engines import connect_to_read
from app.db.tables import knowledge
from app.messages.values import Answer, answer_from_json

AT_ONCE = 500

_COLUMNS = knowledge.c.id, knowledge.c.question, knowledge.c.variants, knowledge.c.answer


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry without its vectors."""

    id: str
    question: str
    variants: list[str]
    answer: Answer


async def stream_entries(engine: AsyncEngine, account: str) -> AsyncIterator[list[EntryRow]]:
    """All entries in the order of ids, `AT_ONCE` at a time, from one consistent snapshot."""
    query = select(*_COLUMNS).where(_entries_of(account)).order_by(knowledge.c.id)
    async with engine.connect() as connection:
        rows: AsyncResult[Any] = await connection.stream(query)
        async for part in rows.partitions(AT_ONCE):
            yield [_parsed(each) for each in part]


async def read_entries(engine: AsyncEngine, account: str, ids: Sequence[str]) -> list[EntryRow]:
    """The entries of these ids that exist."""
    if not ids:
        return []
    query = select(*_COLUMNS).where(_entries_of(account), knowledge.c.id.in_(ids))
    async with connect_to_read(engine) as connection:
        return [_parsed(each) for each in await connection.execute(query)]


async def newest_questions(engine: AsyncEngine, account: str, limit: int) -> list[str]:
    """The questions of the `limit` entries that changed last, newest first."""
    newest = knowledge.c.changed.desc(), knowledge.c.id
    query = select(knowledge.c.question).where(_entries_of(account)).order_by(*newest).limit(limit)
    async with connect_to_read(engine) as connection:
        return [*(await connection.execute(query)).scalars()]


def _parsed(row: Any) -> EntryRow:
    return EntryRow(row.id, row.question, row.variants, answer_from_json(row.answer))


def _entries_of(account: str) -> Any:
    return and_(knowledge.c.account == account, ~knowledge.c.deleted)
