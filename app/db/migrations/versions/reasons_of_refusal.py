"""Adds why an outbox message was given up, and why an agent's reply was never delivered."""

from alembic import op
from sqlalchemy import Column, String

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add a column to each of the two tables; "" for the rows that there are."""
    for table, name in (("outbox", "drop_reason"), ("conversation_messages", "refusal")):
        op.add_column(table, Column(name, String(16), nullable=False, server_default=""))
