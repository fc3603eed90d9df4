"""Sends due posts, and goes on with those that a crash interrupted. Runs in every worker."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

import structlog

from app.account_rights.values import AccountRight
from app.accounts import Account, Accounts
from app.publishing import lifecycle
from app.publishing.article_html.render import ArticleTooLong
from app.publishing.article_html.sanitize import TooDeep
from app.publishing.article_html.themes import UnknownTheme
from app.publishing.images.errors import BadImage
from app.publishing.lifecycle import WrongState
from app.publishing.preparing import BadArticle
from app.publishing.product_cards import BadProduct
from app.publishing.repository import Posts
from app.publishing.sending.free_publishing import FreePublishing
from app.publishing.sending.mass_publishing import MassPublishing
from app.publishing.sending.outcomes import (
    LOOK_AFTER,
    FailedOutcome,
    HandedOverOutcome,
    PendingOutcome,
    PublishedOutcome,
    PublishOutcome,
    react,
)
from app.publishing.steps import PostSteps
from app.publishing.values import Channel, Post, PostState
from app.wechat.client.errors import ApiError, InvalidField

LEASE = 900.0  # seconds: an upload of all images of a post takes less
AT_ONCE = 20  # posts of one step
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
    clock: Callable[[], float]
    worker: str = field(default_factory=lambda: uuid.uuid4().hex)

    async def send_due(self) -> None:
        """Do what is due for posts: send them, ask for them, delete what was withdrawn."""
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
        if post.channel == "export":
            return HandedOverOutcome(_BY_HAND)
        return await self._try(account, post)

    async def _try(self, account: Account, post: Post) -> PublishOutcome:
        try:
            return await self._send_or_look(account, post)
        except (BadArticle, BadImage, BadProduct, UnknownTheme, ArticleTooLong, TooDeep) as error:
            return FailedOutcome(str(error))
        except InvalidField as error:
            return FailedOutcome(f"内容不符合平台的要求：{error}")
        except ApiError as error:
            log.warning("post_waits", post=post.id, account=post.account, error=str(error))
            may_be_sent = await self.steps.find(post, "publish") is not None
            return PendingOutcome() if may_be_sent else react(error)

    async def _send_or_look(self, account: Account, post: Post) -> PublishOutcome:
        """Send the post, unless that was begun: then what the event told, or is answered now."""
        channel = self._channel_of(post)
        step = await self.steps.find(post, "publish")
        if step is None and account.is_refused(_RIGHTS[post.channel]):
            return HandedOverOutcome()
        if step is None:
            return await channel.begin(account, post)
        if result := await self.steps.find(post, "result"):
            return channel.decide(result.answer)
        if not step.is_answered:
            return await channel.recover(account, post, step)
        return await channel.look(account, step)

    def _channel_of(self, post: Post) -> FreePublishing | MassPublishing:
        return self.mass if post.channel == "mass" else self.free

    async def _apply(self, post: Post, outcome: PublishOutcome) -> None:
        log.info("post_advanced", post=post.id, outcome=type(outcome).__name__)
        match outcome:
            case PendingOutcome(seconds):
                await self._postpone(post, seconds)
            case PublishedOutcome():
                if await self.steps.find(post, "result") is None:
                    await self.steps.end(post, "result", {"status": 0} | asdict(outcome))
                await self.posts.change(post.account, post.id, lifecycle.confirm)
            case FailedOutcome(reason):
                await self.posts.change(
                    post.account, post.id, lambda each: lifecycle.fail(each, reason)
                )
            case HandedOverOutcome(reason):
                await self.posts.change(
                    post.account, post.id, lambda each: lifecycle.hand_over(each, reason)
                )

    async def _postpone(self, post: Post, seconds: float | None) -> None:
        tries = await self.posts.count_tries(post)
        interval = LOOK_AFTER[min(tries, len(LOOK_AFTER) - 1)] if seconds is None else seconds
        await self.posts.postpone(post, self.clock() + max(interval, 1.0))

    async def _delete(self, account: Account | None, post: Post) -> None:
        """Delete a withdrawn post from the platform; where that fails, say so."""
        if await self.steps.begin(post, "delete") is not None or account is None:
            await self.posts.finish(post, "（平台上是否已经删除不能确认，请在后台查看。）")
            return
        channel = self._channel_of(post)
        step = await self.steps.find(post, "publish")
        result = await self.steps.find(post, "result")
        answer = (step.answer if step else {}) | (result.answer if result else {})
        try:
            await channel.delete(account, answer)
        except (ApiError, InvalidField, KeyError) as error:
            log.warning("post_not_deleted", post=post.id, error=str(error))
            await self.posts.finish(post, "（平台上没有删除成功，请在公众平台后台手动删除。）")
            return
        await self.steps.end(post, "delete", {})
        await self.posts.finish(post)
