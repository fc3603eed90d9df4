"""The tables of conversations with agents and their messages."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table, text

from app.db.tables.columns import DELIVERY, MADE, Prose, metadata

# Conversations that an agent has or that wait for one. At most one open conversation a follower.
conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("openid", String(64), nullable=False),
    Column("delivery", String(DELIVERY), nullable=False),  # the message that opened it
    Column("desk", String(16), nullable=False),  # the agent channel: wechat, inbox
    Column("state", String(16), nullable=False),  # waiting, taken, closed
    Column("reason", String(16), nullable=False),
    Column("title", Prose, nullable=False),  # of the intent; "" where no intent was certain
    Column("summary", Prose, nullable=False),
    # 0 ordinary, 1 sooner, 2 first: a higher one is listed before a lower one
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("agent", String(64), nullable=False),  # the agent's name; "" while waiting
    Column("opened_at", Float, nullable=False, info=MADE),  # seconds since 1970, as all that follow
    Column("taken_at", Float),  # for the first time
    Column("last_active_at", Float, nullable=False),
    Column("until", Float, nullable=False),  # afterwards the bot answers
    Column("closed_at", Float),
    Column("end_reason", String(16), nullable=False),  # "" while open
    Column("read_to", BigInteger, nullable=False),  # number of the last message read by an agent
    Column("revision", BigInteger, nullable=False),
    Index(
        "conversations_open",
        "account",
        "openid",
        unique=True,
        postgresql_where=text("state <> 'closed'"),
    ),
    Index("conversations_by_follower", "account", "openid"),
    Index("conversations_by_activity", "last_active_at", "id"),
    Index("conversations_by_account", "account", "last_active_at", "id"),
    Index("conversations_by_end", "state", "until"),
)

# A conversation's messages and agents' actions, in order.
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
    # why it is refused: unreachable, empty, expired; "" for the others
    Column("refusal", String(16), nullable=False, server_default=""),
    Column("at", Float, nullable=False),  # seconds since 1970
    Column("leased", Float, nullable=False),  # end of the lease of the worker that sends it
    Index("conversation_messages_once", "conversation", "key", unique=True),
    Index("conversation_messages_in_order", "conversation", "number"),
    Index("conversation_messages_by_state", "state", "number"),
)
