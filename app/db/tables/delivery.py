"""Answers that wait for a delivery."""

from sqlalchemy import Column, Float, Index, Integer, String, Table

from app.db.tables.columns import DELIVERY, Prose, metadata

# Answers that found no delivery. One that has arrived stays without its text for a while, so that
# it is not kept a second time.
outbox = Table(
    "outbox",
    metadata,
    Column("id", String(DELIVERY), primary_key=True),  # the delivery: appid:MsgId
    Column("account", String(64), nullable=False),
    Column("openid", String(64), nullable=False),
    Column("text", Prose, nullable=False),
    Column("rest", Prose, nullable=False),  # what is left once the carrier has arrived
    Column("created", Float, nullable=False),  # seconds since 1970, as are the next ones
    Column("due", Float),
    Column("carrier", String(DELIVERY)),
    Column("boarded", Float, nullable=False),
    Column("tries", Integer, nullable=False),
    Index("outbox_by_user", "account", "openid", "created"),
    Index("outbox_by_due", "due"),
)
