"""Reading conversations, for the people who answer: pages, what was said, what is unread."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.tables import conversation_messages as messages
from app.db.tables import conversations, turns
from app.errors import UnknownConversation
from app.inbox.repository import conversation, message
from app.inbox.states import Conversation, Message

Wanted = Literal["", "open", "waiting", "taken", "closed", "missed"]
Listed = tuple[Conversation, int]  # with its unread messages

_unread = (
    select(func.count())
    .where(
        messages.c.conversation == conversations.c.id,
        messages.c.number > conversations.c.read_to,
        messages.c.who == "follower",
    )
    .correlate(conversations)
    .scalar_subquery()
    .label("unread")
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the list ended."""

    priority: int
    last: float
    id: str


@dataclass(frozen=True, slots=True)
class Before:
    """What was said before a person came in; `at` in seconds since 1970."""

    said: str
    answer: str
    source: str
    at: float


@dataclass(frozen=True, slots=True)
class Inbox:
    """Reads alone. `now` is in seconds since 1970."""

    engine: AsyncEngine

    async def page(
        self, account: str, wanted: Wanted, after: Place | None, limit: int, now: float
    ) -> list[Listed]:
        """The newest activity first, from behind `after`; of those that wait, the urgent ones
        before.

        account: "" for all of them. wanted: missed ones are over and nobody came.
        """
        asked = [_in_state(wanted, now)]
        asked += [conversations.c.account == account] if account else []
        asked += [_behind(after, wanted)] if after else []
        order = [conversations.c.priority.desc()] if wanted == "waiting" else []
        order += [conversations.c.last.desc(), conversations.c.id.desc()]
        rows = select(conversations, _unread).where(and_(*asked)).order_by(*order).limit(limit)
        async with self.engine.connect() as connection:
            found = await connection.execute(rows)
            return [(conversation(row).seen(now), row.unread) for row in found]

    async def one(self, id: str, now: float) -> Listed:  # noqa: A002 - the conversation's
        """Raises UnknownConversation."""
        async with self.engine.connect() as connection:
            rows = select(conversations, _unread).where(conversations.c.id == id)
            row = (await connection.execute(rows)).one_or_none()
        if row is None:
            raise UnknownConversation(f"there is no conversation {id!r}, or the follower has left")
        return conversation(row).seen(now), row.unread

    async def said(self, id: str, before: int | None, limit: int) -> list[Message]:  # noqa: A002
        """The last messages in order, or the last before the number `before`."""
        wanted = messages.c.conversation == id
        if before is not None:
            wanted = and_(wanted, messages.c.number < before)
        rows = select(messages).where(wanted).order_by(messages.c.number.desc()).limit(limit)
        async with self.engine.connect() as connection:
            found = list(await connection.execute(rows))
        return [message(row) for row in reversed(found)]

    async def before(self, held: Conversation, limit: int) -> list[Before]:
        """The follower's last turns before it was opened, in order."""
        mine = and_(turns.c.account == held.account, turns.c.openid == held.openid)
        earlier = and_(mine, turns.c.received <= held.opened, turns.c.id != held.delivery)
        rows = select(turns).where(earlier).order_by(turns.c.received.desc()).limit(limit)
        async with self.engine.connect() as connection:
            found = list(await connection.execute(rows))
        return [Before(row.said, row.answer, row.source, row.received) for row in reversed(found)]


def _in_state(wanted: Wanted, now: float) -> Any:
    over = or_(conversations.c.state == "closed", conversations.c.until <= now)
    alone = and_(conversations.c.taken.is_(None), conversations.c.ended.in_(("", "silence")))
    open_ = and_(conversations.c.state != "closed", conversations.c.until > now)
    return {
        "": True, "open": open_, "closed": over, "missed": and_(over, alone),
        "waiting": and_(open_, conversations.c.state == "waiting"),
        "taken": and_(open_, conversations.c.state == "taken"),
    }[wanted]  # fmt: skip


def _behind(place: Place, wanted: Wanted) -> Any:
    at = conversations.c.last
    later = or_(at < place.last, and_(at == place.last, conversations.c.id < place.id))
    if wanted != "waiting":
        return later
    priority = conversations.c.priority
    return or_(priority < place.priority, and_(priority == place.priority, later))
