"""Conversations that a person has."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table, text

from app.db.tables.columns import DELIVERY, Prose, metadata

# A follower whom a person answers, or should. At most one open conversation a follower.
conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("openid", String(64), nullable=False),
    Column("delivery", String(DELIVERY), nullable=False),  # the message that opened it
    Column("desk", String(16), nullable=False),  # wechat, inbox: where the person sits
    Column("state", String(16), nullable=False),  # waiting, taken, closed
    Column("reason", String(16), nullable=False),
    Column("title", Prose, nullable=False),  # of the intent; "" where none was sure
    Column("summary", Prose, nullable=False),
    # 0 ordinary, 1 sooner, 2 first: a higher one is listed before a lower one
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("agent", String(64), nullable=False),  # the person; "" while nobody has it
    Column("opened", Float, nullable=False),  # seconds since 1970, as all that follow
    Column("taken", Float),  # for the first time
    Column("last", Float, nullable=False),  # when something happened
    Column("until", Float, nullable=False),  # then the bot comes back
    Column("closed", Float),
    Column("ended", String(16), nullable=False),  # how; "" while open
    Column("read_to", BigInteger, nullable=False),  # the last message that a person has read
    Column("revision", BigInteger, nullable=False),
    Index(
        "conversations_open",
        "account",
        "openid",
        unique=True,
        postgresql_where=text("state <> 'closed'"),
    ),
    Index("conversations_by_follower", "account", "openid"),
    Index("conversations_by_activity", "last", "id"),
    Index("conversations_by_account", "account", "last", "id"),
    Index("conversations_by_end", "state", "until"),
)

# What was said while a person had it, in order, and who did what.
conversation_messages = Table(
    "conversation_messages",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=True),
    Column("conversation", String(32), nullable=False, info={"of": "conversations"}),
    Column("key", String(DELIVERY), nullable=False),  # the delivery, or the agent's idempotency key
    Column("who", String(16), nullable=False),  # follower, agent, bot
    Column("name", String(64), nullable=False),  # the agent's; "" for the others
    Column("kind", String(16), nullable=False),  # text, image...; an agent's: taken, returned...
    Column("text", Prose, nullable=False),
    Column("state", String(16), nullable=False),  # of an agent's text: queued, kept, sent, refused
    Column("at", Float, nullable=False),  # seconds since 1970
    Column("leased", Float, nullable=False),  # until when a worker is at sending it
    Index("conversation_messages_once", "conversation", "key", unique=True),
    Index("conversation_messages_in_order", "conversation", "number"),
    Index("conversation_messages_by_state", "state", "number"),
)
