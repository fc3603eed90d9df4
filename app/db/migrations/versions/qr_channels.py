"""Adds the tables of QR channels and of what followers did by their codes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create QR channels and scan events."""
    _create_channels()
    _create_events()


def _create_channels() -> None:
    op.create_table(
        "qr_channels",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("scene", sa.String(64), nullable=False),
        sa.Column("is_number", sa.Boolean, nullable=False),
        sa.Column("is_lasting", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("ticket", sa.String(256), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Float),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("retired_at", sa.Float),
        sa.Column("retired_by", sa.String(64), nullable=False),
    )
    op.create_index("qr_channels_by_scene", "qr_channels", ["account", "scene"], unique=True)
    op.create_index("qr_channels_by_age", "qr_channels", ["account", "created"])


def _create_events() -> None:
    op.create_table(
        "scan_events",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("scene", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("pseudonym", sa.String(32), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("scan_events_by_scene", "scan_events", ["account", "scene", "at"])
    op.create_index("scan_events_by_follower", "scan_events", ["account", "pseudonym"])
