"""Agents' replies that are not delivered yet: workers lease them, one follower's in order.

A reply is `queued` until it is in the outbox, then `kept` until its outbox message is done; that
makes it `sent` or `refused`. `app.inbox.reply_forwarding` moves replies on.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import conversation_messages as messages
from app.db.tables import conversations, outbox

AT_ONCE = 64

# Constants, no parameters: for any two states the server would read the whole table.
_IS_UNDELIVERED = messages.c.state.in_([literal_column("'queued'"), literal_column("'kept'")])


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReply:
    """An agent's text for a follower, of any length; `id` is the same at every lease."""

    number: int
    id: str
    account: str
    openid: str
    agent: str
    text: str
    at: float  # seconds since 1970


@dataclass(frozen=True, slots=True)
class AgentReplies:
    """Leases replies and stores their states. `now` is in seconds since 1970."""

    engine: AsyncEngine

    async def has_undelivered(self) -> bool:
        """Whether any reply is queued or kept."""
        query = select(messages.c.number).where(_IS_UNDELIVERED).limit(1)
        async with connect_to_read(self.engine) as connection:
            return (await connection.execute(query)).first() is not None

    async def lease_replies(self, now: float, lease: float = 60.0) -> list[AgentReply]:
        """Lease the oldest queued reply of each follower for `lease` seconds, at most 64.

        A follower's next reply is leased only once this one is in the outbox: order is kept.
        """
        is_queued = messages.c.state == "queued"
        heads = (
            select(func.min(messages.c.number))
            .join(conversations, conversations.c.id == messages.c.conversation)
            .where(is_queued)
            .group_by(conversations.c.account, conversations.c.openid)
        )
        free = and_(is_queued, messages.c.leased <= now)
        some = select(messages.c.number).where(free, messages.c.number.in_(heads)).limit(AT_ONCE)
        claim = update(messages).where(free, messages.c.number.in_(some)).values(leased=now + lease)
        async with self.engine.begin() as connection:
            result = await connection.execute(claim.returning(messages.c.number))
            numbers = list(result.scalars())
            return await self._load_replies(connection, numbers) if numbers else []

    async def mark_kept(self, number: int) -> None:
        """Set the reply's state to `kept`: it is in the outbox.

        Does nothing where the follower has left meanwhile.
        """
        async with self.engine.begin() as connection:
            await connection.execute(
                update(messages).where(messages.c.number == number).values(state="kept")
            )

    async def settle_replies(self) -> None:
        """Set `kept` replies to `sent` or `refused` once their outbox message is done."""
        is_kept = messages.c.state == "kept"
        is_theirs = outbox.c.id == messages.c.conversation + ":" + messages.c.key
        is_done = and_(is_kept, is_theirs, outbox.c.text == "")
        is_sent, is_dropped = outbox.c.drop_reason == "", outbox.c.drop_reason != ""
        # An outbox message that is done stays for a week: one that is gone was never sent.
        is_expired = and_(is_kept, ~select(outbox.c.id).where(is_theirs).exists())
        async with self.engine.begin() as connection:
            for which, state, refusal in (
                (and_(is_done, is_sent), "sent", ""),
                (and_(is_done, is_dropped), "refused", outbox.c.drop_reason),
                (is_expired, "refused", "expired"),
            ):
                await connection.execute(
                    update(messages).where(which).values(state=state, refusal=refusal)
                )

    async def _load_replies(self, connection: Any, numbers: list[int]) -> list[AgentReply]:
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
