"""Adds the tables of events and items."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create events and items."""
    _create_events()
    _create_items()


def _create_events() -> None:
    names = ("item", "campaign", "experiment", "variant", "unit", "recommendation", "strategy")
    op.create_table(
        "events",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("time", sa.Float, nullable=False),
        sa.Column("recorded", sa.Float, nullable=False),
        sa.Column("pseudonym", sa.String(32), nullable=False),
        *(sa.Column(name, sa.String(64), nullable=False) for name in names),
        sa.Column("value", sa.Float),
        sa.Column("properties", JSONB, nullable=False),
    )
    op.create_index("events_by_time", "events", ["account", "time"])
    op.create_index("events_by_follower", "events", ["account", "pseudonym"])
    op.create_index(
        "events_by_experiment",
        "events",
        ["account", "experiment", "time"],
        postgresql_where=sa.text("experiment <> ''"),
    )


def _create_items() -> None:
    op.create_table(
        "items",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("title", "text")),
        sa.Column("tags", JSONB, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("link", "cover")),
        sa.Column("published", sa.Float),
        sa.Column("expires", sa.Float),
        sa.Column("hidden", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("created", "changed")),
        sa.Column("deleted", sa.Float),
    )
    op.create_index("items_by_change", "items", ["account", "changed"])
