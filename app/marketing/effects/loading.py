"""Reads contents with their outcomes: from events, or from the platform's statistics."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, Select, and_, cast, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import account_days, article_days, items, published_articles
from app.kit.clock import CHINA
from app.marketing.effects.item_activity import (
    DayCounts,
    Step,
    count_first_steps,
    read_day_counts,
    sum_days,
)
from app.marketing.effects.values import ContentDay, ContentOutcome, Metric
from app.marketing.effects.waiting import UnreachedContent
from app.marketing.events.analytics import Analytics, describe_activity
from app.publishing.checkpoints import CHECK_DAYS, CheckDay

MOST_CONTENTS = 2_000
ArticleDays = dict[CheckDay, ContentDay]
_STEPS: Mapping[Metric, Step] = {
    "reads": "view", "clicks": "click", "shares": "share", "likes": "like",
    "conversions": "conversion",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedContent:
    """A content's outcome, and the text that its topic is found by."""

    outcome: ContentOutcome
    text: str


@dataclass(frozen=True, slots=True)
class ContentOutcomes:
    """Reads contents that were published from `first` to `last`; days are China's."""

    engine: AsyncEngine
    analytics: Analytics
    clock: Callable[[], float] = time.time

    async def load_from_events(self, account: str, first: date, last: date) -> list[LoadedContent]:
        """Items with their exposed followers, and how many of those did what; newest first."""
        rows = await self._read(_select_items(account, first, last))
        if not rows:
            return []
        ids = [row["id"] for row in rows]
        expression = await asyncio.to_thread(lambda: count_first_steps(describe_activity(), ids))
        counts = read_day_counts(await self.analytics.run(account, expression))
        now = self.clock()
        return [_read_item(row, counts[row["id"]], now) for row in rows if row["id"] in counts]

    async def list_unreached(
        self, account: str, first: date, last: date, contents: Sequence[LoadedContent]
    ) -> list[UnreachedContent]:
        """Items of the days that aren't among the contents read from events; newest first."""
        reached = {content.outcome.id for content in contents}
        rows = await self._read(_select_items(account, first, last))
        return [
            UnreachedContent(id=row["id"], title=row["title"])
            for row in rows
            if row["id"] not in reached and row["deleted"] is None
        ]

    async def load_from_platform(
        self, account: str, first: date, last: date
    ) -> list[LoadedContent]:
        """Articles that followers got a message of, with their sums on the last day known."""
        rows = await self._read(_select_article_outcomes(account, first, last))
        days = await self._read_article_days(account, first, last)
        now = self.clock()
        return [_read_article(row, days[row["msgid"]], now) for row in rows if row["followers"]]

    async def _read_article_days(
        self, account: str, first: date, last: date
    ) -> Mapping[str, ArticleDays]:
        """The figures of days 1, 3 and 7 of each article, by its msgid."""
        days: dict[str, ArticleDays] = defaultdict(dict)
        async with connect_to_read(self.engine) as connection:
            for row in await connection.execute(_select_article_days(account, first, last)):
                days[row.msgid][row.number] = ContentDay(
                    reads=row.total_readers, shares=row.total_sharers, finish_rate=row.finish_rate
                )
        return days

    async def _read(self, query: Select[Any]) -> Sequence[Mapping[str, Any]]:
        async with connect_to_read(self.engine) as connection:
            return list((await connection.execute(query.limit(MOST_CONTENTS))).mappings())


def _start_of(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp()


def _select_items(account: str, first: date, last: date) -> Select[Any]:
    return (
        select(items.c.id, items.c.title, items.c.text, items.c.published, items.c.deleted)
        .where(
            items.c.account == account,
            items.c.published >= _start_of(first),
            items.c.published < _start_of(last) + 86_400,
        )
        .order_by(items.c.published.desc(), items.c.id)
    )


def _read_item(row: Mapping[str, Any], counts: DayCounts, now: float) -> LoadedContent:
    totals = {step: sum(days.values()) for step, days in counts.items()}
    outcome = ContentOutcome(
        id=row["id"],
        title=row["title"],
        characters=len(row["text"]),
        pictures=row["text"].count("!["),
        published=row["published"],
        exposures=totals["reach"],
        counts={metric: totals[step] for metric, step in _STEPS.items()},
        finish_rate=totals["finish"] / totals["read_depth"] if totals["read_depth"] else None,
        group=f"{row['published'] // 60:.0f}",  # of one minute: one send
        days=sum_days(counts, row["published"], now),
        days_over=_count_days_over(row["published"], now),
    )
    return LoadedContent(outcome=outcome, text=f"{row['title']}\n{row['text'][:500]}")


def _select_article_outcomes(account: str, first: date, last: date) -> Select[Any]:
    """The article's sums of its latest day, and the account's followers on its first day."""
    days, articles = article_days.c, published_articles.c
    latest = (
        select(days.account, days.msgid, func.max(days.day).label("day"))
        .where(days.account == account, days.total_readers.is_not(None))
        .group_by(days.account, days.msgid)
        .subquery()
    )
    sums = and_(
        days.account == latest.c.account, days.msgid == latest.c.msgid, days.day == latest.c.day
    )
    base = and_(
        account_days.c.account == articles.account, account_days.c.day == articles.published
    )
    return (
        select(
            articles.msgid, articles.title, articles.published, account_days.c.followers,
            days.total_readers, days.total_sharers, days.total_likes, days.total_new_followers,
            days.finish_rate,
        )
        .select_from(published_articles)
        .join(
            latest, and_(latest.c.account == articles.account, latest.c.msgid == articles.msgid)
        )
        .join(article_days, sums)
        .join(account_days, base)
        .where(
            articles.account == account,
            articles.published.between(first, last),
            articles.notified,
        )
        .order_by(articles.published.desc(), articles.msgid)
    )  # fmt: skip


def _select_article_days(account: str, first: date, last: date) -> Select[Any]:
    """Day 1 is that of the publication, as in the checkpoints of posts."""
    days, articles = article_days.c, published_articles.c
    number = cast(days.day - articles.published, Integer) + 1
    return (
        select(
            days.msgid, number.label("number"), days.total_readers, days.total_sharers,
            days.finish_rate,
        )
        .join_from(
            published_articles, article_days,
            and_(days.account == articles.account, days.msgid == articles.msgid),
        )
        .where(
            articles.account == account,
            articles.published.between(first, last),
            number.in_(CHECK_DAYS),
            days.total_readers.is_not(None),
        )
    )  # fmt: skip


def _count_days_over(published: float, now: float) -> int:
    first, today = (datetime.fromtimestamp(at, CHINA).date() for at in (published, now))
    return (today - first).days


def _read_article(row: Mapping[str, Any], days: ArticleDays, now: float) -> LoadedContent:
    counts: dict[Metric, int | None] = {
        "reads": row["total_readers"],
        "shares": row["total_sharers"],
        "likes": row["total_likes"],
        "follows": row["total_new_followers"],
    }
    # Readers who don't follow count as readers, too: then the readers are the base.
    exposures = max(row["followers"], *(count for count in counts.values() if count is not None))
    published = _start_of(row["published"])
    outcome = ContentOutcome(
        id=row["msgid"],
        title=row["title"],
        characters=0,  # the platform doesn't tell: the same for all, and left out
        pictures=0,
        published=published,
        exposures=exposures,
        counts={metric: count for metric, count in counts.items() if count is not None},
        finish_rate=row["finish_rate"],
        group=row["msgid"].partition("_")[0],  # articles of one message stand side by side
        days=days,
        days_over=_count_days_over(published, now),
    )
    return LoadedContent(outcome=outcome, text=row["title"])
