"""Reviews copy drafts and approves them in a worker: claims are checked with its word lists."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.account_documents import AccountDocuments
from app.jobs import ApproveDraft, ReviewDraft
from app.marketing.content.brief import Brief
from app.marketing.content.briefs import Briefs
from app.marketing.content.drafts import lifecycle
from app.marketing.content.drafts.repository import CopyDrafts
from app.marketing.content.drafts.translations import read_translation
from app.marketing.content.drafts.values import CopyDraft
from app.marketing.content.review import CopyReview, review_text
from app.marketing.content.translated_review import (
    TranslatedText,
    list_untranslated,
    review_translation,
)
from app.publishing.approval_policy import NAME as APPROVAL_POLICY
from app.publishing.approval_policy import ApprovalRules, is_reason, refuse_open_points
from app.publishing.plain_text import read_text
from app.publishing.repository import Posts
from app.safety.advertising.rule_schema import NAME as ADVERTISING_RULES
from app.safety.advertising.rulebook import parse_rulebook

ListMisfits = Callable[[CopyDraft], Sequence[str]]


@dataclass(frozen=True, slots=True)
class DraftApproval:
    """Reviews the latest version of a draft, and approves it for a named person.

    list_misfits: what keeps a draft's text out of where it is published, a sentence each.
    """

    engine: AsyncEngine
    list_misfits: ListMisfits

    async def review(self, request: ReviewDraft) -> dict[str, Any]:
        """The review of the latest text as JSON, with the text and its version.

        The text of a post is its title, digest and body as people read them.
        """
        draft = await CopyDrafts(self.engine).get(request.account, request.draft)
        text, version = await self._read_text(draft)
        review = await self._review(draft, text)
        return {
            "version": version,
            "text": text,
            **asdict(review),
            "is_clean": review.is_clean,
            "open_points": [asdict(point) for point in review.open_points],
        }

    async def approve(self, request: ApproveDraft) -> None:
        """Approve a version. Raises OpenFindings unless nothing is open or `reason` signs for it,
        and what the step raises.
        """
        drafts = CopyDrafts(self.engine)
        draft = await drafts.get(request.account, request.draft)
        content, _ = await AccountDocuments(self.engine, APPROVAL_POLICY).read(request.account)
        step = partial(
            lifecycle.approve,
            by=request.by,
            version=request.version,
            now=drafts.clock(),
            own_allowed=ApprovalRules.model_validate(content or {}).own_allowed,
            reason=request.reason,
        )
        step(draft)  # raises what the version or the state forbids, before its findings
        if not is_reason(request.reason):
            refuse_open_points((await self._review(draft, draft.text)).open_points)
        await drafts.change(request.account, request.draft, step)

    async def _read_text(self, draft: CopyDraft) -> tuple[str, int]:
        """The latest text and its version: of the draft, or of its post."""
        if not draft.post:
            return draft.text, draft.version
        post = await Posts(self.engine).get(draft.account, draft.post)
        return await asyncio.to_thread(read_text, post), post.version

    async def _review(self, draft: CopyDraft, text: str) -> CopyReview:
        stored = await Briefs(self.engine).get(draft.account, draft.brief, draft.brief_version)
        content, _ = await AccountDocuments(self.engine, ADVERTISING_RULES).read(draft.account)
        brief = _adapt_brief(stored.brief, draft)
        translated = read_translation(draft)
        review = await asyncio.to_thread(_review_by_rules, text, brief, content, translated)
        return review.add_faults(self.list_misfits(draft))


def _adapt_brief(brief: Brief, draft: CopyDraft) -> Brief:
    """The brief for what was written: an ad in another language of a brief for an article."""
    language = draft.origin.get("language") or brief.language
    length = brief.length if draft.channel == brief.channel else None
    return brief.model_copy(
        update={"channel": draft.channel, "language": language, "length": length}
    )


def _review_by_rules(
    text: str, brief: Brief, rules: Any, translated: TranslatedText | None
) -> CopyReview:
    rulebook = parse_rulebook(rules)
    if translated is None:
        review = review_text(text, brief, rulebook)
        return review.add_faults(list_untranslated(text, brief))
    return review_translation(text, brief, rulebook, translated)
