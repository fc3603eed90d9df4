"""The tables of events and items."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.db.tables.columns import (
    ANONYMISED,
    MADE,
    MADE_OF_PSEUDONYM,
    PERSONAL,
    Prose,
    metadata,
)

# What followers did and were shown. A row stays when the follower's data is erased, with a random
# id instead of the pseudonym and without unit and properties: counts of people stay.
events = Table(
    "events",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(64), primary_key=True, info=MADE_OF_PSEUDONYM),
    Column("kind", String(16), nullable=False),
    Column("time", Float, nullable=False),  # seconds since 1970
    Column("recorded", Float, nullable=False, info=MADE),  # seconds since 1970
    Column("pseudonym", String(32), nullable=False, info=ANONYMISED),  # "" for an unknown reader
    Column("item", String(64), nullable=False),  # "" as in the next: does not apply
    Column("campaign", String(64), nullable=False),
    Column("experiment", String(64), nullable=False),
    Column("variant", String(64), nullable=False),
    Column("unit", String(64), nullable=False, info=PERSONAL),
    Column("recommendation", String(64), nullable=False),
    Column("strategy", String(64), nullable=False),
    Column("value", Float),
    Column("properties", JSONB, nullable=False, info=PERSONAL),
    Index("events_by_time", "account", "time"),
    Index("events_by_recording", "account", "recorded"),
    Index("events_by_follower", "account", "pseudonym"),
    Index(
        "events_by_experiment", "account", "experiment", "time",
        postgresql_where=text("experiment <> ''"),
    ),
)  # fmt: skip

# Days whose events are in a Parquet file instead. The row makes the file count: one without a row
# is left over from a crash.
sealed_days = Table(
    "sealed_days",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("day", Date, primary_key=True),  # of China's time
    Column("file", Prose, nullable=False),  # its path below the folder of sealed days
    Column("rows", Integer, nullable=False),
    Column("sealed_at", Float, nullable=False),  # seconds since 1970
)

# Which random id stands for a follower who was erased, for some days: sealed files and events that
# come late still have the pseudonym.
anonyms = Table(
    "anonyms",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("pseudonym", String(32), primary_key=True),
    Column("anonym", String(32), nullable=False),
    Column("until", Float, nullable=False),  # of events recorded up to then, seconds since 1970
    Column("rewritten", Float),  # when no sealed file had it any more; NULL: one may have it
)

# What can be shown, recommended and tested: an article, a product, a coupon, a topic, an event.
items = Table(
    "items",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("title", Prose, nullable=False),
    Column("text", Prose, nullable=False),
    Column("tags", JSONB, nullable=False),
    Column("link", Prose, nullable=False),
    Column("cover", Prose, nullable=False),
    Column("published", Float),  # seconds since 1970, as are the others; NULL: not known
    Column("expires", Float),  # NULL: never
    Column("hidden", Boolean, nullable=False),
    Column("created", Float, nullable=False),
    Column("changed", Float, nullable=False),
    Column("deleted", Float),  # NULL: it is there; the row stays, since events name it
    # The platform's id of an article, as in `article_days`; "" for other items
    Column("msgid", String(64), nullable=False, server_default=""),
    Index("items_by_change", "account", "changed"),
)

# The embeddings of items' texts: recommendation compares them.
item_vectors = Table(
    "item_vectors",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("item", String(64), primary_key=True),
    Column("model", String, nullable=False),  # that made the vector
    Column("text_hash", String(64), nullable=False),  # SHA-256 of the text that was embedded
    Column("vector", LargeBinary, nullable=False),  # (D,) fp16
)
