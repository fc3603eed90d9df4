"""The tables of gaps (unanswered questions): reasons, agents' answers and approvals."""

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, String, Table

from app.db.tables.columns import Prose, metadata

# Questions that the knowledge base doesn't answer. The follower isn't stored.
gaps = Table(
    "gaps",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("text", Prose, nullable=False),  # personal data masked
    Column("vector", LargeBinary, nullable=False),  # fp16, of the text as it stands here
    Column("model", String, nullable=False),  # that made the vector; "" while none has
    Column("times", Integer, nullable=False),  # how often it was asked
    Column("first", Float, nullable=False),  # seconds since 1970
    Column("last", Float, nullable=False),  # seconds since 1970
    Column("state", String(16), nullable=False),  # open, dismissed, answered
    Column("entry", String(32), nullable=False),  # that answers it; "" while none does
    Index("gaps_by_age", "account", "last"),
    Index("gaps_by_model", "state", "model"),
)

# Why gaps are listed. A gap may have several reasons.
gap_reasons = Table(
    "gap_reasons",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("gap", String(32), primary_key=True),
    Column("reason", String(32), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last", Float, nullable=False),  # seconds since 1970
)

# Agents' answers to gaps. The follower isn't stored.
gap_answers = Table(
    "gap_answers",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("gap", String(32), primary_key=True),
    Column("text", Prose, nullable=False),
    Column("agent", String(64), nullable=False),
    Column("at", Float, nullable=False),  # seconds since 1970
)

# Who approved an entry made from gaps: stays when the entry is changed or deleted.
gap_approvals = Table(
    "gap_approvals",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("gap", String(32), nullable=False),
    Column("entry", String(32), nullable=False),
    Column("question", Prose, nullable=False),
    Column("answer", Prose, nullable=False),
    Column("approved_by", String(64), nullable=False),
    Column("approved", Float, nullable=False),  # seconds since 1970
    Index("gap_approvals_by_entry", "account", "entry"),
)
