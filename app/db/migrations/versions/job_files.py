"""Adds the files of marketing jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Create the table of files in parts."""
    op.create_table(
        "job_files",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("job", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
