"""Puts agents' replies into the outbox, and follows what becomes of them there."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.delivery.outbox import Outbox, OutboxMessage
from app.inbox.agent_replies import AgentReplies, AgentReply
from app.kit.batched import finish_all
from app.messages.values import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyForwarder:
    """A periodic task of every worker."""

    replies: AgentReplies
    outbox: Outbox
    # account, openid: whether the account may send the follower customer-service messages
    may_push: Callable[[str, str], bool]
    learn: Callable[[AgentReply], Awaitable[None]]  # stores the reply as the answer to a gap

    async def forward_replies(self) -> None:
        """Put queued replies into the outbox, then settle those whose outbox message is done.

        A reply that fails is leased again after a minute; the others go on. Raises UNAVAILABLE.
        """
        if not await self.replies.has_undelivered():  # mostly: one read instead of four writes
            return
        leased_replies = await self.replies.lease_replies(time.time())
        await finish_all(map(self._forward_reply, leased_replies))
        await self.replies.settle_replies()

    async def _forward_reply(self, reply: AgentReply) -> None:
        due = time.time() if self.may_push(reply.account, reply.openid) else None
        message = OutboxMessage(
            id=reply.id,
            account=reply.account,
            openid=reply.openid,
            message=Text(content=reply.text),
            created=reply.at,
            due=due,
        )
        await self.outbox.put([message])
        await self.learn(reply)
        await self.replies.mark_kept(reply.number)
