"""The tables of QR channels, scans of their codes, reviewed content, and short keys."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table
from sqlalchemy.dialects.postgresql import JSONB

from app.db.tables.columns import MADE, PSEUDONYM, Prose, metadata

# Where followers come from, such as a poster or a shop: a QR code with a scene of its own.
qr_channels = Table(
    "qr_channels",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("name", String(64), nullable=False),
    Column("scene", String(64), nullable=False),  # as the platform's events name it
    Column("is_number", Boolean, nullable=False),  # the code has a scene_id, not a scene_str
    Column("is_lasting", Boolean, nullable=False),
    Column("note", Prose, nullable=False),
    Column("author", String(64), nullable=False),
    Column("ticket", String(256), nullable=False),
    Column("url", Prose, nullable=False),  # what the picture holds
    Column("expires_at", Float),  # seconds since 1970, as are the others; NULL: never
    Column("created", Float, nullable=False),
    Column("retired_at", Float),
    Column("retired_by", String(64), nullable=False),  # "" while it is in use
    Index("qr_channels_by_scene", "account", "scene", unique=True),
    Index("qr_channels_by_age", "account", "created"),
)

# Follows and scans by a QR code, and what became of the follows. A row stays when the follower's
# data is erased, without the pseudonym: it is a count then.
scan_events = Table(
    "scan_events",
    metadata,
    Column("id", String(64), primary_key=True),  # a keyed hash of the delivery's id
    Column("account", String(64), nullable=False),
    Column("scene", String(64), nullable=False),
    Column("kind", String(16), nullable=False),  # follow, scan, unfollow
    Column("pseudonym", String(32), nullable=False, info=PSEUDONYM),  # "" after an erasure
    Column("at", Float, nullable=False, info=MADE),  # seconds since 1970
    Index("scan_events_by_scene", "account", "scene", "at"),
    Index("scan_events_by_follower", "account", "pseudonym"),
)

# Menus and welcome texts: followers meet them once a named person has approved the version.
reviewed_contents = Table(
    "reviewed_contents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("kind", String(16), nullable=False),  # menu, welcome
    Column("author", String(64), nullable=False),
    Column("content", JSONB, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),  # counts edits, from 1
    Column("approval", JSONB(none_as_null=True)),
    Column("live", JSONB(none_as_null=True)),  # what followers meet now; NULL: nothing of it
    Column("reason", Prose, nullable=False),  # of a rejection or a withdrawal
    Column("created", Float, nullable=False),  # seconds since 1970
    Column("changed", Float, nullable=False),
    Index("reviewed_contents_by_change", "account", "kind", "changed"),
)

# Every version of reviewed content: who wrote it, and how it differs from the version before.
content_edits = Table(
    "content_edits",
    metadata,
    Column("content", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("account", String(64), nullable=False),
    Column("editor", String(64), nullable=False),
    Column("at", Float, nullable=False),  # seconds since 1970
    Column("diffs", JSONB, nullable=False),  # a unified diff for each changed field
)

# Short keys: 15 characters of the platform that stand for a long text until they expire.
short_keys = Table(
    "short_keys",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("short_key", String(64), primary_key=True),
    Column("long_data", Prose, nullable=False),
    Column("note", Prose, nullable=False),
    Column("author", String(64), nullable=False),
    Column("created", Float, nullable=False),  # seconds since 1970
    Column("expires_at", Float, nullable=False),  # seconds since 1970
    Index("short_keys_by_age", "account", "created"),
)
