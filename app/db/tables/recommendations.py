"""The tables of recommendations for a broadcast: what each follower gets, and common items."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table

from app.db.tables.columns import MADE, OWN_ROW, Prose, metadata

# An item for a follower in a batch. An erasure deletes the row.
batch_items = Table(
    "batch_items",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("batch", String(32), primary_key=True),  # the id of its job
    Column("pseudonym", String(32), primary_key=True, info=OWN_ROW),
    Column("place", Integer, primary_key=True),  # from 1, the best item first
    Column("item", String(64), nullable=False),
    Column("strategy", String(64), nullable=False),
    Column("reason", Prose, nullable=False),  # that the follower may read
    Column("recommendation", String(64), nullable=False),  # the id of the answer
    Column("is_grouped", Boolean, nullable=False),  # whether the post of the item's group tells it
    Column("created", Float, nullable=False, info=MADE),  # seconds since 1970
    Column("sent", Float),  # since when the follower has it; NULL: not sent
    Index("batch_items_by_follower", "account", "pseudonym", "item"),
    Index("batch_items_by_item", "account", "batch", "item"),
)

# Followers of a batch with an item in common, whom a mass send to a tag reaches.
batch_groups = Table(
    "batch_groups",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("batch", String(32), primary_key=True),
    Column("item", String(64), primary_key=True),
    Column("campaign", String(64), nullable=False),
    Column("number", Integer, nullable=False),  # from 1, the largest group first
    Column("followers", Integer, nullable=False),
    Column("created", Float, nullable=False),  # seconds since 1970
    Column("tag_id", Integer),  # NULL until the group has a tag of the platform
    Column("post", String(32), nullable=False),  # its draft; "" until there is one
    Column("exposed", Float),  # when the exposures of the sent post were recorded
)
