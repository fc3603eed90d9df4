"""The tables of the audience: followers' profiles, and segments of followers."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table
from sqlalchemy.dialects.postgresql import JSONB

from app.db.tables.columns import MADE, OWN_ROW, Prose, metadata

# What is known of each follower, computed from events; replaced at each computation. An erasure
# deletes the row.
follower_profiles = Table(
    "follower_profiles",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("pseudonym", String(32), primary_key=True, info=OWN_ROW),
    Column("computed", Float, nullable=False, info=MADE),  # seconds since 1970
    Column("recency", Float),  # days since the last interaction; NULL: none yet
    Column("tenure", Float),  # days since the first event
    Column("active_days", Integer, nullable=False),  # of the last 90, as are the next six
    Column("messages", Integer, nullable=False),
    Column("views", Integer, nullable=False),
    Column("clicks", Integer, nullable=False),
    Column("shares", Integer, nullable=False),
    Column("conversions", Integer, nullable=False),
    Column("value", Float, nullable=False),  # of the conversions
    Column("peak_hour", Integer),  # of China; NULL: not known, as in the next columns
    Column("active_hours", JSONB, nullable=False),  # of China, three at most, the peak first
    Column("mood", Float),  # of messages, -1 to 1
    # Means of 90 to 60, 60 to 30 and 30 to 0 days ago; null in the list: no message.
    Column("moods", JSONB, nullable=False),
    Column("intent", String),  # the most frequent one
    Column("intents", JSONB, nullable=False),  # five at most, the most frequent one first
    Column("interests", JSONB, nullable=False),  # words, the most telling one first
    Column("is_following", Boolean, nullable=False),
    Column("stage", String(16), nullable=False),  # new, active, cooling, dormant, gone
    Column("churn_risk", Float),  # P(no action within 30 days)
    Index("follower_profiles_by_stage", "account", "stage"),
)

# Named groups of followers: by a rule over profiles, or with members that were computed.
segments = Table(
    "segments",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("rule", Prose, nullable=False),  # "" where the members are stored
    Column("description", Prose, nullable=False),
    Column("origin", String(16), nullable=False),  # rule, cluster, lookalike
    Column("author", String(64), nullable=False),
    Column("version", Integer, nullable=False),  # counts edits, from 1
    Column("created", Float, nullable=False),  # seconds since 1970
    Column("changed", Float, nullable=False),
    Index("segments_by_name", "account", "name", unique=True),
)

# The members of segments that aren't a rule. An erasure deletes the row.
segment_members = Table(
    "segment_members",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("segment", String(32), primary_key=True),
    Column("pseudonym", String(32), primary_key=True, info=OWN_ROW),
    Column("computed", Float, nullable=False, info=MADE),  # seconds since 1970
    Index("segment_members_by_follower", "account", "pseudonym"),
)
