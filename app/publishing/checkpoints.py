"""Records on days 1, 3 and 7 after publication how a post's articles were read.

The figures are the platform's, up to the end of the day before: those of a day are there after
08:00 of the next one, and sometimes later. They are waited for three days at most.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from app.kit.clock import CHINA
from app.publishing.statistics.repository import StoredStatistics
from app.publishing.steps import PostSteps, StepName
from app.publishing.values import Post

CheckDay = Literal[1, 3, 7]
CHECK_DAYS: tuple[CheckDay, ...] = (1, 3, 7)
_CHECKED_AT = time(9, 30)  # of China: the figures are fetched from 08:00
_RETRY_AFTER = 3_600.0  # seconds
_GIVEN_UP_AFTER = 3 * 86_400.0  # seconds after which a checkpoint stays without figures


def name_step(day: CheckDay) -> StepName:
    """The step in which a checkpoint is stored."""
    names: dict[CheckDay, StepName] = {1: "day_1", 3: "day_3", 7: "day_7"}
    return names[day]


def find_check_time(post: Post, day: CheckDay) -> float | None:
    """When a published post is checked, in seconds since 1970; None for one that wasn't sent, and
    for a text message, which nobody opens.
    """
    if post.sent_at is None or post.text_message:
        return None
    at = datetime.combine(_find_publication_day(post.sent_at) + timedelta(day), _CHECKED_AT, CHINA)
    return at.timestamp()


def _find_publication_day(sent_at: float) -> date:
    return datetime.fromtimestamp(sent_at, CHINA).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoints:
    """Reads figures from the database and stores them with the post."""

    statistics: StoredStatistics
    steps: PostSteps
    clock: Callable[[], float]

    async def record_due(self, post: Post) -> float | None:
        """Record the checkpoints whose time has come.

        Returns when to come again (seconds since 1970), None after the last one.
        """
        for day in CHECK_DAYS:
            due = find_check_time(post, day)
            if due is None or await self.steps.find(post, name_step(day)):
                continue
            now = self.clock()
            if now < due:
                return due
            articles = await self._read_articles(post, day)
            if not articles and now - due < _GIVEN_UP_AFTER:
                return now + _RETRY_AFTER
            await self.steps.end(post, name_step(day), {"articles": articles})
        return None

    async def _read_articles(self, post: Post, day: CheckDay) -> list[dict[str, Any]]:
        """The figures of each article and segment as JSON; none until all are there."""
        last_day = _find_publication_day(post.sent_at or 0.0) + timedelta(day - 1)
        articles = []
        for msgid in await self._list_msgids(post):
            figures = await self.statistics.read_article_day(post.account, msgid, last_day)
            if figures is None or figures.total_readers is None:
                return []
            articles.append(asdict(figures) | {"day": last_day.isoformat()})
        return articles

    async def _list_msgids(self, post: Post) -> list[str]:
        """The platform's ids of the articles: of each segment those in their order."""
        numbers = [
            await self.steps.find_msg_data_id(post, segment)
            for segment in range(len(post.audience.segments))
        ]
        return [
            f"{number}_{place}"
            for number in numbers
            if number is not None
            for place in range(1, len(post.articles) + 1)
        ]
