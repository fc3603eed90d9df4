"""Adds the table of jobs that write copy."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the jobs."""
    op.create_table(
        "copy_jobs",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("brief", sa.String(32), nullable=False),
        sa.Column("brief_version", sa.Integer, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("variants", JSONB, nullable=False),
        sa.Column("similarity", sa.Float),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("finished", sa.Float),
        sa.Column("leased_by", sa.String(32), nullable=False),
        sa.Column("leased_until", sa.Float, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
    )
    op.create_index("copy_jobs_by_state", "copy_jobs", ["state", "created"])
    op.create_index("copy_jobs_by_age", "copy_jobs", ["account", "created"])
