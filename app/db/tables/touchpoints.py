"""The tables of QR channels, of what followers did by their codes, and of short keys."""

from sqlalchemy import Boolean, Column, Float, Index, String, Table

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
