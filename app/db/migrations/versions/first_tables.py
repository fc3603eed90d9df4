"""Creates the tables of version 0.1, or completes those made by it without migrations."""

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE IF NOT EXISTS turns (
    id VARCHAR(300) NOT NULL,
    account VARCHAR(64) NOT NULL,
    openid VARCHAR(64) NOT NULL,
    said TEXT NOT NULL,
    answer TEXT NOT NULL,
    source VARCHAR(32) NOT NULL,
    intent VARCHAR,
    confidence FLOAT,
    mood VARCHAR,
    model VARCHAR NOT NULL,
    received FLOAT NOT NULL,
    latency_ms FLOAT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS turns_by_user ON turns (account, openid, received);

CREATE TABLE IF NOT EXISTS knowledge (
    account VARCHAR(64) NOT NULL,
    id VARCHAR(32) NOT NULL,
    question TEXT NOT NULL,
    variants JSON NOT NULL,
    answer TEXT NOT NULL,
    vectors BYTEA NOT NULL,
    model VARCHAR NOT NULL,
    deleted BOOLEAN NOT NULL,
    changed FLOAT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE INDEX IF NOT EXISTS knowledge_by_revision ON knowledge (account, revision);

CREATE TABLE IF NOT EXISTS knowledge_revisions (
    account VARCHAR(64) NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (account)
);

CREATE TABLE IF NOT EXISTS books (
    account VARCHAR(64) NOT NULL,
    name VARCHAR(32) NOT NULL,
    content JSON NOT NULL,
    revision INTEGER NOT NULL,
    changed FLOAT NOT NULL,
    PRIMARY KEY (account, name)
);

CREATE TABLE IF NOT EXISTS generations (
    id VARCHAR(64) NOT NULL,
    account VARCHAR(64) NOT NULL,
    pseudonym VARCHAR(32) NOT NULL,
    model VARCHAR NOT NULL,
    digest VARCHAR(64) NOT NULL,
    labelled BOOLEAN NOT NULL,
    received FLOAT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS generations_by_time ON generations (received);

CREATE TABLE IF NOT EXISTS outbox (
    id VARCHAR(300) NOT NULL,
    account VARCHAR(64) NOT NULL,
    openid VARCHAR(64) NOT NULL,
    text TEXT NOT NULL,
    rest TEXT NOT NULL,
    created FLOAT NOT NULL,
    due FLOAT,
    carrier VARCHAR(300),
    boarded FLOAT NOT NULL,
    tries INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS outbox_by_due ON outbox (due);
CREATE INDEX IF NOT EXISTS outbox_by_user ON outbox (account, openid, created);

CREATE TABLE IF NOT EXISTS conversations (
    id VARCHAR(32) NOT NULL,
    account VARCHAR(64) NOT NULL,
    openid VARCHAR(64) NOT NULL,
    delivery VARCHAR(300) NOT NULL,
    desk VARCHAR(16) NOT NULL,
    state VARCHAR(16) NOT NULL,
    reason VARCHAR(16) NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    priority INTEGER DEFAULT '0' NOT NULL,
    agent VARCHAR(64) NOT NULL,
    opened FLOAT NOT NULL,
    taken FLOAT,
    last FLOAT NOT NULL,
    until FLOAT NOT NULL,
    closed FLOAT,
    ended VARCHAR(16) NOT NULL,
    read_to BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS conversations_by_account ON conversations (account, last, id);
CREATE INDEX IF NOT EXISTS conversations_by_activity ON conversations (last, id);
CREATE INDEX IF NOT EXISTS conversations_by_end ON conversations (state, until);
CREATE INDEX IF NOT EXISTS conversations_by_follower ON conversations (account, openid);
CREATE UNIQUE INDEX IF NOT EXISTS conversations_open
    ON conversations (account, openid) WHERE state <> 'closed';

CREATE TABLE IF NOT EXISTS conversation_messages (
    number BIGSERIAL NOT NULL,
    conversation VARCHAR(32) NOT NULL,
    key VARCHAR(300) NOT NULL,
    who VARCHAR(16) NOT NULL,
    name VARCHAR(64) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    text TEXT NOT NULL,
    state VARCHAR(16) NOT NULL,
    at FLOAT NOT NULL,
    leased FLOAT NOT NULL,
    PRIMARY KEY (number)
);
CREATE INDEX IF NOT EXISTS conversation_messages_by_state ON conversation_messages (state, number);
CREATE INDEX IF NOT EXISTS conversation_messages_in_order
    ON conversation_messages (conversation, number);
CREATE UNIQUE INDEX IF NOT EXISTS conversation_messages_once
    ON conversation_messages (conversation, key);

CREATE TABLE IF NOT EXISTS gaps (
    account VARCHAR(64) NOT NULL,
    id VARCHAR(32) NOT NULL,
    text TEXT NOT NULL,
    vector BYTEA NOT NULL,
    model VARCHAR NOT NULL,
    times INTEGER NOT NULL,
    first FLOAT NOT NULL,
    last FLOAT NOT NULL,
    state VARCHAR(16) NOT NULL,
    entry VARCHAR(32) NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE INDEX IF NOT EXISTS gaps_by_age ON gaps (account, last);
CREATE INDEX IF NOT EXISTS gaps_by_model ON gaps (state, model);

CREATE TABLE IF NOT EXISTS gap_reasons (
    account VARCHAR(64) NOT NULL,
    gap VARCHAR(32) NOT NULL,
    reason VARCHAR(32) NOT NULL,
    times INTEGER NOT NULL,
    last FLOAT NOT NULL,
    PRIMARY KEY (account, gap, reason)
);

CREATE TABLE IF NOT EXISTS gap_answers (
    account VARCHAR(64) NOT NULL,
    gap VARCHAR(32) NOT NULL,
    text TEXT NOT NULL,
    agent VARCHAR(64) NOT NULL,
    at FLOAT NOT NULL,
    PRIMARY KEY (account, gap)
);

CREATE TABLE IF NOT EXISTS gap_approvals (
    id VARCHAR(32) NOT NULL,
    account VARCHAR(64) NOT NULL,
    gap VARCHAR(32) NOT NULL,
    entry VARCHAR(32) NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    approved_by VARCHAR(64) NOT NULL,
    approved FLOAT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS gap_approvals_by_entry ON gap_approvals (account, entry);

CREATE TABLE IF NOT EXISTS documents (
    account VARCHAR(64) NOT NULL,
    id VARCHAR(32) NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    chunks INTEGER NOT NULL,
    changed FLOAT NOT NULL,
    PRIMARY KEY (account, id)
);

CREATE TABLE IF NOT EXISTS chunks (
    account VARCHAR(64) NOT NULL,
    id VARCHAR(32) NOT NULL,
    document VARCHAR(32) NOT NULL,
    place INTEGER NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    text TEXT NOT NULL,
    vectors BYTEA NOT NULL,
    parting INTEGER NOT NULL,
    model VARCHAR NOT NULL,
    deleted BOOLEAN NOT NULL,
    changed FLOAT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE INDEX IF NOT EXISTS chunks_by_document ON chunks (account, document, place);
CREATE INDEX IF NOT EXISTS chunks_by_revision ON chunks (account, revision);

CREATE TABLE IF NOT EXISTS imports (
    id VARCHAR(32) NOT NULL,
    account VARCHAR(64) NOT NULL,
    state VARCHAR(16) NOT NULL,
    dry_run BOOLEAN NOT NULL,
    skip_faulty BOOLEAN NOT NULL,
    filed FLOAT NOT NULL,
    holder VARCHAR(32) NOT NULL,
    held_until FLOAT NOT NULL,
    tries INTEGER NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    report JSON NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS imports_by_state ON imports (state, filed);

CREATE TABLE IF NOT EXISTS import_files (
    import_id VARCHAR(32) NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (import_id, number)
);

CREATE TABLE IF NOT EXISTS citations (
    id VARCHAR(557) NOT NULL,
    turn VARCHAR(300) NOT NULL,
    cited VARCHAR(256) NOT NULL,
    account VARCHAR(64) NOT NULL,
    openid VARCHAR(64) NOT NULL,
    received FLOAT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS citations_by_user ON citations (account, openid)
"""

# Columns that earlier builds of version 0.1 made narrower, or not at all.
REPAIRS = """
ALTER TABLE conversations ADD COLUMN IF NOT EXISTS priority INTEGER DEFAULT '0' NOT NULL;
ALTER TABLE turns ALTER COLUMN intent TYPE VARCHAR;
ALTER TABLE turns ALTER COLUMN mood TYPE VARCHAR;
ALTER TABLE turns ALTER COLUMN model TYPE VARCHAR;
ALTER TABLE knowledge ALTER COLUMN model TYPE VARCHAR;
ALTER TABLE generations ALTER COLUMN model TYPE VARCHAR;
ALTER TABLE gaps ALTER COLUMN model TYPE VARCHAR;
ALTER TABLE chunks ALTER COLUMN model TYPE VARCHAR;
ALTER TABLE citations ALTER COLUMN id TYPE VARCHAR(557);
ALTER TABLE citations ALTER COLUMN cited TYPE VARCHAR(256)
"""


def upgrade() -> None:
    """Create missing tables and widen columns; rewrites no row."""
    for statement in (TABLES + ";" + REPAIRS).split(";"):
        op.execute(statement)
