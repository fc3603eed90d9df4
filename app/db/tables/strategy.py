"""The table of proposals."""

from sqlalchemy import Column, Float, Index, String, Table, text
from sqlalchemy.dialects.postgresql import JSONB

from app.db.tables.columns import Prose, metadata

# What a night proposed to do next, and what a person decided.
proposals = Table(
    "proposals",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("created", Float, nullable=False),  # seconds since 1970
    Column("content", JSONB, nullable=False),  # kind, subject, title, reason, prediction, plan ...
    Column("subject", String(200), nullable=False),  # an open one isn't proposed again
    Column("state", String(16), nullable=False),  # open, accepted, declined, expired
    Column("decided", Float),
    Column("decided_by", String(64), nullable=False),
    Column("reason", Prose, nullable=False),  # of the decision
    Column("experiment", String(32), nullable=False),  # made of the plan; "" for none
    Index("proposals_by_age", "account", "created"),
    Index(
        "proposals_open", "account", "subject", unique=True,
        postgresql_where=text("state = 'open'"),
    ),
)  # fmt: skip
