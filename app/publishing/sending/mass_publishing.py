"""Sends a draft to followers (群发), once: the platform refuses a second try by its clientmsgid."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.accounts import Account
from app.publishing.sending.drafting import DraftKeeper
from app.publishing.sending.outcomes import (
    LOOK_AFTER,
    FailedOutcome,
    PendingOutcome,
    PublishedOutcome,
    PublishOutcome,
    was_refused,
)
from app.publishing.steps import PostStep, PostSteps, make_client_id
from app.publishing.values import Post
from app.wechat.client.errors import ApiError
from app.wechat.client.families.mass import MassArticles, MassMessages
from app.wechat.client.request_values.validation import BAD_MEDIA_ID

_REMEMBERED = 23 * 3_600.0  # seconds: the platform knows a clientmsgid for 24 hours
_RETRY_AFTER = 61.0  # seconds: the platform refuses an earlier repetition with 45066
TOO_SOON = 45066  # the last try is less than a minute old
NO_QUOTA = 45028
# Refusals of a repetition that the first try may have caused: it took the draft, or the quota.
_MAY_BE_SENT = frozenset({BAD_MEDIA_ID, NO_QUOTA})
_LOST = (
    "上一次群发的结果不能确认，为避免重复发送，没有再发。"
    "请在公众平台后台的“发表记录”中查看，没有发出时再编辑、审核、重发。"
)
FAILURES = {
    "err(10001)": "涉嫌广告", "err(20001)": "涉嫌政治", "err(20004)": "涉嫌社会",
    "err(20002)": "涉嫌色情", "err(20006)": "涉嫌违法犯罪", "err(20008)": "涉嫌欺诈",
    "err(20013)": "涉嫌版权", "err(22000)": "涉嫌互推", "err(21000)": "涉嫌其他",
    "err(30001)": "原创校验出现系统错误，且用户选择了被判为转载就不群发",
    "err(30002)": "原创校验被判定为不能群发",
    "err(30003)": "原创校验被判定为转载文，且用户选择了被判为转载就不群发",
    "send fail": "平台没有发送（可能是管理员没有在 30 分钟内确认）",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MassPublishing:
    """Begins mass sends, and asks what became of them."""

    messages: MassMessages
    keeper: DraftKeeper
    steps: PostSteps
    clock: Callable[[], float]

    async def begin(self, account: Account, post: Post) -> PublishOutcome:
        """Write the draft and send it. Raises BadArticle, BadImage, InvalidField, ApiError."""
        media_id = await self.keeper.write(account, post)
        if await self.steps.begin(post, "publish"):  # another worker was faster
            return PendingOutcome(_RETRY_AFTER)
        try:
            await self._send(account, post, media_id)
        except ApiError as error:
            if was_refused(error):
                await self.steps.cancel(post, "publish")
            raise
        return PendingOutcome(LOOK_AFTER[0])

    async def recover(self, account: Account, post: Post, step: PostStep) -> PublishOutcome:
        """Send again with the same clientmsgid: answered with the first send, if there was one.

        Raises ApiError.
        """
        waited = self.clock() - step.begun_at
        if waited < _RETRY_AFTER:
            return PendingOutcome(_RETRY_AFTER - waited)
        if waited > _REMEMBERED:
            return FailedOutcome(_LOST)
        media_id = await self.keeper.write(account, post)  # it was written: this only looks it up
        try:
            await self._send(account, post, media_id)
        except ApiError as error:
            if error.code in _MAY_BE_SENT:
                return FailedOutcome(_LOST)
            if was_refused(error) and error.code != TOO_SOON:
                await self.steps.cancel(post, "publish")
            raise
        return PendingOutcome()

    async def look(self, account: Account, step: PostStep) -> PublishOutcome:
        """Ask the platform what became of a mass send. Raises ApiError."""
        status = await self.messages.get_status(account, step.answer["msg_id"])
        match status.msg_status:
            case "SEND_SUCCESS":
                return PublishedOutcome()
            case "SENDING":
                return PendingOutcome()
            case "DELETE":
                return FailedOutcome("群发后被删除。")
            case _:
                return self.decide({"status": "send fail", "urls": []})

    def decide(self, result: dict[str, Any]) -> PublishOutcome:
        """What the event of a mass send means: only `send success` is sent."""
        status = str(result["status"])
        if status == "send success":
            return PublishedOutcome(result["urls"])
        reason = FAILURES.get(status, f"平台返回了“{status}”")
        return FailedOutcome(f"群发失败：{reason}。")

    async def delete(self, account: Account, answer: dict[str, Any]) -> None:
        """Delete what was sent, for followers too. Raises ApiError."""
        await self.messages.delete(account, answer["msg_id"])

    async def _send(self, account: Account, post: Post, media_id: str) -> None:
        [tag_id] = post.audience.segments
        message = await self.messages.send_to_all(
            account, MassArticles(media_id), make_client_id(post), tag_id
        )
        answer = {"msg_id": message.msg_id, "msg_data_id": str(message.msg_data_id or "")}
        await self.steps.end(post, "publish", answer, str(message.msg_id))
