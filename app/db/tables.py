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

# What the law wants known of texts that a model made, six months long: which model, when, for a
# follower under a pseudonym. Neither text nor openid, so it outlives the follower's own data.
generations = Table(
    "generations",
    metadata,
    Column("id", String(64), primary_key=True),  # a keyed hash of the delivery's id
    Column("account", String(64), nullable=False),
    Column("pseudonym", String(32), nullable=False),
    Column("model", String(128), nullable=False),
    Column("digest", String(64), nullable=False),  # a keyed hash of the text: proves, tells nothing
    Column("labelled", Boolean, nullable=False),
    Column("received", Float, nullable=False),  # seconds since 1970
    Index("generations_by_time", "received"),
)


async def create(engine: AsyncEngine) -> None:
    """Make the tables that are missing; safe to run from every worker."""
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
