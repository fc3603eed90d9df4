"""What people do with copy drafts in an api process: make, edit and reject them."""

import uuid
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from app.marketing.content.brief import Brief
from app.marketing.content.briefs import Briefs
from app.marketing.content.copy_jobs import KIND
from app.marketing.content.drafts import lifecycle
from app.marketing.content.drafts.repository import CopyDrafts
from app.marketing.content.drafts.sources import GeneratedText, find_variant
from app.marketing.content.drafts.values import POST_CHANNELS, CopyDraft, DraftVersion
from app.marketing.jobs.queue import MarketingJobs
from app.publishing.service import PostContent, open_post_service
from app.publishing.values import PostArticle, TextMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOrder:
    """Which variant becomes a draft, and by whom.

    `title` and `digest` are those of an article; "": as they were generated.
    """

    author: str
    job: str
    variant: int
    title: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class DraftService:
    """All methods raise UnknownDraft, and what the step raises."""

    engine: AsyncEngine

    @property
    def _drafts(self) -> CopyDrafts:
        return CopyDrafts(self.engine)

    async def create(self, account: str, order: DraftOrder) -> CopyDraft:
        """Store a variant as a draft; an article or broadcast becomes a post.

        Raises UnknownJob, JobNotDone and UnknownVariant.
        """
        job = await MarketingJobs(self.engine).get(account, KIND, order.job)
        generated = find_variant(job, order.variant)
        brief_id, brief_version = str(job.request["brief"]), int(job.request["brief_version"])
        stored = await Briefs(self.engine).get(account, brief_id, brief_version)
        now = self._drafts.clock()
        draft = CopyDraft(
            id=uuid.uuid4().hex,
            account=account,
            author=order.author,
            channel=stored.brief.channel,
            post=await self._create_post(account, order, generated, stored.brief),
            brief=brief_id,
            brief_version=brief_version,
            origin=generated.origin,
            review=generated.review,
            versions=(DraftVersion(editor=order.author, at=now, text=generated.text),),
            state="draft",
            approval=None,
            reason="",
            created=now,
            changed=now,
        )
        await self._drafts.add(draft)
        return draft

    async def edit(
        self, account: str, draft_id: str, *, editor: str, version: int, text: str
    ) -> CopyDraft:
        """Store the next version, a draft again."""
        step = partial(
            lifecycle.edit, text=text, editor=editor, version=version, now=self._drafts.clock()
        )
        return await self._drafts.change(account, draft_id, step)

    async def reject(self, account: str, draft_id: str, *, by: str, reason: str) -> CopyDraft:
        """Send it back to its author."""
        return await self._drafts.change(
            account, draft_id, partial(lifecycle.reject, by=by, reason=reason)
        )

    async def _create_post(
        self, account: str, order: DraftOrder, generated: GeneratedText, brief: Brief
    ) -> str:
        """The id of the text's post; "" for a text that is none."""
        if brief.channel not in POST_CHANNELS:
            return ""
        if brief.channel == "broadcast":
            text = TextMessage(text=generated.text, ai_generated=generated.is_written)
            content = PostContent(articles=(text,), channel="mass")
        else:
            content = PostContent(articles=(_make_article(order, generated, brief),))
        post = await open_post_service(self.engine).create(account, order.author, content)
        return post.id


def _make_article(order: DraftOrder, generated: GeneratedText, brief: Brief) -> PostArticle:
    return PostArticle(
        title=order.title or generated.title or _choose_title(generated.text, brief),
        source=generated.text,
        digest=order.digest or generated.digest,
        ai_generated=generated.is_written,
    )


def _choose_title(text: str, brief: Brief) -> str:
    """The product, unless the text begins with a heading, which becomes the title."""
    return "" if text.lstrip().startswith("# ") else brief.product
