"""Adds the segments of mass messages, and the ledger of the frequency cap."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_KEY = ["post", "version", "name", "segment"]
# Before, an audience was one tag or all followers.
_RENAME_TAGS = """
    UPDATE posts SET audience = jsonb_build_object('tag_ids',
        CASE WHEN audience ->> 'tag_id' IS NULL THEN '[]'::jsonb
        ELSE jsonb_build_array(audience -> 'tag_id') END)
"""


def upgrade() -> None:
    """Give steps a segment, audiences a list of tags; create the ledger."""
    op.add_column(
        "post_steps", sa.Column("segment", sa.Integer, nullable=False, server_default="0")
    )
    op.drop_constraint("post_steps_pkey", "post_steps", type_="primary")
    op.create_primary_key("post_steps_pkey", "post_steps", _KEY)
    op.execute(_RENAME_TAGS)
    _create_ledger()


def _create_ledger() -> None:
    op.create_table(
        "marketing_messages",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("follower", sa.String(32), primary_key=True),
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("month", sa.String(6), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index(
        "marketing_messages_by_month", "marketing_messages", ["account", "month", "follower"]
    )
    op.create_index("marketing_messages_by_source", "marketing_messages", ["source"])
