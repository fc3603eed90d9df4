"""Agents' answers to gaps in the database: the latest one of each gap."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import gap_answers
from app.knowledge.gaps.values import AgentAnswer


async def store_answer(engine: AsyncEngine, account: str, answer: AgentAnswer) -> None:
    """Store an agent's answer, unless a later one to the same gap is stored."""
    write = insert(gap_answers)
    row = {"account": account, "gap": answer.gap, "text": answer.text,
           "agent": answer.agent, "at": answer.at}  # fmt: skip
    fresh = {name: write.excluded[name] for name in ("text", "agent", "at")}
    change = write.on_conflict_do_update(
        index_elements=["account", "gap"], set_=fresh, where=gap_answers.c.at <= answer.at
    )
    async with engine.begin() as connection:
        await connection.execute(change, row)


async def read_answers(engine: AsyncEngine, account: str) -> dict[str, AgentAnswer]:
    """Gap -> the latest answer of an agent."""
    mine = select(gap_answers).where(gap_answers.c.account == account)
    async with connect_to_read(engine) as connection:
        rows = await connection.execute(mine)
        return {row.gap: AgentAnswer(row.gap, row.text, row.agent, row.at) for row in rows}
