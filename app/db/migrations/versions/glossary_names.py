"""Renames a table and columns to the words of the glossary."""

from alembic import op

revision = "0003"
down_revision = "0002"

COLUMNS = (
    ("imports", "filed", "created"),
    ("imports", "holder", "leased_by"),
    ("imports", "held_until", "leased_until"),
    ("chunks", "parting", "split_version"),
)


def upgrade() -> None:
    """Rename the table of account documents, and columns of imports and chunks."""
    op.rename_table("books", "account_documents")
    for table, old, new in COLUMNS:
        op.alter_column(table, old, new_column_name=new)
