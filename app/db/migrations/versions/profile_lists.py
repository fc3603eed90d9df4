"""Adds hours, moods over time and intents to followers' profiles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add the lists, empty until the profiles are computed again."""
    for name in ("active_hours", "moods", "intents"):
        op.add_column(
            "follower_profiles", sa.Column(name, JSONB, nullable=False, server_default="[]")
        )
        op.alter_column("follower_profiles", name, server_default=None)
