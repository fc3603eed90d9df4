"""Writes the ads of one audience in one language: write ▸ check ▸ score ▸ diversify ▸ rank.

In another language than that of the brief's facts they are written in the facts' language, and
translated: claims are checked where they can be.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from app.inference.click_ports import ClickPredictor
from app.inference.ports import SearchModel
from app.marketing.ads.candidates import AdCandidate, RankedAd, pair_texts
from app.marketing.ads.fitting import list_text_misfits
from app.marketing.ads.orders import (
    MOST_IN_GROUP,
    adapt_description_brief,
    adapt_title_brief,
    count_characters,
)
from app.marketing.ads.platforms import AdPlatform, TextLimit
from app.marketing.ads.subjects import AdSubject
from app.marketing.ads.translating import AdTranslation
from app.marketing.content.brief import Brief, Language
from app.marketing.content.copywriting import CopyTask, CopyVariant, CopyWriting
from app.marketing.content.templates import AD
from app.marketing.content.translated_review import find_facts_language
from app.marketing.content.writing.mending import find_no_fault
from app.safety.advertising.rulebook import AdvertisingRulebook

SEEDS_OF_GROUP = 1_000  # more than a group's texts take
RecordShare = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdTask:
    """What the ads of one group are written from."""

    account: str
    brief: Brief
    audience: str
    language: Language
    platform: AdPlatform
    rulebook: AdvertisingRulebook
    count: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdWriting:
    """Writes ads with the writer of copy, and scores them with the click model.

    `search` tells whether a translation means the same.
    """

    writing: CopyWriting
    clicks: ClickPredictor
    search: SearchModel

    async def write_ads(self, task: AdTask, record: RecordShare) -> list[RankedAd]:
        """At most `count` ads, ranked. `record` is told the share that is done, 0 to 1.

        Raises what the click model raises.
        """
        half = SEEDS_OF_GROUP // 2  # titles and descriptions are drawn apart
        group, platform = (task.brief, task.audience, task.language, task.platform), task.platform
        titles = _TextOrder(adapt_title_brief(*group), platform.title, task.seed, 0.0)
        descriptions = _TextOrder(
            adapt_description_brief(*group), platform.description, task.seed + half, 0.5
        )
        candidates = pair_texts(
            await self._write_texts(task, titles, record),
            await self._write_texts(task, descriptions, record),
            platform,
            AdSubject.of(titles.brief),
        )
        return await self._choose(candidates, task) if candidates else []

    async def _write_texts(
        self, task: AdTask, order: "_TextOrder", record: RecordShare
    ) -> Sequence[CopyVariant]:
        async def record_count(count: int, total: int) -> None:
            await record(order.start_share + count / total / 2)

        list_misfits = partial(_explain_misfits, order.limit, task.platform)
        copy_task = CopyTask(
            brief=order.brief,
            count=self._count_texts(task),
            rulebook=task.rulebook,
            seed=order.seed,
            list_more_faults=list_misfits,
            measure=partial(count_characters, language=task.language, platform=task.platform),
            kinds=(AD,),
        )
        if translation := self._plan_translation(copy_task):
            source_task = replace(
                copy_task, brief=translation.source_brief, list_more_faults=find_no_fault
            )
            variants = await self.writing.write(source_task, record_count)
            return [await translation.translate(variant) for variant in variants]
        return await self.writing.write(copy_task, record_count)

    def _count_texts(self, task: AdTask) -> int:
        """How many titles to write, and descriptions: all that there may be of templates, which
        cost nothing.
        """
        least = max(task.count, task.platform.titles.least)
        return MOST_IN_GROUP if self.writing.writer is None else min(least, MOST_IN_GROUP)

    def _plan_translation(self, task: CopyTask) -> AdTranslation | None:
        """How the texts are translated; None where they are written in their own language, and
        where there is no language model.
        """
        facts_language = find_facts_language(task.brief)
        if self.writing.writer is None or facts_language == task.brief.language:
            return None
        return AdTranslation(
            writer=self.writing.writer,
            search=self.search,
            brief=task.brief,
            source_language=facts_language,
            rulebook=task.rulebook,
            list_more_faults=task.list_more_faults,
        )

    async def _choose(self, candidates: Sequence[AdCandidate], task: AdTask) -> list[RankedAd]:
        # Imported here: scipy takes half a second of each start, and few jobs need it.
        from app.marketing.ads.choosing import choose_ads

        texts = [each.text for each in candidates]
        predictions = await self.clicks.predict_clicks(task.account, texts)
        return await asyncio.to_thread(choose_ads, candidates, predictions, task.count)


@dataclass(frozen=True, slots=True)
class _TextOrder:
    """The titles or the descriptions of a group. start_share: of the group's work, before them."""

    brief: Brief
    limit: TextLimit
    seed: int
    start_share: float


def _explain_misfits(limit: TextLimit, platform: AdPlatform, text: str) -> list[str]:
    return [misfit.explain() for misfit in list_text_misfits(text, limit, platform)]
