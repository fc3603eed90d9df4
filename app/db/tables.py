"""What must outlive a crash: the record of what was said and why, and what accounts know."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
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

# Workers read what has a higher revision than they know: a deleted entry stays as a bare row.
knowledge = Table(
    "knowledge",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("question", Text, nullable=False),
    Column("variants", JSON, nullable=False),
    Column("answer", Text, nullable=False),
    Column("vectors", LargeBinary, nullable=False),  # fp16, a row for each question and variant
    Column("model", String(64), nullable=False),  # that made the vectors
    Column("deleted", Boolean, nullable=False),
    Column("changed", Float, nullable=False),  # seconds since 1970
    Column("revision", Integer, nullable=False),
    Index("knowledge_by_revision", "account", "revision"),
)

knowledge_revisions = Table(
    "knowledge_revisions",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("revision", Integer, nullable=False),
)

# What an operator writes for an account as a whole, such as its rules: one document each.
books = Table(
    "books",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("content", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed", Float, nullable=False),  # seconds since 1970
)


# Questions that nothing an account knows answers. Whose they were isn't kept.
gaps = Table(
    "gaps",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("text", Text, nullable=False),  # personal data masked
    Column("vector", LargeBinary, nullable=False),  # fp16, of the text as it stands here
    Column("model", String(64), nullable=False),  # that made the vector; "" while none has
    Column("times", Integer, nullable=False),  # it was asked
    Column("first", Float, nullable=False),  # seconds since 1970
    Column("last", Float, nullable=False),  # seconds since 1970
    Column("state", String(16), nullable=False),  # open, dismissed, answered
    Column("entry", String(32), nullable=False),  # that answers it; "" while none does
    Index("gaps_by_age", "account", "last"),
    Index("gaps_by_model", "state", "model"),
)

# Who let an answer to such questions go live: kept when the entry is changed or gone.
gap_approvals = Table(
    "gap_approvals",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("gap", String(32), nullable=False),
    Column("entry", String(32), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("approved_by", String(64), nullable=False),
    Column("approved", Float, nullable=False),  # seconds since 1970
    Index("gap_approvals_by_entry", "account", "entry"),
)


async def create(engine: AsyncEngine) -> None:
    """Make the tables that are missing; safe to run from every worker."""
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
