"""Runs the jobs that write ads."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.tables import storable
from app.marketing.ads.candidates import RankedAd
from app.marketing.ads.generation import SEEDS_OF_GROUP, AdTask, AdWriting
from app.marketing.ads.orders import AdGroup, AdOrder
from app.marketing.ads.platforms import get_platform
from app.marketing.content.briefs import Briefs
from app.marketing.content.copywriting import CopyVariant
from app.marketing.content.style.guides import StyleGuides
from app.marketing.content.templates import MODEL
from app.marketing.content.variety import measure_mean_similarity
from app.marketing.content.wording.audiences import shows_audience
from app.marketing.jobs.values import MarketingJob, RecordProgress
from app.safety.advertising.stored_rules import read_account_rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class AdJobHandler:
    """Writes the ads of a job, a group for each audience in each language."""

    engine: AsyncEngine
    writing: AdWriting

    async def run(self, job: MarketingJob, record: RecordProgress) -> Mapping[str, Any]:
        """The groups as JSON values; those that are done are recorded with the progress."""
        tasks = await self._load_tasks(job)
        writing = await self._apply_style(job.account)
        groups: list[dict[str, Any]] = []
        for at, (group, task) in enumerate(tasks):

            async def record_share(share: float, number: int = at) -> None:
                await record((number + share) / (len(tasks) + 1), {"groups": groups})

            ads = await writing.write_ads(task, record_share)
            groups.append(_describe_group(group, task, ads, groups))
        return {"groups": groups}

    async def _apply_style(self, account: str) -> AdWriting:
        """The writer of ads with the account's style notes."""
        guide, _ = await StyleGuides(self.engine).read(account)
        return replace(self.writing, writing=replace(self.writing.writing, style=guide.lines))

    async def _load_tasks(self, job: MarketingJob) -> list[tuple[AdGroup, AdTask]]:
        order = AdOrder(**job.request)
        stored = await Briefs(self.engine).get(job.account, order.brief, order.brief_version)
        platform, rulebook = (
            get_platform(order.platform),
            await read_account_rulebook(self.engine, job.account),
        )
        return [
            (
                group,
                AdTask(
                    account=job.account,
                    brief=stored.brief,
                    audience=group.audience,
                    language=group.language,
                    platform=platform,
                    rulebook=rulebook,
                    count=order.count,
                    seed=order.seed + at * SEEDS_OF_GROUP,
                ),
            )
            for at, group in enumerate(order.list_groups())
        ]


def _describe_group(
    group: AdGroup, task: AdTask, ads: list[RankedAd], groups: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    described = {
        "audience": task.audience or task.brief.audience,
        "segment": group.segment,
        "language": task.language,
        "similarity": measure_mean_similarity([ad.candidate.text for ad in ads]),
        "ads": [_describe_ad(ad, rank) for rank, ad in enumerate(ads, start=1)],
    }
    remark = explain_audience(task, described, groups) if _are_templates(ads) else ""
    return described | {"remark": remark}


def explain_audience(
    task: AdTask, group: Mapping[str, Any], groups: Sequence[Mapping[str, Any]]
) -> str:
    """What templates don't do for the audience of a group: they write as for nobody in particular,
    or as for one of `groups`. "" for no audience, and where they write for it.
    """
    audience, texts = group["audience"], _list_texts(group)
    brief = task.brief.model_copy(update={"audience": audience, "language": task.language})
    if not audience:
        return ""
    if not shows_audience(texts, brief):
        return (
            f"这组广告里没有专门写给“{audience}”的话：没有放得下的称呼，也没有只有这些读者才会先问的"
            "事实，最多换了事实的先后。可以补充他们关心的事实，或配置大模型（GENERATOR）"
        )
    twin = next((each for each in groups if sorted(_list_texts(each)) == sorted(texts)), None)
    return f"模板为“{audience}”写的广告和“{twin['audience']}”的一样" if twin else ""


def _list_texts(group: Mapping[str, Any]) -> list[str]:
    return [f"{ad['title']['text']} {ad['description']['text']}" for ad in group["ads"]]


def _are_templates(ads: list[RankedAd]) -> bool:
    return any(
        text.model == MODEL for ad in ads for text in (ad.candidate.title, ad.candidate.description)
    )


def _describe_ad(ad: RankedAd, rank: int) -> dict[str, Any]:
    candidate, prediction = ad.candidate, ad.prediction
    return {
        "id": ad.id,
        "rank": rank,
        "is_clean": not candidate.problems,
        "title": _describe_text(candidate.title),
        "description": _describe_text(candidate.description),
        "misfits": list(candidate.misfits),
        "prediction": {
            "rate": prediction.rate,
            "interval": [prediction.low, prediction.high],
            "model": prediction.model,
        },
        "better_than_next": ad.better_than_next,
        "tied_with_next": ad.tied_with_next,
    }


def _describe_text(variant: CopyVariant) -> dict[str, Any]:
    return asdict(variant) | {"text": storable(variant.text)}
