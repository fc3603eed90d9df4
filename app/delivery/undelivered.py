"""Moves replies that no copy of their message returned from Redis to the outbox."""

from app.delivery.outbox import Outbox, OutboxMessage
from app.delivery.user_queue import UndeliveredReply, UserQueues
from app.messages.phrases import TextOf
from app.messages.texts import replace_late_transfer
from app.observability import metrics
from app.redis import keys


async def move_to_outbox(
    user_queues: UserQueues,
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
    if await user_queues.mark_in_outbox(undelivered):
        metrics.KEPT_REPLIES.labels("outbox").inc()
    else:
        await outbox.mark_arrived(undelivered.id)
