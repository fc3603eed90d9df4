"""Publishes a draft without a message to followers (freepublish), once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.accounts import Account
from app.publishing.sending.drafting import DraftKeeper
from app.publishing.sending.errors import NotOnPlatform
from app.publishing.sending.outcomes import (
    LOOK_AFTER,
    FailedOutcome,
    PendingOutcome,
    PublishedOutcome,
    PublishOutcome,
    limit_waiting,
    was_refused,
)
from app.publishing.steps import PostStep, PostSteps
from app.publishing.values import Post
from app.wechat.client.errors import ApiError
from app.wechat.client.families.drafts import Drafts
from app.wechat.client.families.freepublish import (
    PublicationItem,
    PublicationState,
    Publisher,
    PublishStatus,
)
from app.wechat.client.request_values.validation import BAD_MEDIA_ID

_SETTLED_AFTER = 60.0  # seconds after which a submission whose answer was lost is looked for
# Seconds after which a draft that is still there was surely not submitted: it disappears when it
# is published, and the platform's checks take minutes.
_LOST_AFTER = 1_800.0
_CLOCKS_APART = 300.0  # seconds that the platform's clock may be behind ours
UNKNOWN_ARTICLE = 53600
FAILURES = {
    PublishStatus.NOT_ORIGINAL: "原创声明没有通过：与已有的原创文章重复。",
    PublishStatus.FAILED: "平台发布失败，没有说明原因。",
    PublishStatus.REFUSED: "没有通过平台审核，请修改内容后重新提交。",
    PublishStatus.DELETED: "发布后被删除。",
    PublishStatus.BANNED: "发布后被平台封禁。",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FreePublishing:
    """Submits drafts, and asks what became of them."""

    publisher: Publisher
    drafts: Drafts
    keeper: DraftKeeper
    steps: PostSteps
    clock: Callable[[], float]

    async def advance(self, account: Account, post: Post) -> PublishOutcome:
        """Submit the post; once that was begun, find out what became of it.

        Raises ApiError and CONTENT_ERRORS while nothing was submitted.
        """
        step = await self.steps.find(post, "publish")
        if step is None:
            return await self._begin(account, post)
        if result := await self.steps.find(post, "result"):
            outcome = self.decide(result.answer)
        else:
            outcome = await self._find_out(account, post, step)
        now = self.clock()
        return limit_waiting(outcome, post.sent_at or now, now)

    async def _find_out(self, account: Account, post: Post, step: PostStep) -> PublishOutcome:
        try:
            if step.is_answered:
                return await self._look(account, step)
            return await self._recover(account, post, step)
        except ApiError:
            if await self.steps.find(post, "publish") is None:  # refused, or never heard
                raise
            return PendingOutcome()

    async def _begin(self, account: Account, post: Post) -> PublishOutcome:
        """Write the draft and submit it. Raises BadArticle, BadImage, InvalidField, ApiError."""
        media_id = await self.keeper.write(account, post)
        if await self.steps.begin(post, "publish"):  # another worker was faster
            return PendingOutcome(_SETTLED_AFTER)
        try:
            submitted = await self.publisher.submit(account, media_id)
        except ApiError as error:
            if was_refused(error):
                await self.steps.cancel(post, "publish")
            raise
        answer = {"publish_id": submitted.publish_id, "msg_data_id": submitted.msg_data_id}
        await self.steps.end(post, "publish", answer, submitted.publish_id)
        return PendingOutcome(LOOK_AFTER[0])

    async def _recover(self, account: Account, post: Post, step: PostStep) -> PublishOutcome:
        """Find out whether a submission was heard whose answer was lost. Raises ApiError.

        The draft disappears when it is published: while it is there, nothing was.
        """
        waited = self.clock() - step.begun_at
        if waited < _SETTLED_AFTER:
            return PendingOutcome(_SETTLED_AFTER - waited)
        media_id = await self.keeper.write(account, post)  # it was written: this only looks it up
        if await self._has_draft(account, media_id):
            if waited < _LOST_AFTER:
                return PendingOutcome(_LOST_AFTER - waited)
            await self.steps.cancel(post, "publish")
            return await self._begin(account, post)
        item = await self._find_published(account, post, step)
        if item is None:
            return PendingOutcome()
        urls = [article.url for article in item.content.news_item]
        answer = {"article_id": item.article_id, "urls": urls}
        await self.steps.end(post, "publish", answer)
        return PublishedOutcome(urls, item.article_id)

    async def _look(self, account: Account, step: PostStep) -> PublishOutcome:
        """Ask the platform what became of a submission. Raises ApiError."""
        state = await self.publisher.get_publication(account, step.answer["publish_id"])
        return self.decide(describe_state(state))

    def decide(self, result: dict[str, Any]) -> PublishOutcome:
        """What a result means: only status 0 is published."""
        status = result["status"]
        if status == PublishStatus.PUBLISHED:
            return PublishedOutcome(result["urls"], result["article_id"])
        if status == PublishStatus.RUNNING:
            return PendingOutcome()
        reason = FAILURES.get(status, f"平台返回了未知的发布状态 {status}。")
        if result["failed_articles"]:
            numbers = "、".join(str(number) for number in result["failed_articles"])
            reason += f"（第 {numbers} 篇）"
        return FailedOutcome(reason)

    async def delete(self, account: Account, post: Post) -> None:
        """Delete what was published. Safe to repeat. Raises ApiError, NotOnPlatform."""
        result = await self.steps.find(post, "result")
        article_id = result.answer.get("article_id") if result else None
        if not article_id:
            raise NotOnPlatform("the platform never told the article's id")
        try:
            await self.publisher.delete(account, article_id)
        except ApiError as error:
            if error.code != UNKNOWN_ARTICLE:  # an earlier try has deleted it
                raise

    async def _has_draft(self, account: Account, media_id: str) -> bool:
        try:
            await self.drafts.get(account, media_id)
        except ApiError as error:
            if error.code == BAD_MEDIA_ID:
                return False
            raise
        return True

    async def _find_published(
        self, account: Account, post: Post, step: PostStep
    ) -> PublicationItem | None:
        """The publication with the titles of the post, made since the step began."""
        titles = [each.title for each in await self.keeper.preparer.render(post)]
        page = await self.publisher.list_page(account)
        for item in page.item:
            theirs = [article.title for article in item.content.news_item]
            if theirs == titles and item.update_time >= step.begun_at - _CLOCKS_APART:
                return item
        return None


def describe_state(state: PublicationState) -> dict[str, Any]:
    """A publication's state as a result is stored: the same as `describe_publication` makes."""
    details = state.article_detail.item if state.article_detail else ()
    return {
        "status": int(state.publish_status),
        "article_id": state.article_id,
        "urls": [item.article_url for item in details],
        "failed_articles": list(state.fail_idx),
    }
