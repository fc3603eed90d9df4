"""Revisions of knowledge bases: workers read the rows with a higher revision than they have."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import knowledge_revisions


async def latest_revisions(engine: AsyncEngine) -> dict[str, int]:
    """The latest revision of each account that has a knowledge base."""
    async with connect_to_read(engine) as connection:
        rows = await connection.execute(select(knowledge_revisions))
        return {row.account: row.revision for row in rows}


async def next_revision(connection: AsyncConnection, account: str) -> int:
    """Increment and return the account's revision; locks it until the transaction ends."""
    result = await connection.execute(
        insert(knowledge_revisions)
        .values(account=account, revision=1)
        .on_conflict_do_update(
            index_elements=["account"],
            set_={"revision": knowledge_revisions.c.revision + 1},
        )
        .returning(knowledge_revisions.c.revision)
    )
    return int(result.scalar_one())


async def upsert_rows(
    connection: AsyncConnection, table: Table, values: Sequence[dict[str, Any]]
) -> None:
    """Insert rows, or update those with the same account and id; all must have the same columns."""
    statement = insert(table)
    fresh = {name: statement.excluded[name] for name in values[0] if name not in {"account", "id"}}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["account", "id"], set_=fresh), values
    )
