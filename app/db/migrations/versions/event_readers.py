"""Adds the index by which new events are read, and when sealed files forgot a follower."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Create the index; add the time to anonyms."""
    op.create_index("events_by_recording", "events", ["account", "recorded"])
    op.add_column("anonyms", sa.Column("rewritten", sa.Float))
