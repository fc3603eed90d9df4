"""What must outlive a crash: the record of what was said and why, and what accounts know."""

import asyncio

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

TRIES = 5

metadata = MetaData()

_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only plain integers up

turns = Table(
    "turns",
    metadata,
    Column("id", String(300), primary_key=True),  # the delivery: appid:MsgId
    Column("account", String(64), nullable=False),
    Column("openid", String(64), nullable=False),
    Column("said", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("source", String(32), nullable=False),
    Column("intent", String(64)),
    Column("confidence", Float),
    Column("mood", String(16)),
    Column("model", String(64), nullable=False),
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
    Column("question", Text, nullable=False),
    Column("variants", JSON, nullable=False),
    Column("answer", Text, nullable=False),
    Column("vectors", LargeBinary, nullable=False),  # fp16, a row for each question and variant
    Column("model", String(64), nullable=False),  # that made the vectors
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
    Column("model", String(128), nullable=False),
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
    Column("id", String(300), primary_key=True),  # the delivery: appid:MsgId
    Column("account", String(64), nullable=False),
    Column("openid", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("rest", Text, nullable=False),  # what is left once the carrier has arrived
    Column("created", Float, nullable=False),  # seconds since 1970, as are the next ones
    Column("due", Float),
    Column("carrier", String(300)),
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
    Column("delivery", String(300), nullable=False),  # the message that opened it
    Column("desk", String(16), nullable=False),  # wechat, inbox: where the person sits
    Column("state", String(16), nullable=False),  # waiting, taken, closed
    Column("reason", String(16), nullable=False),
    Column("title", Text, nullable=False),  # of the intent; "" where none was sure
    Column("summary", Text, nullable=False),
    Column("agent", String(64), nullable=False),  # the person; "" while nobody has it
    Column("opened", Float, nullable=False),  # seconds since 1970, as all that follow
    Column("taken", Float),  # for the first time
    Column("last", Float, nullable=False),  # when something happened
    Column("until", Float, nullable=False),  # then the bot comes back
    Column("closed", Float),
    Column("ended", String(16), nullable=False),  # how; "" while open
    Column("read_to", _NUMBER, nullable=False),  # the last message that a person has read
    Column("revision", BigInteger, nullable=False),
    Index(
        "conversations_open",
        "account",
        "openid",
        unique=True,
        sqlite_where=text("state <> 'closed'"),
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
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("conversation", String(32), nullable=False, info={"of": "conversations"}),
    Column("key", String(300), nullable=False),  # the delivery, or the agent's idempotency key
    Column("who", String(16), nullable=False),  # follower, agent, bot
    Column("name", String(64), nullable=False),  # the agent's; "" for the others
    Column("kind", String(16), nullable=False),  # text, image...; an agent's: taken, returned...
    Column("text", Text, nullable=False),
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
    Column("text", Text, nullable=False),  # personal data masked
    Column("vector", LargeBinary, nullable=False),  # fp16, of the text as it stands here
    Column("model", String(64), nullable=False),  # that made the vector; "" while none has
    Column("times", Integer, nullable=False),  # it was asked
    Column("first", Float, nullable=False),  # seconds since 1970
    Column("last", Float, nullable=False),  # seconds since 1970
    Column("state", String(16), nullable=False),  # open, dismissed, answered
    Column("entry", String(32), nullable=False),  # that answers it; "" while none does
    Index("gaps_by_age", "account", "last"),
    Index("gaps_by_model", "state", "model"),
)

# Who let an answer to such questions go live: kept when the entry is changed or gone.
gap_approvals = Table(
    "gap_approvals",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("gap", String(32), nullable=False),
    Column("entry", String(32), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
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
    Column("title", Text, nullable=False),
    Column("source", Text, nullable=False),  # the file, as it was named
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
    Column("title", Text, nullable=False),  # of the document and of the headings above the text
    Column("source", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("vectors", LargeBinary, nullable=False),  # fp16, a row for each of its searched texts
    Column("parting", Integer, nullable=False),  # the way of making searched texts
    Column("model", String(64), nullable=False),  # that made the vectors
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
    Column("name", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# What an answer was taken or written from.
citations = Table(
    "citations",
    metadata,
    Column("id", String(400), primary_key=True),  # turn and cited
    Column("turn", String(300), nullable=False),  # the delivery: appid:MsgId
    Column("cited", String(64), nullable=False),  # an entry, a chunk, a rule
    Column("account", String(64), nullable=False),
    Column("openid", String(64), nullable=False),
    Column("received", Float, nullable=False),  # seconds since 1970
    Index("citations_by_user", "account", "openid"),
)


async def create(engine: AsyncEngine) -> None:
    """Make the tables that are missing; safe to run from every process at the same moment."""
    for attempt in range(TRIES):
        try:
            async with engine.begin() as connection:
                await connection.run_sync(metadata.create_all)
            return
        except (OperationalError, ProgrammingError, IntegrityError):
            # Another process has just made one of them; the next look finds it.
            if attempt == TRIES - 1:
                raise
            await asyncio.sleep(0.1 * (attempt + 1))
