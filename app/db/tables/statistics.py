"""The tables of the platform's statistics. A day is the platform's, in China's time."""

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, String, Table
from sqlalchemy.dialects.postgresql import JSONB

from app.db.tables.columns import Prose, metadata

# Which day of which dataset is to be fetched, and when; what became of it.
statistics_fetches = Table(
    "statistics_fetches",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("dataset", String(32), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("state", String(16), nullable=False),  # waiting, stored, late, refused, gone
    Column("code", Integer),  # the platform's errcode; NULL: none
    Column("tries", Integer, nullable=False),
    Column("next_at", Float),  # seconds since 1970, as is the other; NULL: never again
    Column("stored_at", Float),  # when figures were stored last
    Index("statistics_fetches_by_time", "next_at"),
)

# An account's day; NULL: the dataset of the column isn't stored yet.
account_days = Table(
    "account_days",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("new_followers", Integer),
    Column("lost_followers", Integer),
    Column("follower_sources", JSONB(none_as_null=True)),  # user_source -> [new, lost]
    Column("followers", Integer),  # at the end of the day
    Column("messages", Integer),  # of followers to the account
    Column("message_types", JSONB(none_as_null=True)),  # msg_type -> [followers, messages]
    Column("readers", Integer),
    Column("reader_scenes", JSONB(none_as_null=True)),  # where readers came from -> readers
    Column("sharers", Integer),
    Column("hearts", Integer),
    Column("likes", Integer),
    Column("comments", Integer),
    Column("collectors", Integer),
    Column("source_openers", Integer),  # who opened 阅读原文
    Column("articles_published", Integer),
)

# Articles that were published, by the platform's id: msg_data_id and place, as 2247490098_1.
published_articles = Table(
    "published_articles",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("msgid", String(64), primary_key=True),
    Column("published", Date, nullable=False),
    Column("title", Prose, nullable=False),
    Column("url", Prose, nullable=False),
    Column("notified", Boolean, nullable=False),  # whether followers got a message
    Index("published_articles_by_day", "account", "published"),
)

# An article's day: figures of the day, and sums from its publication to the end of the day.
article_days = Table(
    "article_days",
    metadata,
    Column("account", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("msgid", String(64), primary_key=True),
    Column("readers", Integer),
    Column("reader_scenes", JSONB(none_as_null=True)),
    Column("sharers", Integer),
    Column("total_readers", Integer),
    Column("total_sharers", Integer),
    Column("total_hearts", Integer),
    Column("total_likes", Integer),
    Column("total_comments", Integer),
    Column("total_collectors", Integer),
    Column("total_praise", Integer),  # 0.01 yuan
    Column("total_new_followers", Integer),
    Column("delivery_rate", Float),  # 0 to 1, as are the other rates
    Column("finish_rate", Float),
    Column("minutes_read", Float),  # of a reader, on average
    Column("leave_rates", JSONB(none_as_null=True)),  # fifth of the article -> share who left there
    Index("article_days_by_article", "account", "msgid", "day"),
)
