"""Reviews copy drafts and approves them in a worker: claims are checked with its word lists."""

import asyncio
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
from app.marketing.content.drafts.values import CopyDraft
from app.marketing.content.review import CopyReview, review_text
from app.publishing.advertising import OpenFindings
from app.publishing.approval_policy import NAME as APPROVAL_POLICY
from app.publishing.approval_policy import ApprovalRules
from app.publishing.repository import Posts
from app.publishing.values import PostArticle
from app.safety.advertising.rule_schema import NAME as ADVERTISING_RULES
from app.safety.advertising.rulebook import parse_rulebook

MOST_NAMED = 5  # open points that a refusal quotes


@dataclass(frozen=True, slots=True)
class DraftApproval:
    """Reviews the latest version of a draft, and approves it for a named person."""

    engine: AsyncEngine

    async def review(self, request: ReviewDraft) -> dict[str, Any]:
        """The review of the latest text as JSON, with the text and its version."""
        draft = await CopyDrafts(self.engine).get(request.account, request.draft)
        text, version = await self._read_text(draft)
        review = await self._review(draft, text)
        return {
            "version": version,
            "text": text,
            **asdict(review),
            "is_clean": review.is_clean,
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
        _refuse_open_points(await self._review(draft, draft.text), request.reason)
        await drafts.change(request.account, request.draft, step)

    async def _read_text(self, draft: CopyDraft) -> tuple[str, int]:
        """The latest text and its version: of the draft, or of its post's first article."""
        if not draft.post:
            return draft.text, draft.version
        post = await Posts(self.engine).get(draft.account, draft.post)
        item = post.articles[0]
        return item.source if isinstance(item, PostArticle) else item.text, post.version

    async def _review(self, draft: CopyDraft, text: str) -> CopyReview:
        stored = await Briefs(self.engine).get(draft.account, draft.brief, draft.brief_version)
        language = draft.origin.get("language", stored.brief.language)  # ads come in several
        brief = stored.brief.model_copy(update={"language": language})
        content, _ = await AccountDocuments(self.engine, ADVERTISING_RULES).read(draft.account)
        brief = _adapt_brief(stored.brief, draft)
        return await asyncio.to_thread(_review_by_rules, text, brief, content)


def _adapt_brief(brief: Brief, draft: CopyDraft) -> Brief:
    """The brief for what was written: an ad in another language of a brief for an article."""
    language = draft.origin.get("language") or brief.language
    return brief.model_copy(update={"channel": draft.channel, "language": language})


def _review_by_rules(text: str, brief: Brief, rules: Any) -> CopyReview:
    return review_text(text, brief, parse_rulebook(rules))


def _refuse_open_points(review: CopyReview, reason: str) -> None:
    points = review.describe()
    if not points or reason.strip():
        return
    more = f"等 {len(points)} 处" if len(points) > MOST_NAMED else ""
    raise OpenFindings(
        f"文案还有待处理的问题：{'；'.join(points[:MOST_NAMED])}{more}。请修改后再审核；"
        "如确认可以使用，请在 reason 里写明理由，由审核人签字负责。"
    )
