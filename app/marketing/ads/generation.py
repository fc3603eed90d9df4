"""Writes the ads of one audience in one language: write ▸ check ▸ score ▸ diversify ▸ rank."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from app.inference.click_ports import ClickPredictor
from app.marketing.ads.candidates import AdCandidate, RankedAd, pair_texts
from app.marketing.ads.orders import (
    MOST_IN_GROUP,
    adapt_description_brief,
    adapt_title_brief,
)
from app.marketing.ads.platforms import AdPlatform
from app.marketing.content.brief import Brief, Language
from app.marketing.content.copywriting import CopyTask, CopyVariant, CopyWriting
from app.safety.advertising.rulebook import AdvertisingRulebook

SEEDS_OF_GROUP = 64  # more than a group's texts with their second tries
RecordShare = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdTask:
    """What the ads of one group are written from."""

    brief: Brief
    audience: str
    language: Language
    platform: AdPlatform
    rulebook: AdvertisingRulebook
    count: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdWriting:
    """Writes ads with the writer of copy, and scores them with the click model."""

    writing: CopyWriting
    clicks: ClickPredictor

    async def write_ads(self, task: AdTask, record: RecordShare) -> list[RankedAd]:
        """At most `count` ads, ranked. `record` is told the share that is done, 0 to 1.

        Raises what the click model raises.
        """
        group = (task.brief, task.audience, task.language, task.platform)
        titles = await self._write_texts(task, adapt_title_brief(*group), record, 0.0)
        descriptions = await self._write_texts(task, adapt_description_brief(*group), record, 0.5)
        candidates = pair_texts(titles, descriptions, task.platform)
        return await self._choose(candidates, task.count) if candidates else []

    async def _write_texts(
        self, task: AdTask, brief: Brief, record: RecordShare, start_share: float
    ) -> Sequence[CopyVariant]:
        async def record_count(count: int, total: int) -> None:
            await record(start_share + count / total / 2)

        count = min(max(task.count, task.platform.titles.least), MOST_IN_GROUP)
        # Titles and descriptions of a seed are drawn apart, since their prompts are much alike.
        seed = task.seed + (SEEDS_OF_GROUP // 2 if start_share else 0)
        copy_task = CopyTask(brief=brief, count=count, rulebook=task.rulebook, seed=seed)
        return await self.writing.write(copy_task, record_count)

    async def _choose(self, candidates: Sequence[AdCandidate], count: int) -> list[RankedAd]:
        # Imported here: scipy takes half a second of each start, and few jobs need it.
        from app.marketing.ads.choosing import choose_ads

        predictions = await self.clicks.predict_clicks([each.text for each in candidates])
        return await asyncio.to_thread(choose_ads, candidates, predictions, count)
