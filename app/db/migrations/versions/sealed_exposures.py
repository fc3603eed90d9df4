"""Adds what running bandits showed followers first on sealed days."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Create the table. Days that were sealed before aren't read for it."""
    op.create_table(
        "sealed_exposures",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("experiment", sa.String(32), primary_key=True),
        sa.Column("pseudonym", sa.String(32), primary_key=True),
        sa.Column("variant", sa.String(64), nullable=False),
        sa.Column("time", sa.Float, nullable=False),
        sa.Column("recorded", sa.Float, nullable=False),
    )
    op.create_index("sealed_exposures_by_follower", "sealed_exposures", ["account", "pseudonym"])
