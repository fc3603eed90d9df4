"""Adds followers' profiles, segments and their members."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Create profiles, segments and members."""
    op.create_table(
        "follower_profiles",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("pseudonym", sa.String(32), primary_key=True),
        sa.Column("computed", sa.Float, nullable=False),
        sa.Column("recency", sa.Float),
        sa.Column("tenure", sa.Float),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("active_days", "messages", "views", "clicks", "shares", "conversions")
        ),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("peak_hour", sa.Integer),
        sa.Column("mood", sa.Float),
        sa.Column("intent", sa.String),
        sa.Column("interests", JSONB, nullable=False),
        sa.Column("is_following", sa.Boolean, nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("churn_risk", sa.Float),
    )
    op.create_index("follower_profiles_by_stage", "follower_profiles", ["account", "stage"])
    op.create_table(
        "segments",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("changed", sa.Float, nullable=False),
    )
    op.create_index("segments_by_name", "segments", ["account", "name"], unique=True)
    op.create_table(
        "segment_members",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("segment", sa.String(32), primary_key=True),
        sa.Column("pseudonym", sa.String(32), primary_key=True),
        sa.Column("computed", sa.Float, nullable=False),
    )
    op.create_index("segment_members_by_follower", "segment_members", ["account", "pseudonym"])
