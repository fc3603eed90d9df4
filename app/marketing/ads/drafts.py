"""Drafts of generated ads: taken from a job, approved as all copy is, and exported.

A draft's text has the title on its first line, and the description after it.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.errors import Refusal
from app.marketing.ads.fitting import AdText, list_misfits
from app.marketing.ads.orders import KIND
from app.marketing.ads.platforms import load_platforms
from app.marketing.content.drafts.repository import CopyDrafts
from app.marketing.content.drafts.values import CopyDraft, DraftVersion
from app.marketing.jobs.queue import MarketingJobs
from app.marketing.jobs.values import MarketingJob

_PLACES = ("findings", "claims")  # parts of a review whose entries have a start and an end


class UnknownAd(Refusal):
    """The job has no ad of this id, or none yet."""

    status = 404
    name = "unknown_ad"


class UnapprovedAds(Refusal):
    """Drafts that nobody has approved in their latest version, or that are no ads."""

    status = 409
    name = "unapproved_ads"


@dataclass(frozen=True, slots=True)
class AdDrafts:
    """Makes drafts of ads, and reads approved ones."""

    engine: AsyncEngine

    async def create(self, account: str, *, author: str, job_id: str, ad_id: str) -> CopyDraft:
        """Store an ad of a job as a draft. Raises UnknownJob and UnknownAd."""
        job = await MarketingJobs(self.engine).get(account, KIND, job_id)
        group, ad = _find_ad(job, ad_id)
        drafts = CopyDrafts(self.engine)
        draft = _make_draft(job, group, ad, author, drafts.clock())
        await drafts.add(draft)
        return draft

    async def list_approved(self, account: str, draft_ids: Sequence[str], url: str) -> list[AdText]:
        """The ads of drafts, in order; `url` for those without an address of their own.

        Raises UnknownDraft, and UnapprovedAds with all that may not be exported.
        """
        drafts = CopyDrafts(self.engine)
        chosen_drafts = [await drafts.get(account, draft_id) for draft_id in draft_ids]
        _refuse_unapproved(chosen_drafts)
        return [_read_ad(draft, url) for draft in chosen_drafts]


def _find_ad(job: MarketingJob, ad_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    for group in job.result.get("groups", []):
        for ad in group["ads"]:
            if ad["id"] == ad_id:
                return group, ad
    raise UnknownAd(
        f"the job {job.id} has no ad {ad_id!r}: read the job, which is {job.state}",
        chinese=f"任务 {job.id} 里没有广告 {ad_id!r}：请先读取任务",
    )


def _make_draft(
    job: MarketingJob, group: Mapping[str, Any], ad: Mapping[str, Any], author: str, now: float
) -> CopyDraft:
    text = f"{ad['title']['text']}\n{ad['description']['text']}"
    return CopyDraft(
        id=uuid.uuid4().hex,
        account=job.account,
        author=author,
        channel="ad",
        post="",
        brief=job.request["brief"],
        brief_version=job.request["brief_version"],
        origin=_describe_origin(job, group, ad),
        review=_join_reviews(ad),
        versions=(DraftVersion(editor=author, at=now, text=text),),
        state="draft",
        approval=None,
        reason="",
        created=now,
        changed=now,
    )


def _describe_origin(
    job: MarketingJob, group: Mapping[str, Any], ad: Mapping[str, Any]
) -> dict[str, Any]:
    made_by = {
        part: {name: value for name, value in ad[part].items() if name not in {"text", "review"}}
        for part in ("title", "description")
    }
    return {
        "job": job.id,
        "ad": ad["id"],
        "rank": ad["rank"],
        "platform": job.request["platform"],
        "url": job.request["url"],
        "audience": group["audience"],
        "language": group["language"],
        "model": ad["description"]["model"],
        "prediction": ad["prediction"],
        **made_by,
    }


def _join_reviews(ad: Mapping[str, Any]) -> dict[str, Any]:
    """One review of the draft's text: places of the description are moved behind the title."""
    title, description = ad["title"], ad["description"]
    offset = len(title["text"]) + 1
    joined: dict[str, Any] = {
        part: [
            *title["review"][part],
            *(_move_place(entry, offset) for entry in description["review"][part]),
        ]
        for part in _PLACES
    }
    faults = [*title["review"]["faults"], *description["review"]["faults"], *ad["misfits"]]
    return joined | {"faults": list(dict.fromkeys(faults))}


def _move_place(entry: Mapping[str, Any], offset: int) -> dict[str, Any]:
    return {**entry, "start": entry["start"] + offset, "end": entry["end"] + offset}


def _refuse_unapproved(drafts: Sequence[CopyDraft]) -> None:
    """Raise UnapprovedAds with each draft that is no approved ad."""
    english, chinese = [], []
    for at, draft in enumerate(drafts):
        if draft.channel != "ad":
            english.append(f"drafts[{at}] is copy for {draft.channel}, no ad")
            chinese.append(f"drafts[{at}] 是 {draft.channel} 的文案，不是广告")
        elif draft.state != "approved":
            english.append(f"drafts[{at}] is in state {draft.state}: have it approved")
            chinese.append(f"drafts[{at}] 还没有审核通过（{draft.state}）：请先审核")
    if english:
        raise UnapprovedAds(
            f"only approved ads are exported: {'; '.join(english)}",
            chinese=f"只能导出审核通过的广告：{'；'.join(chinese)}",
        )


def list_draft_misfits(draft: CopyDraft) -> list[str]:
    """What keeps the latest text of an ad's draft out of the platform that it was made for.

    Chinese sentences; none for a draft without a platform. The address is asked for at the export.
    """
    platform = load_platforms().get(draft.origin.get("platform", ""))
    if platform is None:
        return []
    misfits = list_misfits(_read_ad(draft, ""), platform, needs_url=False)
    return [misfit.explain() for misfit in misfits]


def _read_ad(draft: CopyDraft, url: str) -> AdText:
    title, _, description = draft.text.partition("\n")
    return AdText(
        title=title.strip(),
        description=description.strip(),
        url=draft.origin.get("url") or url,
        name=draft.id,
    )
