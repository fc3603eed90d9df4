"""Sends what the outbox holds as customer-service messages, within the platform's quota."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from app.accounts import Account, Accounts
from app.delivery.outbox import Parcel, Parcels
from app.delivery.user_queue import Mailboxes, Unclaimed
from app.inbox.agent_replies import AgentReplies, AgentReply
from app.messages import texts, values
from app.messages.lengths import TEXT_BYTES
from app.messages.phrases import TextOf
from app.messages.values import Message, Text
from app.observability import metrics
from app.redis import keys
from app.sessions import channels
from app.wechat.callback.replies import legal
from app.wechat.client import errors
from app.wechat.client.customer_service import ApiError, Client
from app.wechat.client.quota import Ledger

AT_ONCE = 16  # followers
TOO_LONG = 45002
MEDIA_GONE = 40007
SHORTER = 1024  # bytes: for text that the platform counts otherwise than we do

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Verified accounts write to their followers; others wait until they write again."""

    mailboxes: Mailboxes
    parcels: Parcels
    replies: AgentReplies
    ledger: Ledger
    client: Client
    accounts: Accounts
    text: TextOf
    learn: Callable[[AgentReply], Awaitable[None]]  # what a person answered

    async def empty(self) -> None:
        """Take over what no delivery carried, and send all that is due."""
        for unclaimed in await self.mailboxes.lease_unclaimed(time.time()):
            await self._take_over(unclaimed)
        for reply in await self.replies.queued(time.time()):
            await self._pack(reply)
        due = await self.parcels.due(time.time())
        for at in range(0, len(due), AT_ONCE):
            await asyncio.gather(*(self._send(parcel) for parcel in due[at : at + AT_ONCE]))
        await self.replies.delivered()

    async def tidy(self) -> None:
        """Settle what went down with its carrier, remove what is old; every ten seconds."""
        late = await self.parcels.tidy(time.time())
        metrics.KEPT.labels("expired").inc(late)

    async def _pack(self, reply: AgentReply) -> None:
        """What a person wrote goes the way of late answers."""
        account, now = self.accounts.get(reply.account), time.time()
        due = now if account and account.verified and channels.is_wechats(reply.openid) else None
        await self.parcels.put(
            [
                Parcel(
                    id=reply.id,
                    account=reply.account,
                    openid=reply.openid,
                    message=Text(content=reply.text),
                    created=reply.at,
                    due=due,
                )
            ]
        )
        await self.learn(reply)
        await self.replies.sent(reply.number, "kept")

    async def _take_over(self, unclaimed: Unclaimed) -> None:
        name, openid = keys.split(unclaimed.user)
        account, now = self.accounts.get(name), time.time()
        due = now if account and account.verified and channels.is_wechats(openid) else None
        # In the outbox first: a crash in between finds it there, not nowhere.
        message = texts.late(unclaimed.answer, name, self.text)
        parcel = Parcel(
            id=unclaimed.id,
            account=name,
            openid=openid,
            message=message,
            created=unclaimed.received,
            due=due,
        )
        await self.parcels.put([parcel])
        await self.mailboxes.settle(unclaimed)
        metrics.KEPT.labels("outbox").inc()

    async def _send(self, parcel: Parcel) -> None:
        """In as many messages as the platform allows now."""
        account, carrier = self.accounts.get(parcel.account), uuid.uuid4().hex
        left, limit = _sendable(parcel.message), TEXT_BYTES
        while left:
            part, rest = values.cut(left, limit) if isinstance(left, Text) else (left, None)
            assert part is not None  # `limit` is far above the label's size
            if account is None or not await self._may(account, parcel):
                await self.parcels.refused(parcel.id, None)
                return
            if not await self.parcels.board({parcel.id: rest}, carrier):
                return
            try:
                await self._ask(account, parcel.openid, part, carrier)
            except ApiError as error:
                if error.code == TOO_LONG and limit > SHORTER:
                    limit = SHORTER
                    continue
                if error.code == MEDIA_GONE and not isinstance(left, Text):
                    left = Text(content=self.text(account.name, texts.MEDIA_GONE))
                    continue
                await self._react(account, parcel, error)
                return
            await self.parcels.arrived([carrier])
            await self.ledger.spent(keys.user(parcel.account, parcel.openid))
            metrics.KEPT.labels("sent").inc()
            left = rest

    async def _ask(self, account: Account, openid: str, part: Message, carrier: str) -> None:
        """Raises ApiError."""
        try:
            await self.client.send(account, openid, part)
        except ApiError:
            raise
        except Exception:  # Redis, which keeps the token, is away: nothing was asked
            await self.parcels.leave(carrier)
            raise

    async def _may(self, account: Account, parcel: Parcel) -> bool:
        allowed = await self.ledger.allows(keys.user(parcel.account, parcel.openid))
        return account.verified and allowed

    async def _react(self, account: Account, parcel: Parcel, error: ApiError) -> None:
        reaction = errors.reaction(error, parcel.tries, time.time())
        user = keys.user(parcel.account, parcel.openid)
        log.log(
            reaction.level, "customer_service_message_refused", delivery=parcel.id,
            account=account.name, error=str(error), then=reaction.what,
        )  # fmt: skip
        metrics.PLATFORM_REFUSED.labels(str(error.code)).inc()
        if reaction.what == "used up":
            await self.ledger.used_up(user)
        elif reaction.what == "closed":
            await self.ledger.closed(user)
        if reaction.what == "give up":
            await self.parcels.drop(parcel.id)
        else:
            await self.parcels.refused(parcel.id, reaction.due)
            metrics.KEPT.labels("held" if reaction.due is None else "later").inc()


def _sendable(message: Message) -> Message | None:
    """Without what the platform can't show; None where nothing is left."""
    if not isinstance(message, Text):
        return message
    content = legal(message.content).strip()
    return message.model_copy(update={"content": content}) if content else None
