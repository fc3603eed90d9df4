"""What agents wrote and followers haven't got yet: leased by whoever delivers, in order."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.tables import conversation_messages as messages
from app.db.tables import conversations, outbox
from app.inbox.states import Sending

AT_ONCE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReply:
    """A text for a follower, of any length; `id` is the same however often it is leased."""

    number: int
    id: str
    account: str
    openid: str
    agent: str
    text: str
    at: float  # seconds since 1970


@dataclass(frozen=True, slots=True)
class AgentReplies:
    """Hands replies out and keeps what became of them. `now` is in seconds since 1970."""

    engine: AsyncEngine

    async def queued(self, now: float, lease: float = 60.0) -> list[AgentReply]:
        """The oldest reply of each follower who has one, each to one asker; again after `lease`.

        The next one of the same follower only when this one is settled: they arrive in order.
        """
        waits = messages.c.state == "queued"
        heads = (
            select(func.min(messages.c.number))
            .join(conversations, conversations.c.id == messages.c.conversation)
            .where(waits)
            .group_by(conversations.c.account, conversations.c.openid)
        )
        free = and_(waits, messages.c.leased <= now)
        some = select(messages.c.number).where(free, messages.c.number.in_(heads)).limit(AT_ONCE)
        claim = update(messages).where(free, messages.c.number.in_(some)).values(leased=now + lease)
        async with self.engine.begin() as connection:
            claimed = await connection.execute(claim.returning(messages.c.number))
            numbers = list(claimed.scalars())
            return await self._read(connection, numbers) if numbers else []

    async def sent(self, number: int, state: Sending = "sent") -> None:
        """What became of it: `sent`; `kept` until the follower writes again; `refused` for good.

        Settles nothing where the follower has left meanwhile.
        """
        settled = update(messages).where(messages.c.number == number).values(state=state)
        async with self.engine.begin() as connection:
            await connection.execute(settled)

    async def delivered(self) -> None:
        """Those whose parcel has left the outbox are `sent`."""
        parcel = messages.c.conversation + ":" + messages.c.key
        gone = select(outbox.c.id).where(outbox.c.id == parcel, outbox.c.text == "")
        waits = and_(messages.c.state == "kept", gone.exists())
        async with self.engine.begin() as connection:
            await connection.execute(update(messages).where(waits).values(state="sent"))

    async def _read(self, connection: Any, numbers: list[int]) -> list[AgentReply]:
        both = select(messages, conversations.c.account, conversations.c.openid).join(
            conversations, conversations.c.id == messages.c.conversation
        )
        rows = both.where(messages.c.number.in_(numbers)).order_by(messages.c.number)
        return [
            AgentReply(
                number=row.number,
                id=f"{row.conversation}:{row.key}",
                account=row.account,
                openid=row.openid,
                agent=row.name,
                text=row.text,
                at=row.at,
            )
            for row in await connection.execute(rows)
        ]
