"""Adds proposals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Create the table of proposals."""
    op.create_table(
        "proposals",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("decided", sa.Float),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("experiment", sa.String(32), nullable=False),
    )
    op.create_index("proposals_by_age", "proposals", ["account", "created"])
    op.create_index(
        "proposals_open", "proposals", ["account", "subject"], unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )  # fmt: skip
