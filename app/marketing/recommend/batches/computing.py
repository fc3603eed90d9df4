"""Computes a batch: the items of each follower of a segment, and the groups of it."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.marketing.audience.segment_repository import Segments
from app.marketing.jobs.values import JsonObject, MarketingJob, RecordProgress
from app.marketing.recommend.batches.group_repository import BatchGroups
from app.marketing.recommend.batches.repository import BatchItems
from app.marketing.recommend.batches.values import BatchItem, BatchOrder
from app.marketing.recommend.service import Recommender
from app.marketing.recommend.values import Recommendation

PAGE = 500  # followers that are read and stored at once


@dataclass(slots=True)
class BatchSummary:
    """How many followers got items, by the strategy of the first one, and why others got none."""

    followers: int = 0
    strategies: Counter[str] = field(default_factory=Counter)
    without: Counter[str] = field(default_factory=Counter)  # by explanation

    def count(self, recommendation: Recommendation) -> None:
        """Count the answer for one follower."""
        self.followers += 1
        if recommendation.items:
            self.strategies[recommendation.strategy] += 1
        else:
            self.without[recommendation.explanation] += 1

    def describe(self) -> JsonObject:
        """The counts as JSON values."""
        return {
            "followers": self.followers,
            "with_items": self.strategies.total(),
            "strategies": dict(self.strategies),
            "without": dict(self.without),
            "empty_because": self._explain_empty(),
        }

    def _explain_empty(self) -> str:
        """Why nobody got an item; "" where somebody did."""
        if self.strategies:
            return ""
        if not self.followers:
            return "这个人群现在没有粉丝：规则没有匹配到人，或其中的人都已取消关注"
        reasons = self.without.most_common(3)
        return "；".join(f"{explanation}（{count} 人）" for explanation, count in reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchJobHandler:
    """Runs the jobs; the id of the job is that of the batch. A page of followers is in memory."""

    segments: Segments
    recommender: Recommender
    batch_items: BatchItems
    groups: BatchGroups

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """What was computed for how many followers. Raises UnknownSegment."""
        order = BatchOrder(**job.request)
        segment = await self.segments.get(job.account, order.segment)
        total = max((await self.segments.measure(segment)).followers, 1)
        await self.batch_items.clear(job.account, job.id)
        summary, after = BatchSummary(), ""
        while members := await self.segments.list_members(segment, after=after, limit=PAGE):
            await self._compute_page(job, order, members, summary)
            after = members[-1]
            await record(min(summary.followers / total, 1.0) * 0.95, summary.describe())
        await self.groups.form(job.account, job.id, order.groups, campaign=order.campaign)
        return summary.describe()

    async def _compute_page(
        self, job: MarketingJob, order: BatchOrder, members: Sequence[str], summary: BatchSummary
    ) -> None:
        sent_items = await self.batch_items.list_sent(job.account, members)
        rows: list[BatchItem] = []
        for pseudonym in members:
            began = time.monotonic()
            recommendation = await self.recommender.choose(
                job.account, pseudonym, order.count, excluded=sent_items.get(pseudonym, set())
            )
            summary.count(recommendation)
            rows += make_rows(recommendation, pseudonym)
            await asyncio.sleep(time.monotonic() - began)  # conversations get half of the time
        await self.batch_items.add(job.account, job.id, rows)


def make_rows(recommendation: Recommendation, pseudonym: str) -> list[BatchItem]:
    """What is stored of the answer for one follower."""
    return [
        BatchItem(
            pseudonym=pseudonym,
            place=place,
            item=each.item.id,
            strategy=each.strategy,
            reason=each.reason,
            recommendation=recommendation.id,
        )
        for place, each in enumerate(recommendation.items, start=1)
    ]
