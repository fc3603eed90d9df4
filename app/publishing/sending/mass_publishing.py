"""Sends a post to followers (群发): one mass send for each tag of its audience, in their order.

A draft disappears when it is sent, so each segment has a draft of its own.
"""

from dataclasses import dataclass

from app.accounts import Account
from app.publishing.sending.errors import NotOnPlatform
from app.publishing.sending.outcomes import FailedOutcome, PendingOutcome, PublishOutcome
from app.publishing.sending.segment_sender import SegmentSender
from app.publishing.sending.segments import combine_segments, list_segments
from app.publishing.values import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class MassPublishing:
    """Sends all segments of a post, and deletes them."""

    segments: SegmentSender

    async def advance(self, account: Account, post: Post) -> PublishOutcome:
        """Send the segments that nothing was sent to yet, and ask what became of the others."""
        outcomes: list[PublishOutcome] = []
        has_reached = False
        for segment in list_segments(post):
            outcome = await self.segments.advance(account, segment, is_first=not has_reached)
            outcomes.append(outcome)
            is_begun = await self.segments.find(segment, "publish") is not None
            has_reached = has_reached or (is_begun and not isinstance(outcome, FailedOutcome))
            if not is_begun and (not has_reached or isinstance(outcome, PendingOutcome)):
                break  # those behind it wait, or fail with it
        return combine_segments(post.audience.segments, outcomes)

    async def delete(self, account: Account, post: Post) -> None:
        """Delete what was sent, for followers too. Safe to repeat.

        Raises ApiError, and NotOnPlatform also for texts, which the platform doesn't take back.
        """
        if post.text_message:
            raise NotOnPlatform("a text that was sent stays with its readers")
        sends = [await self.segments.find(each, "publish") for each in list_segments(post)]
        msg_ids = [send.answer["msg_id"] for send in sends if send and "msg_id" in send.answer]
        if not msg_ids:
            raise NotOnPlatform("the platform never told the message's id")
        for msg_id in msg_ids:
            await self.segments.messages.delete(account, msg_id)
