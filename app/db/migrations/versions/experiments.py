"""Adds the tables of experiments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the experiments and the log of their changes."""
    op.create_table(
        "experiments",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("namespace", sa.String(64), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("plan", JSONB, nullable=False),
        sa.Column("run", JSONB),
        sa.Column("buckets", JSONB, nullable=False),
        sa.Column("periods", JSONB, nullable=False),
        sa.Column("started", sa.Float),
        sa.Column("ended", sa.Float),
        sa.Column("chosen", sa.String(64), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False),
    )
    op.create_index("experiments_by_age", "experiments", ["account", "created"])
    op.create_index("experiments_by_state", "experiments", ["state", "account", "namespace"])
    op.create_table(
        "experiment_changes",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("experiment", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("details", JSONB, nullable=False),
    )
