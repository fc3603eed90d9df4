"""The tables of the knowledge base: entries, documents and chunks."""

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, LargeBinary, String, Table

from app.db.tables.columns import Prose, metadata

# Entries. Workers read rows above their own revision: a deleted entry stays as an empty row.
knowledge = Table(
    "knowledge",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("question", Prose, nullable=False),
    Column("variants", JSON, nullable=False),
    Column("answer", Prose, nullable=False),
    Column("vectors", LargeBinary, nullable=False),  # fp16, a row for each question and variant
    Column("model", String, nullable=False),  # that made the vectors
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

# Documents, and the chunks that are searched and cited. Chunks and entries share the account's
# revisions: one import is one revision.
documents = Table(
    "documents",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("title", Prose, nullable=False),
    Column("source", Prose, nullable=False),  # the file, as it was named
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
    Column("title", Prose, nullable=False),  # of the document and of the headings above the text
    Column("source", Prose, nullable=False),
    Column("text", Prose, nullable=False),
    Column("vectors", LargeBinary, nullable=False),  # fp16, a row for each of its searched texts
    Column("split_version", Integer, nullable=False),  # of the splitting into searched texts
    Column("model", String, nullable=False),  # that made the vectors
    Column("deleted", Boolean, nullable=False),  # an empty row, until every worker has read it
    Column("changed", Float, nullable=False),  # seconds since 1970
    Column("revision", Integer, nullable=False),
    Index("chunks_by_revision", "account", "revision"),
    Index("chunks_by_document", "account", "document", "place"),
)
