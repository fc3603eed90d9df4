"""What people do with posts: write, submit, approve, reject, schedule and withdraw them."""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.account_documents import AccountDocuments
from app.kit.text import fold_name
from app.publishing import lifecycle
from app.publishing.advertising import PostFinding, find_in_post
from app.publishing.approval_policy import (
    NAME,
    ApprovalRules,
    OpenPoint,
    PostReviewer,
    is_reason,
    refuse_open_points,
)
from app.publishing.content_rules import refuse_audience, refuse_channel, refuse_mixed
from app.publishing.lifecycle import NameMissing
from app.publishing.repository import Posts
from app.publishing.values import Audience, Channel, Post, PostItem, PostState
from app.safety.advertising.stored_rules import read_account_rulebook

TO_ALL = Audience()


@dataclass(frozen=True, kw_only=True)
class PostContent:
    """What an author decides: the articles, the way they go out, and who receives them."""

    articles: tuple[PostItem, ...]
    channel: Channel = "publish"
    audience: Audience = TO_ALL


@dataclass(frozen=True, slots=True)
class PostService:
    """Each method is one step of the lifecycle. All raise UnknownPost, and what the step raises.

    `reviewers` find what is open in a post beside what the check of advertising does.
    """

    posts: Posts
    policies: AccountDocuments  # of the name "approval"
    reviewers: Sequence[PostReviewer] = ()

    @property
    def _now(self) -> float:
        return self.posts.clock()

    async def create(self, account: str, author: str, content: PostContent) -> Post:
        """Store a draft. Raises NameMissing, BadContent."""
        if not author.strip():
            raise NameMissing("请写明作者的姓名。")
        _refuse_bad(content)
        post = Post(
            id=uuid.uuid4().hex[:16],
            account=account,
            author=author.strip(),
            articles=content.articles,
            channel=content.channel,
            audience=content.audience,
        )
        await self.posts.add(post)
        return post

    async def edit(
        self, account: str, post_id: str, *, editor: str, version: int, content: PostContent
    ) -> Post:
        """Store the next version, a draft again. Raises NameMissing, BadContent."""
        if not editor.strip():
            raise NameMissing("请写明修改人的姓名。")
        _refuse_bad(content)
        step = partial(
            lifecycle.edit,
            articles=content.articles,
            channel=content.channel,
            audience=content.audience,
            version=version,
        )
        return await self.posts.change(account, post_id, step, editor.strip())

    async def submit(self, account: str, post_id: str, version: int) -> Post:
        """Hand the version to the approvers; one that failed becomes a new version.

        The platform knows the steps of a version: what failed is not sent under the same name.
        """
        post = await self.posts.get(account, post_id)
        step = partial(_submit, version=version)
        return await self.posts.change(account, post_id, step, post.author)

    async def list_findings(self, account: str, post_id: str) -> tuple[PostFinding, ...]:
        """What the check of advertising says of the post, by the account's industry."""
        rules = await self._read_policy(account)
        return await self._check(await self.posts.get(account, post_id), rules)

    async def list_open_points(self, account: str, post_id: str) -> list[OpenPoint]:
        """All that keeps the post from approval without a reason: findings, and what reviewers
        find.
        """
        rules = await self._read_policy(account)
        return await self._list_open_points(await self.posts.get(account, post_id), rules)

    async def approve(
        self, account: str, post_id: str, *, by: str, version: int, reason: str = ""
    ) -> Post:
        """Approve the version, by the account's policy: who edited it counts as its author.

        Raises OpenFindings where anything is open in it and no `reason` is given.
        """
        rules = await self._read_policy(account)
        editors = {fold_name(edit.editor) for edit in await self.posts.list_edits(account, post_id)}
        if fold_name(by) in editors and not rules.own_allowed:
            raise lifecycle.make_self_approval()
        step = partial(
            lifecycle.approve,
            by=by,
            version=version,
            now=self._now,
            own_allowed=rules.own_allowed,
            reason=reason,
        )
        post = await self.posts.get(account, post_id)
        step(post)  # raises what the version or the state forbids, before its findings
        if not is_reason(reason):
            refuse_open_points(await self._list_open_points(post, rules))
        return await self._step(account, post_id, step)

    async def approve_items(
        self, account: str, items: Sequence[PostItem], *, author: str, by: str, reason: str
    ) -> None:
        """Approve texts that are sent without being a post, by the account's policy.

        Raises NameMissing, SelfApproval, OpenFindings.
        """
        rules = await self._read_policy(account)
        if not by.strip():
            raise NameMissing("请写明审核人的姓名。")
        if fold_name(by) == fold_name(author) and not rules.own_allowed:
            raise lifecycle.make_self_approval()
        if not is_reason(reason):
            findings = await self._find(account, items, rules)
            refuse_open_points([finding.open_point for finding in findings])

    async def reject(self, account: str, post_id: str, *, by: str, reason: str) -> Post:
        """Send it back to its author."""
        step = partial(lifecycle.reject, by=by, reason=reason)
        return await self._step(account, post_id, step)

    async def schedule(self, account: str, post_id: str, at: float | None) -> Post:
        """Send it at a time; None: now."""
        now = self._now
        step = partial(lifecycle.schedule, at=now if at is None else at, now=now)
        return await self._step(account, post_id, step)

    async def unschedule(self, account: str, post_id: str) -> Post:
        """Take it off the calendar; the approval stays."""
        return await self._step(account, post_id, lifecycle.unschedule)

    async def withdraw(self, account: str, post_id: str, *, by: str, reason: str) -> Post:
        """Take back what was published, or drop what was not sent."""
        step = partial(lifecycle.withdraw, by=by, reason=reason)
        return await self._step(account, post_id, step)

    async def settle(self, account: str, post_id: str, *, by: str, is_published: bool) -> Post:
        """Say whether the platform sent what it never told of."""
        step = partial(lifecycle.settle, by=by, is_published=is_published)
        return await self._step(account, post_id, step)

    async def _read_policy(self, account: str) -> ApprovalRules:
        content, _ = await self.policies.read(account)
        return ApprovalRules.model_validate(content or {})

    async def _check(self, post: Post, rules: ApprovalRules) -> tuple[PostFinding, ...]:
        return await self._find(post.account, post.articles, rules)

    async def _find(
        self, account: str, items: Sequence[PostItem], rules: ApprovalRules
    ) -> tuple[PostFinding, ...]:
        rulebook = await read_account_rulebook(self.posts.engine, account)
        return await asyncio.to_thread(find_in_post, items, rules.industry, rulebook)

    async def _list_open_points(self, post: Post, rules: ApprovalRules) -> list[OpenPoint]:
        """Findings of the law, and what reviewers add to them."""
        points = [finding.open_point for finding in await self._check(post, rules)]
        quotes = {point.quote for point in points}
        for review in self.reviewers:
            points += [point for point in await review(post) if point.quote not in quotes]
        return points

    async def _step(self, account: str, post_id: str, step: Callable[[Post], Post]) -> Post:
        return await self.posts.change(account, post_id, step)


def _refuse_bad(content: PostContent) -> None:
    refuse_mixed(content.articles)
    refuse_channel(content.articles, content.channel)
    refuse_audience(content.channel, content.audience)


def _submit(post: Post, version: int) -> Post:
    if post.state is not PostState.FAILED:
        return lifecycle.submit(post, version)
    again = lifecycle.edit(
        post,
        articles=post.articles,
        channel=post.channel,
        audience=post.audience,
        version=version,
    )
    return lifecycle.submit(again, again.version)


def open_post_service(engine: AsyncEngine, reviewers: Sequence[PostReviewer] = ()) -> PostService:
    """The service over the database."""
    return PostService(Posts(engine), AccountDocuments(engine, NAME), reviewers)
