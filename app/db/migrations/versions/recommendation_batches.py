"""Adds recommendations for a broadcast."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Create the tables of batches."""
    op.create_table(
        "batch_items",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("batch", sa.String(32), primary_key=True),
        sa.Column("pseudonym", sa.String(32), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("strategy", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("recommendation", sa.String(64), nullable=False),
        sa.Column("is_grouped", sa.Boolean, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("sent", sa.Float),
    )
    op.create_index("batch_items_by_follower", "batch_items", ["account", "pseudonym", "item"])
    op.create_index("batch_items_by_item", "batch_items", ["account", "batch", "item"])
    op.create_table(
        "batch_groups",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("batch", sa.String(32), primary_key=True),
        sa.Column("item", sa.String(64), primary_key=True),
        sa.Column("campaign", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("followers", sa.Integer, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("tag_id", sa.Integer),
        sa.Column("post", sa.String(32), nullable=False),
        sa.Column("exposed", sa.Float),
    )
