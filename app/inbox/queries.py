"""Reads conversations for agents: pages of the list, messages, unread counts, earlier turns."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import conversation_messages as messages
from app.db.tables import conversations, turns
from app.errors import UnknownConversation
from app.inbox.repository import conversation_from_row, message_from_row
from app.inbox.states import Conversation, ConversationMessage

ConversationFilter = Literal["", "open", "waiting", "taken", "closed", "missed"]
ConversationWithUnread = tuple[Conversation, int]  # with its unread messages

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
class PageCursor:
    """The sort key of the last conversation of a page."""

    priority: int
    last_active_at: float
    id: str


@dataclass(frozen=True, slots=True)
class EarlierTurn:
    """A turn of the bot before the handoff; `at` in seconds since 1970."""

    message: str
    answer: str
    source: str
    at: float


@dataclass(frozen=True, slots=True)
class Inbox:
    """Read-only queries of the inbox. `now` is in seconds since 1970."""

    engine: AsyncEngine

    async def page(
        self,
        account: str,
        state_filter: ConversationFilter,
        after: PageCursor | None,
        limit: int,
        now: float,
    ) -> list[ConversationWithUnread]:
        """A page of conversations after the cursor, the newest activity first; with the filter
        `waiting`, the highest priority first.

        account: "" for all. state_filter: `missed` are closed ones that no agent ever took.
        """
        conditions = [_in_state(state_filter, now)]
        conditions += [conversations.c.account == account] if account else []
        conditions += [_after_cursor(after, state_filter)] if after else []
        order = [conversations.c.priority.desc()] if state_filter == "waiting" else []
        order += [conversations.c.last_active_at.desc(), conversations.c.id.desc()]
        rows = select(conversations, _unread).where(and_(*conditions)).order_by(*order).limit(limit)
        async with connect_to_read(self.engine) as connection:
            result = await connection.execute(rows)
            return [(conversation_from_row(row).as_of(now), row.unread) for row in result]

    async def one(self, id: str, now: float) -> ConversationWithUnread:  # noqa: A002 - the conversation's
        """A conversation with its unread count. Raises UnknownConversation."""
        async with connect_to_read(self.engine) as connection:
            rows = select(conversations, _unread).where(conversations.c.id == id)
            row = (await connection.execute(rows)).one_or_none()
        if row is None:
            raise UnknownConversation(f"there is no conversation {id!r}, or the follower has left")
        return conversation_from_row(row).as_of(now), row.unread

    async def read_messages(
        self,
        id: str,  # noqa: A002
        before: int | None,
        limit: int,
    ) -> list[ConversationMessage]:
        """The last `limit` messages, or those before the number `before`; oldest first."""
        condition = messages.c.conversation == id
        if before is not None:
            condition = and_(condition, messages.c.number < before)
        rows = select(messages).where(condition).order_by(messages.c.number.desc()).limit(limit)
        async with connect_to_read(self.engine) as connection:
            result_rows = list(await connection.execute(rows))
        return [message_from_row(row) for row in reversed(result_rows)]

    async def earlier_turns(
        self, current_conversation: Conversation, limit: int
    ) -> list[EarlierTurn]:
        """The follower's last `limit` turns before the conversation was opened, oldest first."""
        mine = and_(
            turns.c.account == current_conversation.account,
            turns.c.openid == current_conversation.openid,
        )
        earlier = and_(
            mine,
            turns.c.received <= current_conversation.opened_at,
            turns.c.id != current_conversation.delivery,
        )
        rows = select(turns).where(earlier).order_by(turns.c.received.desc()).limit(limit)
        async with connect_to_read(self.engine) as connection:
            result_rows = list(await connection.execute(rows))
        return [
            EarlierTurn(row.text, row.answer, row.source, row.received)
            for row in reversed(result_rows)
        ]


def _in_state(state_filter: ConversationFilter, now: float) -> Any:
    over = or_(conversations.c.state == "closed", conversations.c.until <= now)
    alone = and_(
        conversations.c.taken_at.is_(None), conversations.c.end_reason.in_(("", "silence"))
    )
    open_ = and_(conversations.c.state != "closed", conversations.c.until > now)
    return {
        "": True, "open": open_, "closed": over, "missed": and_(over, alone),
        "waiting": and_(open_, conversations.c.state == "waiting"),
        "taken": and_(open_, conversations.c.state == "taken"),
    }[state_filter]  # fmt: skip


def _after_cursor(cursor: PageCursor, state_filter: ConversationFilter) -> Any:
    at = conversations.c.last_active_at
    later = or_(
        at < cursor.last_active_at,
        and_(at == cursor.last_active_at, conversations.c.id < cursor.id),
    )
    if state_filter != "waiting":
        return later
    priority = conversations.c.priority
    return or_(priority < cursor.priority, and_(priority == cursor.priority, later))
