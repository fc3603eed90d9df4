"""Adds the tables of sealed days and of erased pseudonyms; links articles to items."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Create sealed days and anonyms; add the platform's id of an article to items."""
    op.create_table(
        "sealed_days",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("sealed_at", sa.Float, nullable=False),
    )
    op.create_table(
        "anonyms",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("pseudonym", sa.String(32), primary_key=True),
        sa.Column("anonym", sa.String(32), nullable=False),
        sa.Column("until", sa.Float, nullable=False),
    )
    op.add_column("items", sa.Column("msgid", sa.String(64), nullable=False, server_default=""))
