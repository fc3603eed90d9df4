"""Adds the tables of publishing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create posts, their edits and steps, and uploaded images."""
    _create_posts()
    _create_edits_and_steps()
    _create_images()


def _create_posts() -> None:
    op.create_table(
        "posts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("articles", JSONB, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("audience", JSONB, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("approval", JSONB),
        sa.Column("scheduled_at", sa.Float),
        sa.Column("sent_at", sa.Float),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("changed", sa.Float, nullable=False),
        sa.Column("due", sa.Float),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("leased_by", sa.String(32), nullable=False),
        sa.Column("leased_until", sa.Float, nullable=False),
    )
    op.create_index("posts_by_change", "posts", ["account", "changed"])
    op.create_index("posts_by_due", "posts", ["due"])
    op.create_index("posts_by_time", "posts", ["account", "scheduled_at"])


def _create_edits_and_steps() -> None:
    op.create_table(
        "post_edits",
        sa.Column("post", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("editor", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("diffs", JSONB, nullable=False),
    )
    op.create_table(
        "post_steps",
        sa.Column("post", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("begun", sa.Float, nullable=False),
        sa.Column("ended", sa.Float),
        sa.Column("answer", JSONB, nullable=False),
        sa.Column("platform_id", sa.String(64), nullable=False),
    )
    op.create_index("post_steps_by_platform_id", "post_steps", ["account", "platform_id"])


def _create_images() -> None:
    op.create_table(
        "uploaded_images",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("media_id", sa.String(128), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("uploaded", sa.Float, nullable=False),
    )
