"""Sends outbox messages as customer-service messages, within the platform's quota."""

import time
import uuid
from dataclasses import dataclass

import structlog
from redis.exceptions import RedisError

from app.account_rights.values import AccountRight
from app.accounts import Account, Accounts
from app.db.engines import UNAVAILABLE
from app.delivery.outbox import Outbox, OutboxMessage
from app.delivery.undelivered import UndeliveredReplies, UndeliveredReply, move_to_outbox
from app.delivery.user_queue import UserQueues
from app.kit.batched import finish_all
from app.messages import texts, values
from app.messages.lengths import TEXT_BYTES
from app.messages.phrases import TextOf
from app.messages.values import Message, Text
from app.observability import metrics
from app.redis import keys
from app.sessions import channels
from app.wechat.callback.replies import remove_forbidden
from app.wechat.client.errors import ApiError
from app.wechat.client.families.customer_service import CustomerServiceMessages
from app.wechat.client.follower_quota import QuotaLedger
from app.wechat.outbox_reactions import choose_reaction

AT_ONCE = 16  # followers
TOO_LONG = 45002
MEDIA_GONE = 40007
SHORTER = 1024  # bytes: the limit of a second try, after the platform found a text too long

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSender:
    """Sends for accounts with the right; messages of others wait for the follower's next one."""

    undelivered_replies: UndeliveredReplies
    outbox: Outbox
    ledger: QuotaLedger
    messages: CustomerServiceMessages
    accounts: Accounts
    text: TextOf

    async def send_due(self) -> None:
        """Move undelivered replies to the outbox, and send all that is due."""
        for undelivered in await self.undelivered_replies.lease(time.time()):
            await self._take_over_undelivered(undelivered)
        due = await self.outbox.read_due(time.time())
        for at in range(0, len(due), AT_ONCE):
            await finish_all(map(self._try_send, due[at : at + AT_ONCE]))

    async def tidy(self) -> None:
        """Mark stale reservations as sent and delete old messages; run every ten seconds.

        While Redis is away no turn can be committed, and no reservation counts as sent. Raises
        RedisError and UNAVAILABLE.
        """
        now = time.time()
        late = await self.outbox.tidy(now, await self._find_uncommitted(now))
        metrics.KEPT_REPLIES.labels("expired").inc(late)

    async def _find_uncommitted(self, now: float) -> list[str]:
        """Deliveries with a stale reservation whose turns are yet to be committed."""
        user_queues = UserQueues(self.undelivered_replies.redis)
        return [
            sent_with
            for account, openid, sent_with in await self.outbox.read_stale_reservations(now)
            if await user_queues.is_uncommitted(sent_with, keys.user(account, openid))
        ]

    async def _take_over_undelivered(self, undelivered: UndeliveredReply) -> None:
        due = time.time() if may_push(self.accounts, *keys.split_user(undelivered.user)) else None
        await move_to_outbox(self.undelivered_replies, self.outbox, undelivered, self.text, due)

    async def _try_send(self, outbox_message: OutboxMessage) -> None:
        """Send the message. Raises RedisError and UNAVAILABLE.

        After another error the message waits for the follower's next one: it may have arrived.
        """
        try:
            await self._send_message(outbox_message)
        except (RedisError, *UNAVAILABLE):
            raise
        except Exception:
            metrics.FAILURES.labels("outbox").inc()
            log.exception("outbox_message_failed", delivery=outbox_message.id)
            await self.outbox.mark_refused(outbox_message.id, None)

    async def _send_message(self, outbox_message: OutboxMessage) -> None:
        """Send the message in parts of at most TEXT_BYTES, until done, refused or out of quota."""
        account, sent_with = self.accounts.get(outbox_message.account), uuid.uuid4().hex
        remaining, limit = _sendable(outbox_message.message), TEXT_BYTES
        if not remaining:
            await self.outbox.drop(outbox_message.id, "empty")
        while remaining:
            part, rest = (
                values.cut(remaining, limit) if isinstance(remaining, Text) else (remaining, None)
            )
            assert part is not None  # `limit` is far above the label's size
            if account is None or not await self._may_send(account, outbox_message):
                await self.outbox.mark_refused(outbox_message.id, None)
                return
            if not await self.outbox.reserve({outbox_message.id: rest}, sent_with):
                return
            try:
                await self._send_part(account, outbox_message.openid, part, sent_with)
            except ApiError as error:
                if error.code == TOO_LONG and limit > SHORTER:
                    limit = SHORTER
                    continue
                if error.code == MEDIA_GONE and not isinstance(remaining, Text):
                    remaining = Text(content=self.text(account.name, texts.MEDIA_GONE))
                    continue
                await self._react_to_refusal(account, outbox_message, error)
                return
            await self.outbox.mark_sent([sent_with])
            await self.ledger.record_sent(keys.user(outbox_message.account, outbox_message.openid))
            metrics.KEPT_REPLIES.labels("sent").inc()
            remaining = rest

    async def _send_part(
        self, account: Account, openid: str, part: Message, sent_with: str
    ) -> None:
        """Send one part. Raises ApiError; and RedisError, the reservation cancelled."""
        try:
            await self.messages.send(account, openid, part)
        except RedisError:  # Redis holds the token: nothing was sent
            await self.outbox.cancel_reservations(sent_with)
            raise

    async def _may_send(self, account: Account, outbox_message: OutboxMessage) -> bool:
        has_quota = await self.ledger.allows(
            keys.user(outbox_message.account, outbox_message.openid)
        )
        return account.may(AccountRight.CUSTOMER_MESSAGES) and has_quota

    async def _react_to_refusal(
        self, account: Account, outbox_message: OutboxMessage, error: ApiError
    ) -> None:
        reaction = choose_reaction(error, outbox_message.tries, time.time())
        user = keys.user(outbox_message.account, outbox_message.openid)
        log.log(
            reaction.level, "customer_service_message_refused", delivery=outbox_message.id,
            account=account.name, error=str(error), then=reaction.what,
        )  # fmt: skip
        metrics.PLATFORM_REFUSED.labels(str(error.code)).inc()
        if reaction.what == "used up":
            await self.ledger.mark_used_up(user)
        elif reaction.what == "closed":
            await self.ledger.mark_closed(user)
        if reaction.what == "give up":
            await self.outbox.drop(outbox_message.id, "unreachable")
        else:
            await self.outbox.mark_refused(outbox_message.id, reaction.due)
            metrics.KEPT_REPLIES.labels("held" if reaction.due is None else "later").inc()


def may_push(accounts: Accounts, account: str, openid: str) -> bool:
    """Whether the account may send this follower customer-service messages."""
    served = accounts.get(account)
    return (
        served is not None
        and served.may(AccountRight.CUSTOMER_MESSAGES)
        and channels.is_wechats(openid)
    )


def _sendable(message: Message) -> Message | None:
    """The message without characters that XML forbids; None where nothing is left."""
    if not isinstance(message, Text):
        return message
    content = remove_forbidden(message.content).strip()
    return message.model_copy(update={"content": content}) if content else None
