"""Converts the answers of entries, approvals and the outbox to the JSON of messages."""

from alembic import op

from app.db.stored_answers import convert_answers

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Convert all stored answers."""
    convert_answers(op.get_bind(), "rest")
