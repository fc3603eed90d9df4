"""What happens after the last of three copies: replies that no copy returned move to the outbox.

Two find them: the outbox sender leases those of all users each second (`lease`), and a user's next
turn takes over the user's own (`take`).
"""

from dataclasses import dataclass

import structlog

from app.delivery import lua
from app.delivery.outbox import Outbox, OutboxMessage
from app.delivery.stored_replies import parse_stored_reply
from app.delivery.user_queue import MAX_COPIES, UNCONFIRMED_AFTER
from app.messages.phrases import TextOf
from app.messages.texts import replace_late_transfer
from app.messages.values import Message
from app.observability import metrics
from app.redis import keys
from app.redis.client import RedisClient

LAST_COPY_WITHIN = 11.0  # seconds after a message was received: the third copy has come by then
LEASE_SECONDS = 60.0  # then the process that was to move the reply is dead

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class UndeliveredReply:
    """A committed reply that is not known to have arrived."""

    id: str
    user: str
    reply: Message
    received_at: float  # seconds since 1970


@dataclass(frozen=True, slots=True)
class UndeliveredReplies:
    """Leases, takes and marks undelivered replies."""

    redis: RedisClient

    async def lease(self, now: float, seconds: float = LEASE_SECONDS) -> list[UndeliveredReply]:
        """Lease up to 64 replies that no copy returned; leased again after `seconds`.

        A reply that this version can't read is logged and left out; its lease goes on.
        """
        undelivered = []
        for id_ in await self.redis.zrangebyscore(keys.UNDELIVERED, 0, now, start=0, num=64):
            leased = await lua.LEASE_UNDELIVERED.run(
                self.redis,
                undelivered=keys.UNDELIVERED,
                delivery=keys.delivery(id_),
                id=id_,
                now=now,
                leased_until=now + seconds,
                unconfirmed_prefix=keys.unconfirmed(""),
                reply_stream_prefix=keys.reply_stream(""),
            )
            if leased:
                reply_json, user, received_at = leased
                undelivered.append(_parse_undelivered(id_, user, reply_json, received_at))
        return [reply for reply in undelivered if reply]

    async def mark_in_outbox(self, undelivered: UndeliveredReply) -> bool:
        """Record that the reply is in the outbox: no copy returns it any more.

        Returns False if the reply was confirmed since it was leased: the outbox must not send it.
        """
        return bool(
            await lua.MARK_IN_OUTBOX.run(
                self.redis,
                undelivered=keys.UNDELIVERED,
                delivery=keys.delivery(undelivered.id),
                unconfirmed=keys.unconfirmed(undelivered.user),
                id=undelivered.id,
            )
        )

    async def take(
        self, user: str, now: float, seconds: float = LEASE_SECONDS
    ) -> tuple[list[UndeliveredReply], int]:
        """Take over this user's replies that no copy is to return any more: those committed while
        no copy waited, and those held by a dead api process after the last copy. Returns them and
        the number still unconfirmed. They are leased for `seconds`: store each and call
        `mark_in_outbox`. A copy that comes meanwhile gets nothing. A reply that copy 1 returned
        counts as received if WeChat did not repeat the message.
        """
        unconfirmed_count, flat_replies = await lua.TAKE_UNDELIVERED.run(
            self.redis,
            unconfirmed=keys.unconfirmed(user),
            undelivered=keys.UNDELIVERED,
            now=now,
            leased_until=now + seconds,
            unconfirmed_after=UNCONFIRMED_AFTER,
            max_copies=MAX_COPIES,
            last_copy_within=LAST_COPY_WITHIN,
            delivery_prefix=keys.delivery(""),
            reply_stream_prefix=keys.reply_stream(""),
        )
        undelivered = [
            _parse_undelivered(id_, user, reply_json, received_at)
            for id_, reply_json, received_at in zip(
                flat_replies[::3], flat_replies[1::3], flat_replies[2::3], strict=True
            )
        ]
        return [reply for reply in undelivered if reply], int(unconfirmed_count)


async def move_to_outbox(
    undelivered_replies: UndeliveredReplies,
    outbox: Outbox,
    undelivered: UndeliveredReply,
    text: TextOf,
    due: float | None,
) -> None:
    """Store the reply in the outbox; no copy returns it any more. Safe to repeat.

    A reply that is confirmed meanwhile, because a copy has returned it, is not sent again.

    due: when to send it as a customer-service message (seconds since 1970); None: with the
    follower's next reply. text: words a phrase, in place of a transfer that came too late.
    """
    account, openid = keys.split_user(undelivered.user)
    message = OutboxMessage(
        id=undelivered.id,
        account=account,
        openid=openid,
        message=replace_late_transfer(undelivered.reply, account, text),
        created=undelivered.received_at,
        due=due,
    )
    await outbox.put([message])  # first: a crash before `mark_in_outbox` loses nothing
    if await undelivered_replies.mark_in_outbox(undelivered):
        metrics.KEPT_REPLIES.labels("outbox").inc()
    else:
        await outbox.mark_arrived(undelivered.id)


def _parse_undelivered(
    id: str,  # noqa: A002 - the platform's own word
    user: str,
    reply_json: str,
    received_at: str,
) -> UndeliveredReply | None:
    """None where this version can't read the reply."""
    reply = parse_stored_reply(id, reply_json)
    return UndeliveredReply(id, user, reply, float(received_at)) if reply else None
