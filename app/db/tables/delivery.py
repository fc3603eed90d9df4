"""The table of outbox messages."""

from sqlalchemy import Column, Float, Index, Integer, String, Table

from app.db.tables.columns import DELIVERY, MADE, Prose, metadata

# Outbox messages: replies that no copy returned. A sent one stays for a while without its text,
# so that the same reply isn't stored again.
outbox = Table(
    "outbox",
    metadata,
    Column("id", String(DELIVERY), primary_key=True),  # the delivery: appid:MsgId
    Column("account", String(64), nullable=False),
    Column("openid", String(64), nullable=False),
    Column("text", Prose, nullable=False),
    Column("remaining", Prose, nullable=False),  # the text that remains after the reserved sending
    Column("created", Float, nullable=False, info=MADE),  # seconds since 1970, as are the next ones
    Column("due", Float),
    Column("sent_with", String(DELIVERY)),  # what reserved it; NULL: free
    Column("reserved_at", Float, nullable=False),
    Column("tries", Integer, nullable=False),
    # why the message was given up: unreachable, empty; "" for the others
    Column("drop_reason", String(16), nullable=False, server_default=""),
    Index("outbox_by_user", "account", "openid", "created"),
    Index("outbox_by_due", "due"),
)
