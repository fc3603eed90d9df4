"""The tables of posts, their edits and steps, and of images on the platform's servers."""

from sqlalchemy import Column, Float, Index, Integer, String, Table
from sqlalchemy.dialects.postgresql import JSONB

from app.db.tables.columns import Prose, metadata

# Posts: what goes out together, and where it stands. A worker leases one until `leased_until`.
posts = Table(
    "posts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("author", String(64), nullable=False),
    Column("articles", JSONB, nullable=False),
    Column("channel", String(16), nullable=False),  # publish, mass, export
    Column("audience", JSONB, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),  # counts edits, from 1
    Column("approval", JSONB(none_as_null=True)),
    Column("scheduled_at", Float),  # seconds since 1970, as are the others
    Column("sent_at", Float),
    Column("reason", Prose, nullable=False),  # of a rejection, a failure or a withdrawal
    Column("created", Float, nullable=False),
    Column("changed", Float, nullable=False),
    Column("due", Float),  # when a worker looks at it next; NULL: a person has to act
    Column("tries", Integer, nullable=False),  # looks since sending began, without a result
    Column("leased_by", String(32), nullable=False),  # a worker; "" for none
    Column("leased_until", Float, nullable=False),
    Index("posts_by_change", "account", "changed"),
    Index("posts_by_due", "due"),
    Index("posts_by_time", "account", "scheduled_at"),
)

# Every version of a post: who wrote it, and how it differs from the version before.
post_edits = Table(
    "post_edits",
    metadata,
    Column("post", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("account", String(64), nullable=False),
    Column("editor", String(64), nullable=False),
    Column("at", Float, nullable=False),  # seconds since 1970
    Column("diffs", JSONB, nullable=False),  # a unified diff for each changed field
)

# Calls whose effect stays on the platform. The row is written before the call, its answer after
# it: a row without an answer is a call that may have been heard.
post_steps = Table(
    "post_steps",
    metadata,
    Column("post", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("name", String(32), primary_key=True),  # images, draft, publish, result, held
    Column("segment", Integer, primary_key=True, server_default="0"),  # of a mass message, from 0
    Column("account", String(64), nullable=False),
    Column("key", String(64), nullable=False, unique=True),  # the platform's clientmsgid
    Column("begun_at", Float, nullable=False),  # seconds since 1970
    Column("ended_at", Float),  # when the answer was stored; NULL: not known
    Column("answer", JSONB, nullable=False),  # media_id, publish_id, msg_id, urls and the like
    # The platform's ids of a publication or mass send: its events name nothing else
    Column("platform_id", String(64), nullable=False),
    Index("post_steps_by_platform_id", "account", "platform_id"),
)

# Marketing messages that followers were sent, for the frequency cap of a month.
marketing_messages = Table(
    "marketing_messages",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("follower", String(32), primary_key=True),  # a pseudonym; "*": all followers
    Column("source", String(64), primary_key=True),  # a clientmsgid: what is counted once
    Column("kind", String(16), nullable=False),  # mass, template, customer_service
    Column("month", String(6), nullable=False),  # of China, such as 203003
    Column("at", Float, nullable=False),  # seconds since 1970
    Index("marketing_messages_by_month", "account", "month", "follower"),
    Index("marketing_messages_by_source", "source"),
)

# Images that the platform has, so that each is uploaded once for an account.
uploaded_images = Table(
    "uploaded_images",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("sha256", String(64), primary_key=True),  # of the image as its author gave it
    Column("kind", String(16), primary_key=True),  # article (an address), material (a media_id)
    Column("url", Prose, nullable=False),
    Column("media_id", String(128), nullable=False),
    Column("width", Integer, nullable=False),  # pixels, as uploaded
    Column("height", Integer, nullable=False),
    Column("uploaded", Float, nullable=False),  # seconds since 1970
)
