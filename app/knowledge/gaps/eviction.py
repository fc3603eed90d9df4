"""Deletes gaps of an account that has too many."""

from collections.abc import Sequence

from sqlalchemy import and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.tables import gap_answers, gap_reasons, gaps

AT_ONCE = 500  # ids in one statement


async def evict_gaps(connection: AsyncConnection, account: str, most: int) -> None:
    """Delete what exceeds `most` gaps: least asked, then oldest; spares the newest half."""
    mine = gaps.c.account == account
    count_result = await connection.execute(select(func.count()).select_from(gaps).where(mine))
    over = int(count_result.scalar_one()) - most
    if over <= 0:
        return
    newest = gaps.c.last.desc(), gaps.c.id
    old = select(gaps.c.id, gaps.c.times, gaps.c.last).where(mine).order_by(*newest)
    rest = old.offset(most // 2).limit(most + over).subquery()
    out = select(rest.c.id).order_by(rest.c.times, rest.c.last, rest.c.id).limit(over)
    evicted_ids = (await connection.execute(out)).scalars().all()
    for at in range(0, len(evicted_ids), AT_ONCE):
        await _delete_gaps(connection, account, evicted_ids[at : at + AT_ONCE])


async def _delete_gaps(connection: AsyncConnection, account: str, ids: Sequence[str]) -> None:
    """Delete gaps with their reasons and agents' answers."""
    await connection.execute(delete(gaps).where(gaps.c.account == account, gaps.c.id.in_(ids)))
    for beside in (gap_reasons, gap_answers):
        theirs = and_(beside.c.account == account, beside.c.gap.in_(ids))
        await connection.execute(delete(beside).where(theirs))
