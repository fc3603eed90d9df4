"""Runs the jobs that write effect reports."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast, get_args

from app.inference.ports import Classification, ClassificationFailed, Classifier
from app.marketing.effects.jobs import EffectOrder
from app.marketing.effects.loading import ContentOutcomes, LoadedContent
from app.marketing.effects.values import Metric, UnusableContents
from app.marketing.effects.waiting import UnreachedContent
from app.marketing.jobs.values import JsonObject, MarketingJob, RecordProgress

_BATCH = 64  # texts of one encoder pass: turns wait behind a batch


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectJobHandler:
    """Reads contents, finds their topics and moods, and estimates the effects."""

    outcomes: ContentOutcomes
    classifier: Classifier

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """The report as JSON values. Raises UnusableContents without any content."""
        order = EffectOrder(**job.request)
        contents = await self._load(job.account, order)
        if not contents:
            raise UnusableContents("这段时间没有发布过有数据的内容：请换一段时间或数据来源")
        classifications = await self._classify(contents, record)
        metrics = [cast(Metric, name) for name in order.metrics if name in get_args(Metric)]
        unreached = await self._list_unreached(job.account, order, contents)
        return await asyncio.to_thread(_analyze, contents, classifications, metrics, unreached)

    async def _load(self, account: str, order: EffectOrder) -> list[LoadedContent]:
        first, last = date.fromisoformat(order.first), date.fromisoformat(order.last)
        if order.source == "platform":
            return await self.outcomes.load_from_platform(account, first, last)
        return await self.outcomes.load_from_events(account, first, last)

    async def _list_unreached(
        self, account: str, order: EffectOrder, contents: Sequence[LoadedContent]
    ) -> Sequence[UnreachedContent]:
        """The platform's statistics name only articles that were sent."""
        if order.source == "platform":
            return ()
        first, last = date.fromisoformat(order.first), date.fromisoformat(order.last)
        return await self.outcomes.list_unreached(account, first, last, contents)

    async def _classify(
        self, contents: Sequence[LoadedContent], record: RecordProgress
    ) -> list[Classification]:
        classifications: list[Classification] = []
        for start in range(0, len(contents), _BATCH):
            texts = [content.text for content in contents[start : start + _BATCH]]
            for classification in await self.classifier.classify(texts):
                if isinstance(classification, ClassificationFailed):
                    raise classification
                classifications.append(classification)
            await record(0.9 * len(classifications) / len(contents), None)
        return classifications


def _analyze(
    contents: Sequence[LoadedContent],
    classifications: Sequence[Classification],
    metrics: Sequence[Metric],
    unreached: Sequence[UnreachedContent],
) -> JsonObject:
    # Imported here: statsmodels and scikit-learn take three seconds of each start.
    from app.marketing.effects.analysis import analyze_contents

    return analyze_contents(contents, classifications, metrics, unreached)
