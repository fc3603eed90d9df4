"""Adds the tables of the platform's statistics."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the days to fetch, the days of accounts and of articles, and published articles."""
    _create_fetches()
    _create_account_days()
    _create_articles()
    _create_article_days()


def _create_fetches() -> None:
    op.create_table(
        "statistics_fetches",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("dataset", sa.String(32), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("code", sa.Integer),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", sa.Float),
        sa.Column("stored_at", sa.Float),
    )
    op.create_index("statistics_fetches_by_time", "statistics_fetches", ["next_at"])


def _create_account_days() -> None:
    counts = (
        "new_followers", "lost_followers", "followers", "messages", "readers", "sharers",
        "hearts", "likes", "comments", "collectors", "source_openers", "articles_published",
    )  # fmt: skip
    op.create_table(
        "account_days",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        *(sa.Column(name, sa.Integer) for name in counts),
        sa.Column("follower_sources", JSONB),
        sa.Column("message_types", JSONB),
        sa.Column("reader_scenes", JSONB),
    )


def _create_articles() -> None:
    op.create_table(
        "published_articles",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("msgid", sa.String(64), primary_key=True),
        sa.Column("published", sa.Date, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("notified", sa.Boolean, nullable=False),
    )
    op.create_index("published_articles_by_day", "published_articles", ["account", "published"])


def _create_article_days() -> None:
    counts = (
        "readers", "sharers", "total_readers", "total_sharers", "total_hearts", "total_likes",
        "total_comments", "total_collectors", "total_praise", "total_new_followers",
    )  # fmt: skip
    op.create_table(
        "article_days",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("msgid", sa.String(64), primary_key=True),
        *(sa.Column(name, sa.Integer) for name in counts),
        *(sa.Column(name, sa.Float) for name in ("delivery_rate", "finish_rate", "minutes_read")),
        sa.Column("reader_scenes", JSONB),
        sa.Column("leave_rates", JSONB),
    )
    op.create_index("article_days_by_article", "article_days", ["account", "msgid", "day"])
