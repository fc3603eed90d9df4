"""What must outlive a crash: the record of what was said and why, and what accounts know."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

TRIES = 5
SCHEMA_LOCK = 0x68756979696E  # the key of an advisory lock: "huiyin"

# Widths in characters: each is what the way in lets through, for PostgreSQL refuses what is longer.
# What a person chooses elsewhere (an intent of their own, a model's name) has none.
DELIVERY = 300  # an appid and a MsgId, or a hash of the event
# What an answer was taken from: an entry, a chunk, a rule, a menu's key of 128 characters. With the
# delivery it is a key, and the key of an index has 2,704 bytes at most.
CITED = 256

metadata = MetaData()


class Prose(TypeDecorator[str]):
    """What people or models wrote, without what PostgreSQL can't hold: NUL, lone surrogates."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as it is stored."""
        return None if value is None else storable(value)


def storable(value: str) -> str:
    """The text without NUL; half a surrogate pair becomes a question mark."""
    return value.replace("\0", "").encode(errors="replace").decode()


turns = Table(
    "turns",
    metadata,
    Column("id", String(DELIVERY), primary_key=True),  # the delivery: appid:MsgId
    Column("account", String(64), nullable=False),
    Column("openid", String(64), nullable=False),
    Column("said", Prose, nullable=False),
    Column("answer", Prose, nullable=False),
    Column("source", String(32), nullable=False),
    Column("intent", String),
    Column("confidence", Float),
    Column("mood", String),
    Column("model", String, nullable=False),
    Column("received", Float, nullable=False),  # seconds since 1970
    Column("latency_ms", Float, nullable=False),
    Index("turns_by_user", "account", "openid", "received"),
)

# Workers read what has a higher revision than they know: a deleted entry stays as a bare row.
knowledge = Table(
    "knowledge",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("question", Prose, nullable=False),
    Column("variants", JSON, nullable=False),
    Column("answer", Prose, nullable=False),
    Column("vectors", LargeBinary, nullable=False),  # fp16, a row for each question and variant
    Column("model", String, nullable=False),  # that made the vectors
    Column("deleted", Boolean, nullable=False),
    Column("changed", Float, nullable=False),  # seconds since 1970
    Column("revision", Integer, nullable=False),
    Index("knowledge_by_revision", "account", "revision"),
)

knowledge_revisions = Table(
    "knowledge_revisions",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("revision", Integer, nullable=False),
)

# What an operator writes for an account as a whole, such as its rules: one document each.
books = Table(
    "books",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("content", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed", Float, nullable=False),  # seconds since 1970
)

# What the law wants known of texts that a model made, six months long: which model, when, for a
# follower under a pseudonym. Neither text nor openid, so it outlives the follower's own data.
generations = Table(
    "generations",
    metadata,
    Column("id", String(64), primary_key=True),  # a keyed hash of the delivery's id
    Column("account", String(64), nullable=False),
    Column("pseudonym", String(32), nullable=False),
    Column("model", String, nullable=False),
    Column("digest", String(64), nullable=False),  # a keyed hash of the text: proves, tells nothing
    Column("labelled", Boolean, nullable=False),
    Column("received", Float, nullable=False),  # seconds since 1970
    Index("generations_by_time", "received"),
)

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


# Questions that nothing an account knows answers. Whose they were isn't kept.
gaps = Table(
    "gaps",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("text", Prose, nullable=False),  # personal data masked
    Column("vector", LargeBinary, nullable=False),  # fp16, of the text as it stands here
    Column("model", String, nullable=False),  # that made the vector; "" while none has
    Column("times", Integer, nullable=False),  # it was asked
    Column("first", Float, nullable=False),  # seconds since 1970
    Column("last", Float, nullable=False),  # seconds since 1970
    Column("state", String(16), nullable=False),  # open, dismissed, answered
    Column("entry", String(32), nullable=False),  # that answers it; "" while none does
    Index("gaps_by_age", "account", "last"),
    Index("gaps_by_model", "state", "model"),
)

# Why they are offered. A question may have several reasons.
gap_reasons = Table(
    "gap_reasons",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("gap", String(32), primary_key=True),
    Column("reason", String(32), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last", Float, nullable=False),  # seconds since 1970
)

# What people who took over answered to them. Whose question it was isn't kept.
gap_answers = Table(
    "gap_answers",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("gap", String(32), primary_key=True),
    Column("text", Prose, nullable=False),
    Column("agent", String(64), nullable=False),
    Column("at", Float, nullable=False),  # seconds since 1970
)

# Who let an answer to such questions go live: kept when the entry is changed or gone.
gap_approvals = Table(
    "gap_approvals",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("gap", String(32), nullable=False),
    Column("entry", String(32), nullable=False),
    Column("question", Prose, nullable=False),
    Column("answer", Prose, nullable=False),
    Column("approved_by", String(64), nullable=False),
    Column("approved", Float, nullable=False),  # seconds since 1970
    Index("gap_approvals_by_entry", "account", "entry"),
)

# An account's documents, and the pieces they are searched and cited by. Chunks share the
# account's revisions with its entries: one import is one revision.
documents = Table(
    "documents",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("title", Prose, nullable=False),
    Column("source", Prose, nullable=False),  # the file, as it was named
    Column("chunks", Integer, nullable=False),  # how many
    Column("changed", Float, nullable=False),  # seconds since 1970
)

chunks = Table(
    "chunks",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("document", String(32), nullable=False),
    Column("place", Integer, nullable=False),  # in the document, from 0
    Column("title", Prose, nullable=False),  # of the document and of the headings above the text
    Column("source", Prose, nullable=False),
    Column("text", Prose, nullable=False),
    Column("vectors", LargeBinary, nullable=False),  # fp16, a row for each of its searched texts
    Column("parting", Integer, nullable=False),  # the way of making searched texts
    Column("model", String, nullable=False),  # that made the vectors
    Column("deleted", Boolean, nullable=False),  # the bare row stays until every worker has seen it
    Column("changed", Float, nullable=False),  # seconds since 1970
    Column("revision", Integer, nullable=False),
    Index("chunks_by_revision", "account", "revision"),
    Index("chunks_by_document", "account", "document", "place"),
)

# Files on their way into the knowledge base. What a worker holds is its own until the lease ends.
imports = Table(
    "imports",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("skip_faulty", Boolean, nullable=False),
    Column("filed", Float, nullable=False),  # seconds since 1970, as are the others
    Column("holder", String(32), nullable=False),  # the worker at it
    Column("held_until", Float, nullable=False),
    Column("tries", Integer, nullable=False),  # workers that began
    Column("done", Integer, nullable=False),  # texts embedded, of `total`
    Column("total", Integer, nullable=False),
    Column("report", JSON, nullable=False),
    Index("imports_by_state", "state", "filed"),
)

# Erased when the import is over.
import_files = Table(
    "import_files",
    metadata,
    Column("import_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", Prose, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# What an answer was taken or written from.
citations = Table(
    "citations",
    metadata,
    Column("id", String(DELIVERY + 1 + CITED), primary_key=True),  # turn and cited
    Column("turn", String(DELIVERY), nullable=False),  # the delivery: appid:MsgId
    Column("cited", String(CITED), nullable=False),  # an entry, a chunk, a rule
    Column("account", String(64), nullable=False),
    Column("openid", String(64), nullable=False),
    Column("received", Float, nullable=False),  # seconds since 1970
    Index("citations_by_user", "account", "openid"),
)
