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

# An account's documents, and the pieces they are searched and cited by. Chunks share the
# account's revisions with its entries: one import is one revision.
documents = Table(
    "documents",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("title", Text, nullable=False),
    Column("source", Text, nullable=False),  # the file, as it was named
    Column("chunks", Integer, nullable=False),  # how many
    Column("changed", Float, nullable=False),  # seconds since 1970
)

chunks = Table(
    "chunks",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("document", String(32), nullable=False),
    Column("place", Integer, nullable=False),  # in the document, from 0
    Column("title", Text, nullable=False),  # of the document and of the headings above the text
    Column("source", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("vectors", LargeBinary, nullable=False),  # fp16, a row for each of its searched texts
    Column("parting", Integer, nullable=False),  # the way of making searched texts
    Column("model", String(64), nullable=False),  # that made the vectors
    Column("deleted", Boolean, nullable=False),  # the bare row stays until every worker has seen it
    Column("changed", Float, nullable=False),  # seconds since 1970
    Column("revision", Integer, nullable=False),
    Index("chunks_by_revision", "account", "revision"),
    Index("chunks_by_document", "account", "document", "place"),
)

# Files on their way into the knowledge base. What a worker holds is its own until the lease ends.
imports = Table(
    "imports",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("skip_faulty", Boolean, nullable=False),
    Column("filed", Float, nullable=False),  # seconds since 1970, as are the others
    Column("holder", String(32), nullable=False),  # the worker at it
    Column("held_until", Float, nullable=False),
    Column("tries", Integer, nullable=False),  # workers that began
    Column("done", Integer, nullable=False),  # texts embedded, of `total`
    Column("total", Integer, nullable=False),
    Column("report", JSON, nullable=False),
    Index("imports_by_state", "state", "filed"),
)

# Erased when the import is over.
import_files = Table(
    "import_files",
    metadata,
    Column("import_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)


async def create(engine: AsyncEngine) -> None:
    """Make the tables that are missing; safe to run from every worker."""
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
