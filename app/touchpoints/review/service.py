"""What people do with menus and welcome texts before they go live."""

import uuid
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.account_documents import AccountDocuments
from app.publishing.approval_policy import NAME, ApprovalRules
from app.touchpoints.menus.checking import refuse_faults
from app.touchpoints.menus.values import Menu
from app.touchpoints.review import lifecycle
from app.touchpoints.review.repository import ReviewedContents
from app.touchpoints.review.values import Content, ReviewedContent
from app.touchpoints.welcomes.checking import refuse_bad_welcome


@dataclass(frozen=True, slots=True)
class ReviewService:
    """Each method is one step of the lifecycle. All raise UnknownContent, and what it raises."""

    contents: ReviewedContents
    policies: AccountDocuments  # of the name "approval", as for posts

    async def create(self, account: str, author: str, content: Content) -> ReviewedContent:
        """Store a draft. Raises NameMissing."""
        item = ReviewedContent(
            id=uuid.uuid4().hex[:16],
            account=account,
            author=lifecycle.require_name(author),
            content=content,
        )
        await self.contents.add(item)
        return item

    async def edit(
        self, account: str, content_id: str, *, editor: str, version: int, content: Content
    ) -> ReviewedContent:
        """Store the next version, a draft again. Raises NameMissing."""
        name = lifecycle.require_name(editor)
        await self.contents.get(account, content_id, content.kind)
        step = partial(lifecycle.edit, content=content, version=version)
        return await self.contents.change(account, content_id, step, name)

    async def submit(self, account: str, content_id: str, version: int) -> ReviewedContent:
        """Hand the version to the approvers. Raises BadMenu, BadWelcome for what can't be shown."""
        item = await self.contents.get(account, content_id)
        if isinstance(item.content, Menu):
            refuse_faults(item.content)
        else:
            refuse_bad_welcome(item.content)
        step = partial(lifecycle.submit, version=version)
        return await self.contents.change(account, content_id, step)

    async def approve(
        self, account: str, content_id: str, *, by: str, version: int
    ) -> ReviewedContent:
        """Approve the version, by the account's policy: who edited it counts as its author."""
        content, _ = await self.policies.read(account)
        rules = ApprovalRules.model_validate(content or {})
        editors = {edit.editor for edit in await self.contents.list_edits(account, content_id)}
        lifecycle.refuse_self_approval(by, editors, own_allowed=rules.own_allowed)
        step = partial(lifecycle.approve, by=by, version=version, now=self.contents.clock())
        return await self.contents.change(account, content_id, step)

    async def reject(
        self, account: str, content_id: str, *, by: str, reason: str
    ) -> ReviewedContent:
        """Send it back to its author."""
        step = partial(lifecycle.reject, by=by, reason=reason)
        return await self.contents.change(account, content_id, step)


def open_review_service(engine: AsyncEngine) -> ReviewService:
    """The service over the database."""
    return ReviewService(ReviewedContents(engine), AccountDocuments(engine, NAME))
