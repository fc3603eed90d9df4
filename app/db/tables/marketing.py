"""The tables of the marketing loop."""

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, String, Table
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

# Long work of the marketing loop that waits, runs, or is done; app/marketing/jobs.
marketing_jobs = Table(
    "marketing_jobs",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("author", String(64), nullable=False),
    Column("request", JSONB, nullable=False),  # what was asked for; its fields are the kind's
    Column("state", String(16), nullable=False),  # queued, running, done, failed
    Column("progress", Float, nullable=False),  # 0 to 1
    Column("result", JSONB, nullable=False),  # {} until there is some of it
    Column("reason", Prose, nullable=False),  # why it failed, "" otherwise
    Column("created", Float, nullable=False),  # seconds since 1970, as are the others
    Column("finished", Float),
    Column("leased_by", String(32), nullable=False),
    Column("leased_until", Float, nullable=False),
    Column("tries", Integer, nullable=False),
    Index("marketing_jobs_by_state", "state", "created"),
    Index("marketing_jobs_by_age", "account", "kind", "created"),
)

# Files of marketing jobs that aren't over, in parts.
job_files = Table(
    "job_files",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("job", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),  # of the part, from 0
    Column("content", LargeBinary, nullable=False),
)

# Texts that a person took from a job's variants, to be edited and approved. An article or mass
# message is edited and approved as a post; other texts here, in `versions`.
copy_drafts = Table(
    "copy_drafts",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("author", String(64), nullable=False),
    Column("channel", String(16), nullable=False),  # of the brief: moments, ad, article, ...
    Column("post", String(32), nullable=False),  # "" where the text is no post
    Column("brief", String(32), nullable=False),
    Column("brief_version", Integer, nullable=False),
    Column("origin", JSONB, nullable=False),  # job, variant, model, prompt, tokens, seconds, ...
    Column("review", JSONB, nullable=False),  # of the generated text: claims, findings, faults
    Column("versions", JSONB, nullable=False),  # the generated text first
    Column("version", Integer, nullable=False),  # how many there are
    Column("state", String(16), nullable=False),  # draft, approved, rejected; of a post: draft
    Column("approval", JSONB(none_as_null=True)),
    Column("reason", Prose, nullable=False),  # of a rejection
    Column("created", Float, nullable=False),  # seconds since 1970, as are the others
    Column("changed", Float, nullable=False),
    # What its editors changed, once it is approved: learnt from by a worker.
    Column("learnt", Float),
    Column("approved_text", Prose),
    Column("distance", Float),  # of the generated and the approved text, 0 (equal) to 1
    Index("copy_drafts_by_change", "account", "changed"),
    Index("copy_drafts_by_post", "account", "post"),
    Index("copy_drafts_by_learning", "account", "learnt"),
)
