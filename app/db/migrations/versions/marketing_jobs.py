"""Makes one table of all jobs of the marketing loop; those that wrote copy move there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Create the jobs, move those that wrote copy, and drop their table."""
    op.create_table(
        "marketing_jobs",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("request", JSONB, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("result", JSONB, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("finished", sa.Float),
        sa.Column("leased_by", sa.String(32), nullable=False),
        sa.Column("leased_until", sa.Float, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
    )
    op.create_index("marketing_jobs_by_state", "marketing_jobs", ["state", "created"])
    op.create_index("marketing_jobs_by_age", "marketing_jobs", ["account", "kind", "created"])
    op.execute(
        "INSERT INTO marketing_jobs SELECT account, id, 'copy', author,"
        " jsonb_build_object('brief', brief, 'brief_version', brief_version, 'count', count),"
        " state, progress,"
        " CASE WHEN state = 'done' THEN"
        " jsonb_build_object('variants', variants, 'similarity', similarity)"
        " ELSE '{}'::jsonb END,"
        " reason, created, finished, leased_by, leased_until, tries FROM copy_jobs"
    )
    op.drop_table("copy_jobs")
