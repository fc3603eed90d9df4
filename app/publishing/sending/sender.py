"""Sends due posts, and goes on with those that a crash interrupted. Runs in every worker."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import structlog

from app.account_rights.values import AccountRight
from app.accounts import Account, Accounts
from app.publishing import lifecycle
from app.publishing.checkpoints import Checkpoints
from app.publishing.lifecycle import WrongState
from app.publishing.repository import Posts
from app.publishing.sending.errors import NotOnPlatform
from app.publishing.sending.free_publishing import FreePublishing
from app.publishing.sending.mass_publishing import MassPublishing
from app.publishing.sending.outcomes import (
    CONTENT_ERRORS,
    LOOK_AFTER,
    NO_RIGHT,
    FailedOutcome,
    HandedOverOutcome,
    PendingOutcome,
    PublishedOutcome,
    PublishOutcome,
    UnconfirmedOutcome,
    describe_content_error,
    react,
)
from app.publishing.steps import PostSteps
from app.publishing.values import Channel, Post, PostState
from app.wechat.client.errors import ApiError, InvalidField

LEASE = 900.0  # seconds: an upload of all images of a post takes less
AT_ONCE = 20  # posts of one step
UNSENT_AFTER = 86_400.0  # seconds of a platform that can't be reached, after which a post fails
MOST_DELETIONS = 4  # tries to delete a withdrawn post
_UNREACHED = (
    "24 小时内一直没有连上微信公众平台，没有发出。"
    "请用 python -m app doctor 检查网络和凭据，再重新提交。"
)
_BY_HAND = "排好版的正文在“导出”页，请复制后粘贴到公众平台后台发布。"
_RIGHTS: Mapping[Channel, AccountRight] = {
    "publish": AccountRight.PUBLISHING,
    "mass": AccountRight.MASS_SENDS,
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSender:
    """Takes one due post after another, each under a lease."""

    posts: Posts
    steps: PostSteps
    accounts: Accounts
    free: FreePublishing
    mass: MassPublishing
    checkpoints: Checkpoints
    clock: Callable[[], float]
    worker: str = field(default_factory=lambda: uuid.uuid4().hex)

    async def send_due(self) -> None:
        """Do what is due for posts: send them, ask for them, check and delete what was sent."""
        for _ in range(AT_ONCE):
            post = await self.posts.lease_due(self.worker, LEASE)
            if post is None:
                return
            await self._advance(post)
            await self.posts.release(post, self.worker)

    async def _advance(self, post: Post) -> None:
        account = self.accounts.get(post.account)
        if post.state is PostState.WITHDRAWN:
            await self._delete(account, post)
            return
        if post.state is PostState.PUBLISHED:
            await self._check(post)
            return
        if post.state is PostState.SCHEDULED:
            try:
                post = await self.posts.change(post.account, post.id, self._begin)
            except WrongState:  # somebody edited, moved or withdrew it meanwhile
                return
        await self._apply(post, await self._decide(account, post))

    def _begin(self, post: Post) -> Post:
        return lifecycle.begin_sending(post, self.clock())

    async def _decide(self, account: Account | None, post: Post) -> PublishOutcome:
        if account is None:
            return FailedOutcome(f"服务里没有配置公众号 {post.account}，不能发布。")
        if reason := await self._find_handover(account, post):
            return HandedOverOutcome(reason)
        try:
            return await self._channel_of(post).advance(account, post)
        except CONTENT_ERRORS as error:
            return describe_content_error(error)
        except ApiError as error:
            log.warning("post_waits", post=post.id, account=post.account, error=str(error))
            return self._limit_tries(post, react(error))

    async def _find_handover(self, account: Account, post: Post) -> str:
        """Why a person pastes the post into the platform's editor, or ""."""
        if post.channel == "export":
            return _BY_HAND
        is_refused = account.is_refused(_RIGHTS[post.channel])
        return NO_RIGHT if is_refused and not await self.steps.find(post, "publish") else ""

    def _limit_tries(self, post: Post, outcome: PublishOutcome) -> PublishOutcome:
        """The outcome, unless the platform couldn't be reached for UNSENT_AFTER."""
        waited = self.clock() - (post.sent_at or self.clock())
        if isinstance(outcome, PendingOutcome) and waited > UNSENT_AFTER:
            return FailedOutcome(_UNREACHED)
        return outcome

    def _channel_of(self, post: Post) -> FreePublishing | MassPublishing:
        return self.mass if post.channel == "mass" else self.free

    async def _apply(self, post: Post, outcome: PublishOutcome) -> None:
        log.info("post_advanced", post=post.id, outcome=type(outcome).__name__)
        match outcome:
            case PendingOutcome():
                await self._postpone(post, outcome)
            case PublishedOutcome():
                if await self.steps.find(post, "result") is None:
                    result = {"status": 0, "urls": list(outcome.urls)}
                    await self.steps.end(
                        post, "result", result | {"article_id": outcome.article_id}
                    )
                await self._change(post, partial(lifecycle.confirm, note=outcome.note))
            case UnconfirmedOutcome(reason):
                await self._change(post, partial(lifecycle.lose_track, reason=reason))
            case FailedOutcome(reason):
                await self._change(post, partial(lifecycle.fail, reason=reason))
            case HandedOverOutcome(reason):
                await self._change(post, partial(lifecycle.hand_over, reason=reason))

    async def _change(self, post: Post, step: Callable[[Post], Post]) -> None:
        await self.posts.change(post.account, post.id, step)

    async def _postpone(self, post: Post, outcome: PendingOutcome) -> None:
        tries = await self.posts.count_tries(post)
        interval = outcome.seconds
        if interval is None:
            interval = LOOK_AFTER[min(tries, len(LOOK_AFTER) - 1)]
        await self.posts.postpone(post, self.clock() + max(interval, 1.0), outcome.note)

    async def _delete(self, account: Account | None, post: Post) -> None:
        """Delete a withdrawn post from the platform; where that fails, say so.

        A deletion that a crash interrupted is made again: the platform takes a second one.
        """
        earlier = await self.steps.begin(post, "delete")
        if earlier is None or not earlier.is_answered:
            try:
                if account is None:
                    raise NotOnPlatform("the account isn't configured")
                await self._channel_of(post).delete(account, post)
            except (ApiError, InvalidField, NotOnPlatform) as error:
                await self._retry_deletion(post, error)
                return
            await self.steps.end(post, "delete", {})
        await self.posts.finish(post)

    async def _check(self, post: Post) -> None:
        next_at = await self.checkpoints.record_due(post)
        if next_at is None:
            await self.posts.finish(post)
        else:
            await self.posts.postpone(post, next_at)

    async def _retry_deletion(self, post: Post, error: Exception) -> None:
        log.warning("post_not_deleted", post=post.id, error=str(error))
        may_help = isinstance(error, ApiError) and isinstance(react(error), PendingOutcome)
        tries = await self.posts.count_tries(post)
        if may_help and tries < MOST_DELETIONS:
            await self.posts.postpone(post, self.clock() + LOOK_AFTER[tries])
            return
        await self.posts.finish(post, "（平台上没有删除成功，请在公众平台后台手动删除。）")
