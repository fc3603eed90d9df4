"""The tables of the marketing loop."""

from sqlalchemy import Column, Float, Index, Integer, String, Table
from sqlalchemy.dialects.postgresql import JSONB

from app.db.tables.columns import Prose, metadata

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

# Texts that are to be written from a brief, are being written, or are written.
copy_jobs = Table(
    "copy_jobs",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("brief", String(32), nullable=False),
    Column("brief_version", Integer, nullable=False),
    Column("author", String(64), nullable=False),
    Column("count", Integer, nullable=False),  # variants that were asked for
    Column("state", String(16), nullable=False),  # queued, running, done, failed
    Column("progress", Float, nullable=False),  # 0 to 1
    Column("variants", JSONB, nullable=False),
    Column("similarity", Float),  # the mean of all pairs of variants; NULL until done
    Column("reason", Prose, nullable=False),  # why it failed, "" otherwise
    Column("created", Float, nullable=False),  # seconds since 1970, as are the others
    Column("finished", Float),
    Column("leased_by", String(32), nullable=False),
    Column("leased_until", Float, nullable=False),
    Column("tries", Integer, nullable=False),
    Index("copy_jobs_by_state", "state", "created"),
    Index("copy_jobs_by_age", "account", "created"),
)
