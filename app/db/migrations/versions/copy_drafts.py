"""Adds the table of texts that people take from generated variants, edit and approve."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Create the drafts."""
    op.create_table(
        "copy_drafts",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("post", sa.String(32), nullable=False),
        sa.Column("brief", sa.String(32), nullable=False),
        sa.Column("brief_version", sa.Integer, nullable=False),
        sa.Column("origin", JSONB, nullable=False),
        sa.Column("review", JSONB, nullable=False),
        sa.Column("versions", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("approval", JSONB(none_as_null=True)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("changed", sa.Float, nullable=False),
        sa.Column("learnt", sa.Float),
        sa.Column("approved_text", sa.Text),
        sa.Column("distance", sa.Float),
    )
    op.create_index("copy_drafts_by_change", "copy_drafts", ["account", "changed"])
    op.create_index("copy_drafts_by_post", "copy_drafts", ["account", "post"])
    op.create_index("copy_drafts_by_learning", "copy_drafts", ["account", "learnt"])
