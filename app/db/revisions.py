"""The count of changes of what an account knows: workers read what has a higher one than theirs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.tables import knowledge_revisions


async def latest_revisions(engine: AsyncEngine) -> dict[str, int]:
    """Of every account that knows something."""
    async with engine.connect() as connection:
        rows = await connection.execute(select(knowledge_revisions))
        return {row.account: row.revision for row in rows}


async def next_revision(connection: AsyncConnection, account: str) -> int:
    """The account's next revision; whoever asks next waits until this one is committed."""
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
    """Insert rows, all with the same columns, or change those of the same account and id."""
    statement = insert(table)
    fresh = {name: statement.excluded[name] for name in values[0] if name not in {"account", "id"}}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["account", "id"], set_=fresh), values
    )
