"""Renames columns to the words of the glossary; times end in `_at`."""

from alembic import op

revision = "0013"
down_revision = "0012"

COLUMNS = (
    ("conversations", "opened", "opened_at"),
    ("conversations", "taken", "taken_at"),
    ("conversations", "last", "last_active_at"),
    ("conversations", "closed", "closed_at"),
    ("conversations", "ended", "end_reason"),
    ("outbox", "rest", "remaining"),
    ("outbox", "carrier", "sent_with"),
    ("outbox", "boarded", "reserved_at"),
    ("post_steps", "begun", "begun_at"),
    ("post_steps", "ended", "ended_at"),
    ("turns", "said", "text"),
    ("turns", "mood", "sentiment"),
    ("citations", "cited", "source_id"),
)


def upgrade() -> None:
    """Rename the columns; indexes follow."""
    for table, old, new in COLUMNS:
        op.alter_column(table, old, new_column_name=new)
