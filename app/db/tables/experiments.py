"""The tables of experiments. Exposures and conversions are rows of `events`."""

from sqlalchemy import Column, Float, Index, Integer, String, Table
from sqlalchemy.dialects.postgresql import JSONB

from app.db.tables.columns import MADE, OWN_ROW, metadata

experiments = Table(
    "experiments",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("version", Integer, nullable=False),  # counts the changes
    Column("state", String(16), nullable=False),  # draft, running, stopped, decided
    Column("namespace", String(64), nullable=False),
    Column("author", String(64), nullable=False),
    Column("created", Float, nullable=False),  # seconds since 1970, as are the others
    Column("plan", JSONB, nullable=False),
    Column("run", JSONB(none_as_null=True)),  # how many exposures are needed; NULL: not planned
    Column("buckets", JSONB, nullable=False),  # of the namespace, [start, end) each
    Column("periods", JSONB, nullable=False),  # the shares from a time on
    Column("started", Float),
    Column("ended", Float),
    Column("chosen", String(64), nullable=False),  # the variant decided for; "": none
    Column("decided_by", String(64), nullable=False),
    Index("experiments_by_age", "account", "created"),
    Index("experiments_by_state", "state", "account", "namespace"),
)

# What running bandits showed followers first, of sealed days: their events are in files.
sealed_exposures = Table(
    "sealed_exposures",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("experiment", String(32), primary_key=True),
    Column("pseudonym", String(32), primary_key=True, info=OWN_ROW),
    Column("variant", String(64), nullable=False),
    Column("time", Float, nullable=False),  # seconds since 1970
    Column("recorded", Float, nullable=False, info=MADE),  # seconds since 1970
    Index("sealed_exposures_by_follower", "account", "pseudonym"),
)

# Who changed an experiment, when and how; a row for each version.
experiment_changes = Table(
    "experiment_changes",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("experiment", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("by", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("details", JSONB, nullable=False),
)
