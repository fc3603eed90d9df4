"""What must outlive a crash: the record of what was said, why, by which model, how fast."""

from sqlalchemy import Column, Float, Index, MetaData, String, Table, Text
from sqlalchemy.ext.asyncio import AsyncEngine

metadata = MetaData()

turns = Table(
    "turns",
    metadata,
    Column("id", String(300), primary_key=True),  # the delivery: appid:MsgId
    Column("account", String(64), nullable=False),
    Column("openid", String(64), nullable=False),
    Column("said", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("source", String(32), nullable=False),
    Column("intent", String(64)),
    Column("confidence", Float),
    Column("mood", String(16)),
    Column("model", String(64), nullable=False),
    Column("received", Float, nullable=False),  # seconds since 1970
    Column("latency_ms", Float, nullable=False),
    Index("turns_by_user", "account", "openid", "received"),
)


async def create(engine: AsyncEngine) -> None:
    """Make the tables that are missing; safe to run from every worker."""
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
