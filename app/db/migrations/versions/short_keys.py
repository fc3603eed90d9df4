"""Adds the table of short keys."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create short keys."""
    op.create_table(
        "short_keys",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("short_key", sa.String(64), primary_key=True),
        sa.Column("long_data", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
    )
    op.create_index("short_keys_by_age", "short_keys", ["account", "created"])
