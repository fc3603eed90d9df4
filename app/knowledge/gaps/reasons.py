"""Why gaps were reported, in the database: a count for each gap and reason."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import gap_reasons
from app.knowledge.gaps.values import SeenQuestion

# Reasons of gaps that did get an answer: finding that answer again doesn't close them.
DOUBTFUL = frozenset({"low_confidence", "rejected", "handed_over"})


async def add_reasons(
    connection: AsyncConnection, account: str, questions: Sequence[SeenQuestion], now: float
) -> None:
    """Add the questions' reasons to the counts, inside the caller's transaction."""
    rows = [
        {"account": account, "gap": each.id, "reason": reason, "times": times, "last": now}
        for each in sorted(questions, key=lambda each: each.id)
        for reason, times in sorted(each.reasons.items())
    ]
    if rows:
        write = insert(gap_reasons)
        total = gap_reasons.c.times + write.excluded.times
        change = {"times": total, "last": write.excluded.last}
        keys = ["account", "gap", "reason"]
        await connection.execute(
            write.on_conflict_do_update(index_elements=keys, set_=change), rows
        )


async def read_reasons(engine: AsyncEngine, account: str) -> dict[str, dict[str, int]]:
    """Gap -> reason -> how often the gap was reported for that reason."""
    columns = gap_reasons.c.gap, gap_reasons.c.reason, gap_reasons.c.times
    reasons: dict[str, dict[str, int]] = {}
    async with connect_to_read(engine) as connection:
        mine = select(*columns).where(gap_reasons.c.account == account)
        for row in await connection.execute(mine):
            reasons.setdefault(row.gap, {})[row.reason] = row.times
    return reasons
