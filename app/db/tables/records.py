"""The tables of records: turns, their citations, and the log of generated texts."""

from sqlalchemy import Boolean, Column, Float, Index, String, Table

from app.db.tables.columns import CITED, DELIVERY, MADE, Prose, metadata

turns = Table(
    "turns",
    metadata,
    Column("id", String(DELIVERY), primary_key=True),  # the delivery: appid:MsgId
    Column("account", String(64), nullable=False),
    Column("openid", String(64), nullable=False),
    Column("text", Prose, nullable=False),
    Column("answer", Prose, nullable=False),
    Column("source", String(32), nullable=False),
    Column("intent", String),
    Column("confidence", Float),
    Column("sentiment", String),
    Column("model", String, nullable=False),
    Column("received", Float, nullable=False, info=MADE),  # seconds since 1970
    Column("latency_ms", Float, nullable=False),
    Index("turns_by_user", "account", "openid", "received"),
)

# The sources that an answer was taken or written from.
citations = Table(
    "citations",
    metadata,
    Column("id", String(DELIVERY + 1 + CITED), primary_key=True),  # turn and source_id
    Column("turn", String(DELIVERY), nullable=False),  # the delivery: appid:MsgId
    Column("source_id", String(CITED), nullable=False),  # an entry, a chunk, a rule
    Column("account", String(64), nullable=False),
    Column("openid", String(64), nullable=False),
    Column("received", Float, nullable=False, info=MADE),  # seconds since 1970
    Index("citations_by_user", "account", "openid"),
)

# The law's record of generated texts, kept for six months: which model, when, for which pseudonym.
# Without text and openid, so it stays when the follower's data is erased.
generations = Table(
    "generations",
    metadata,
    Column("id", String(64), primary_key=True),  # a keyed hash of the delivery's id
    Column("account", String(64), nullable=False),
    Column("pseudonym", String(32), nullable=False),
    Column("model", String, nullable=False),
    Column("digest", String(64), nullable=False),  # a keyed hash of the text
    Column("labelled", Boolean, nullable=False),
    Column("received", Float, nullable=False),  # seconds since 1970
    Index("generations_by_time", "received"),
)
