"""One mass send of a message: begun once, repeated harmlessly, held while there is no quota."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.accounts import Account
from app.publishing.frequency.cap import FrequencyCap
from app.publishing.sending.audiences import Audiences, Recipients, find_fault, find_overlap
from app.publishing.sending.drafting import DraftKeeper
from app.publishing.sending.outcomes import (
    CONTENT_ERRORS,
    LOOK_AFTER,
    FailedOutcome,
    PendingOutcome,
    PublishedOutcome,
    PublishOutcome,
    UnconfirmedOutcome,
    describe_content_error,
    limit_waiting,
    react,
    was_refused,
)
from app.publishing.sending.segments import (
    MassSegment,
    describe_next_try,
    find_next_try,
)
from app.publishing.steps import PostStep, PostSteps, StepName
from app.wechat.client.errors import ApiError
from app.wechat.client.families.mass import MassContent, MassMessages
from app.wechat.client.request_values.validation import BAD_MEDIA_ID

_REMEMBERED = 23 * 3_600.0  # seconds: the platform knows a clientmsgid for 24 hours
_RETRY_AFTER = 61.0  # seconds: the platform refuses an earlier repetition with 45066
TOO_SOON = 45066  # the last try is less than a minute old
NO_QUOTA = 45028
SENT = "send success"
DELETED = "deleted"
REFUSED = "refused"  # the status of a segment that nothing was sent to
# Refusals of a repetition that the first try may have caused: it took the draft, or the quota.
_MAY_BE_SENT = frozenset({BAD_MEDIA_ID, NO_QUOTA})
_LOST = (
    "上一次群发的结果不能确认，为避免重复发送，没有再发。"
    "请在公众平台后台的“发表记录”中查看：已经发出的，确认为“已发布”；"
    "没有发出的，确认为“没有发出”，再编辑、审核、重发。"
)
FAILURES = {
    "err(10001)": "涉嫌广告", "err(20001)": "涉嫌政治", "err(20004)": "涉嫌社会",
    "err(20002)": "涉嫌色情", "err(20006)": "涉嫌违法犯罪", "err(20008)": "涉嫌欺诈",
    "err(20013)": "涉嫌版权", "err(22000)": "涉嫌互推", "err(21000)": "涉嫌其他",
    "err(30001)": "原创校验出现系统错误，且用户选择了被判为转载就不群发",
    "err(30002)": "原创校验被判定为不能群发",
    "err(30003)": "原创校验被判定为转载文，且用户选择了被判为转载就不群发",
    DELETED: "群发后被删除",
    "send fail": "平台没有发送（可能是管理员没有在 30 分钟内确认）",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSender:
    """Sends segments, and asks what became of them."""

    messages: MassMessages
    keeper: DraftKeeper
    steps: PostSteps
    audiences: Audiences
    cap: FrequencyCap
    clock: Callable[[], float]

    async def find(self, segment: MassSegment, name: StepName) -> PostStep | None:
        """A step of the segment."""
        return await self.steps.find(segment.post, name, segment.index)

    async def advance(
        self, account: Account, segment: MassSegment, *, is_first: bool
    ) -> PublishOutcome:
        """Send the segment unless it was sent, else ask what became of it.

        `is_first`: nothing of the message was sent yet. A segment behind others is held where
        there is no quota left, and refused for itself where it can't be sent.
        """
        if result := await self.find(segment, "result"):
            return await self._settle(segment, result.answer)
        try:
            return await self._send_or_look(account, segment, is_first=is_first)
        except CONTENT_ERRORS as error:
            outcome: PublishOutcome = describe_content_error(error)
        except ApiError as error:
            outcome = await self._react(segment, error, is_first=is_first)
        if is_first or isinstance(outcome, PendingOutcome):
            return outcome
        return await self._refuse(segment, getattr(outcome, "reason", ""))

    async def _react(
        self, segment: MassSegment, error: ApiError, *, is_first: bool
    ) -> PublishOutcome:
        if await self.find(segment, "publish"):  # it may have been sent
            return PendingOutcome()
        if not is_first and error.meaning and error.meaning.reaction == "tomorrow":
            return await self._hold(segment)
        return react(error)

    async def _send_or_look(
        self, account: Account, segment: MassSegment, *, is_first: bool
    ) -> PublishOutcome:
        step = await self.find(segment, "publish")
        if step is None:
            return await self._begin(account, segment, is_first=is_first)
        if step.is_answered:
            outcome = await self._look(account, segment, step)
        else:
            outcome = await self._recover(account, segment, step)
        return limit_waiting(outcome, step.begun_at, self.clock())

    async def _begin(
        self, account: Account, segment: MassSegment, *, is_first: bool
    ) -> PublishOutcome:
        """Write the draft, if it has one, and send it. Raises ApiError and CONTENT_ERRORS."""
        hold = await self.find(segment, "held")
        if hold is not None and (left := hold.answer["next_at"] - self.clock()) > 0:
            return PendingOutcome(left, describe_next_try(hold.answer["next_at"]))
        recipients = await self._read_recipients(account, segment, is_first, hold is not None)
        if fault := await self._find_fault(account, segment, recipients, is_first=is_first):
            return FailedOutcome(fault) if is_first else await self._refuse(segment, fault)
        content = await self.keeper.make_content(account, segment.post, segment.index)
        await self.cap.count_mass(account, recipients[segment.tag_id], segment.client_id)
        return await self._send_once(account, segment, content)

    async def _send_once(
        self, account: Account, segment: MassSegment, content: MassContent
    ) -> PublishOutcome:
        if await self.steps.begin(segment.post, "publish", segment.index):
            return PendingOutcome(_RETRY_AFTER)  # another worker was faster
        try:
            await self._send(account, segment, content)
        except ApiError as error:
            if was_refused(error):
                await self._forget(segment)
            raise
        return PendingOutcome(LOOK_AFTER[0])

    async def _read_recipients(
        self, account: Account, segment: MassSegment, is_first: bool, was_held: bool
    ) -> dict[int | None, Recipients]:
        """By their tag: those of all segments before the first call; later those of the segment.

        After a day without quota tags may have come to share followers: those of the segments
        before it are read again.
        """
        tag_ids = segment.post.audience.segments
        if not is_first:
            tag_ids = tag_ids[: segment.index + 1] if was_held else (segment.tag_id,)
        return {tag_id: await self.audiences.read(account, tag_id) for tag_id in tag_ids}

    async def _find_fault(
        self,
        account: Account,
        segment: MassSegment,
        recipients: dict[int | None, Recipients],
        *,
        is_first: bool,
    ) -> str:
        """Why nothing can be sent to the segment, or ""; before the first call, to any."""
        own = recipients[segment.tag_id]
        checked = recipients.values() if is_first else [own]
        if fault := find_fault(list(checked)) or find_overlap(list(recipients.values())):
            return fault
        return await self.cap.find_fault(account, own, segment.client_id)

    async def _recover(
        self, account: Account, segment: MassSegment, step: PostStep
    ) -> PublishOutcome:
        """Send again with the same clientmsgid: answered with the first send, if there was one.

        Raises ApiError.
        """
        waited = self.clock() - step.begun_at
        if waited < _RETRY_AFTER:
            return PendingOutcome(_RETRY_AFTER - waited)
        if waited > _REMEMBERED:
            return UnconfirmedOutcome(_LOST)
        # The draft was written: this only looks it up.
        content = await self.keeper.make_content(account, segment.post, segment.index)
        try:
            await self._send(account, segment, content)
        except ApiError as error:
            if error.code in _MAY_BE_SENT:
                return UnconfirmedOutcome(_LOST)
            if was_refused(error) and error.code != TOO_SOON:
                await self._forget(segment)
            raise
        return PendingOutcome()

    async def _look(self, account: Account, segment: MassSegment, step: PostStep) -> PublishOutcome:
        """Ask the platform what became of a mass send. Raises ApiError."""
        answer = await self.messages.get_status(account, step.answer["msg_id"])
        match answer.msg_status:
            case "SENDING":
                return PendingOutcome()
            case "SEND_SUCCESS":
                status = SENT
            case "DELETE":
                status = DELETED
            case _:
                status = "send fail"
        result = {"status": status, "urls": []}
        await self.steps.end(segment.post, "result", result, segment=segment.index)
        return await self._settle(segment, result)

    async def _settle(self, segment: MassSegment, result: dict[str, Any]) -> PublishOutcome:
        """What a stored result means: only `send success` is sent."""
        status = str(result["status"])
        if status == SENT:
            return PublishedOutcome(result["urls"])
        if status == REFUSED:
            return FailedOutcome(str(result["reason"]))
        if status != DELETED:
            await self.cap.ledger.forget(segment.post.account, segment.client_id)
        reason = FAILURES.get(status, f"平台返回了“{status}”")
        return FailedOutcome(f"群发失败：{reason}。")

    async def _hold(self, segment: MassSegment) -> PublishOutcome:
        """Note that there is no quota left, and when the segment is tried again."""
        hold = await self.find(segment, "held")
        now = self.clock()
        refusals = hold.answer["refusals"] + 1 if hold else 1
        next_at = find_next_try(segment.post.scheduled_at or now, refusals, now)
        answer = {"refusals": refusals, "next_at": next_at}
        await self.steps.end(segment.post, "held", answer, segment=segment.index)
        return PendingOutcome(next_at - now, describe_next_try(next_at))

    async def _refuse(self, segment: MassSegment, reason: str) -> PublishOutcome:
        """Note that nothing is sent to a segment, while others are."""
        result = {"status": REFUSED, "reason": reason, "urls": []}
        await self.steps.end(segment.post, "result", result, segment=segment.index)
        return FailedOutcome(reason)

    async def _forget(self, segment: MassSegment) -> None:
        """The platform refused: nothing was sent, and nobody was reached."""
        await self.steps.cancel(segment.post, "publish", segment.index)
        await self.cap.ledger.forget(segment.post.account, segment.client_id)

    async def _send(self, account: Account, segment: MassSegment, content: MassContent) -> None:
        message = await self.messages.send_to_all(
            account,
            content,
            segment.client_id,
            segment.tag_id,
        )
        answer = {"msg_id": message.msg_id, "msg_data_id": str(message.msg_data_id or "")}
        await self.steps.end(segment.post, "publish", answer, str(message.msg_id), segment.index)
