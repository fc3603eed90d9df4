"""The tables of the marketing loop."""

from sqlalchemy import Column, Float, Index, Integer, String, Table
from sqlalchemy.dialects.postgresql import JSONB

from app.db.tables.columns import metadata

# What is to be written about, a row for each version: an older version stays, since generated
# texts name the one that they were made from.
briefs = Table(
    "briefs",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("content", JSONB, nullable=False),
    Column("author", String(64), nullable=False),
    Column("created", Float, nullable=False),  # seconds since 1970
    Index("briefs_by_age", "account", "created"),
)
