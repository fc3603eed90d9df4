"""Conversations in the database: each change is one transaction.

A transaction begins with a write to the conversation's row, which locks it: of two agents who take
a conversation at the same moment, the second sees that it is taken.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.conditions import are_any_of, is_any_of
from app.db.engines import connect_to_read
from app.db.tables import conversation_messages as messages
from app.db.tables import conversations
from app.errors import ConversationTaken, IdempotencyKeyReused, UnknownConversation
from app.inbox.states import (
    BACK_AFTER,
    Change,
    Conversation,
    ConversationMessage,
    NewConversation,
    reply_to_follower,
)

EXPIRED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Conversations:
    """Opens, changes and erases conversations. `now` is in seconds since 1970."""

    engine: AsyncEngine

    async def open(self, openings: Sequence[NewConversation], now: float) -> list[Conversation]:
        """Open a conversation for each follower without one; returns all of them in order."""
        # Sorted, so that two workers can't deadlock on each other's rows.
        inserted = sorted(openings, key=lambda opening: (opening.account, opening.openid))
        follower_columns = conversations.c.account, conversations.c.openid
        theirs = are_any_of(follower_columns, [(each.account, each.openid) for each in inserted])
        async with self.engine.begin() as connection:
            await connection.execute(_closing_update(theirs, now))
            new = insert(conversations).on_conflict_do_nothing()
            await connection.execute(new, [_new_row(opening, now) for opening in inserted])
            result = await connection.execute(
                select(conversations).where(theirs, conversations.c.state != "closed")
            )
            open_ones = {(row.account, row.openid): conversation_from_row(row) for row in result}
            opened_conversations = [
                open_ones[opening.account, opening.openid] for opening in openings
            ]
            new_messages = [
                (x.id, each)
                for x, o in zip(opened_conversations, openings, strict=True)
                for each in o.messages
            ]
            await self._add_messages(connection, new_messages, now)
            return opened_conversations

    async def change(
        self,
        id: str,  # noqa: A002 - the conversation's
        step: Callable[[Conversation], Change],
        now: float,
    ) -> tuple[Conversation, Conversation]:
        """Apply `step` and store its result; returns the conversation before and after.

        Raises UnknownConversation, what the step raises, and ConversationTaken where reopening
        would give the follower two open conversations.
        """
        async with self.engine.begin() as connection:
            before = await self._lock_conversation(connection, id, now)
            after, new_messages = step(before)
            await self._save_conversation(connection, after)
            await self._add_messages(connection, [(id, each) for each in new_messages], now)
            return before, after

    async def add_follower_messages(
        self, messages_by_conversation: Mapping[str, tuple[ConversationMessage, ...]], now: float
    ) -> dict[str, Conversation]:
        """Add messages to the conversations that are still open; returns these by id.

        Two statements for the whole batch, whatever its size.
        """
        is_waiting = conversations.c.state == "waiting"
        until = case((is_waiting, now + BACK_AFTER), else_=conversations.c.until)
        still = and_(_is_open(now), is_any_of(conversations.c.id, messages_by_conversation))
        change = update(conversations).where(still)
        fresh = {"last_active_at": now, "until": until, "revision": _next_revision(now)}
        async with self.engine.begin() as connection:
            result = await connection.execute(change.values(**fresh).returning(conversations))
            open_by_id = {row.id: conversation_from_row(row) for row in result}
            new_messages = [
                (id_, each) for id_ in open_by_id for each in messages_by_conversation[id_]
            ]
            await self._add_messages(connection, new_messages, now)
        return open_by_id

    async def reply(
        self,
        id: str,  # noqa: A002
        reply: ConversationMessage,
        now: float,
    ) -> tuple[Conversation, ConversationMessage]:
        """Queue an agent's reply once for each key; returns the conversation and the message.

        Raises UnknownConversation, ConversationTaken, and IdempotencyKeyReused where the key
        came with another text or agent.
        """
        async with self.engine.begin() as connection:
            current_conversation = await self._lock_conversation(connection, id, now)
            stored_message = await self._find_message(connection, id, reply.key)
            if stored_message is None:
                current_conversation, new_messages = reply_to_follower(
                    current_conversation, reply, now
                )
                await self._save_conversation(connection, current_conversation)
                await self._add_messages(connection, [(id, each) for each in new_messages], now)
                stored_message = await self._find_message(connection, id, reply.key)
            assert stored_message is not None
            if (stored_message.name, stored_message.text) != (reply.name, reply.text):
                raise IdempotencyKeyReused(
                    "this Idempotency-Key came with another reply: use a new one"
                )
            return current_conversation, stored_message

    async def find_open(self, account: str, openid: str, now: float) -> Conversation | None:
        """The follower's open conversation, or None."""
        async with connect_to_read(self.engine) as connection:
            result = await connection.execute(
                select(conversations).where(_of_follower(account, openid), _is_open(now))
            )
            row = result.one_or_none()
            return None if row is None else conversation_from_row(row)

    async def queue_position(self, id: str, now: float) -> tuple[float, int] | None:  # noqa: A002
        """When the conversation was opened (seconds since 1970), and how many of the account come
        before: those of higher priority, then those waiting longer. None unless it waits.
        """
        mine, other = conversations.alias(), conversations
        is_waiting = and_(
            other.c.account == mine.c.account, other.c.state == "waiting", _is_open(now)
        )
        longer = and_(other.c.priority == mine.c.priority, other.c.opened_at < mine.c.opened_at)
        earlier = or_(other.c.priority > mine.c.priority, longer)
        ahead = select(func.count()).where(is_waiting, earlier)
        condition = and_(mine.c.id == id, mine.c.state == "waiting", mine.c.until > now)
        column = ahead.correlate(mine).scalar_subquery().label("ahead")
        async with connect_to_read(self.engine) as connection:
            row = (
                await connection.execute(select(mine.c.opened_at, column).where(condition))
            ).first()
            return None if row is None else (row.opened_at, row.ahead)

    async def list_waiting(self, now: float, limit: int) -> list[Conversation]:
        """At most `limit` waiting conversations, the longest waiting first."""
        rows = select(conversations).where(_is_open(now), conversations.c.state == "waiting")
        async with connect_to_read(self.engine) as connection:
            result = await connection.execute(rows.order_by(conversations.c.opened_at).limit(limit))
            return [conversation_from_row(row) for row in result]

    async def list_by_ids(self, ids: Sequence[str], now: float) -> list[Conversation]:
        """The open conversations among `ids`, the oldest first."""
        rows = select(conversations).where(_is_open(now), is_any_of(conversations.c.id, ids))
        async with connect_to_read(self.engine) as connection:
            result = await connection.execute(rows.order_by(conversations.c.opened_at))
            return [conversation_from_row(row) for row in result]

    async def list_open(self, now: float, after: str, limit: int) -> list[Conversation]:
        """At most `limit` open conversations with ids above `after`, ordered by id."""
        rows = select(conversations).where(_is_open(now), conversations.c.id > after)
        async with connect_to_read(self.engine) as connection:
            result = await connection.execute(rows.order_by(conversations.c.id).limit(limit))
            return [conversation_from_row(row) for row in result]

    async def count_by_state(self, now: float) -> dict[str, int]:
        """How many are waiting and how many are taken."""
        state = conversations.c.state
        async with connect_to_read(self.engine) as connection:
            result = await connection.execute(
                select(state, func.count().label("how_many")).where(_is_open(now)).group_by(state)
            )
            return {"waiting": 0, "taken": 0} | {row.state: row.how_many for row in result}

    async def close_expired(self, now: float) -> list[Conversation]:
        """Close conversations past their `until`, at most 500 a call; returns them."""
        due = select(conversations.c.id).where(
            conversations.c.state != "closed", conversations.c.until <= now
        )
        # Skips rows that a turn or an agent is changing at this moment.
        free = due.limit(EXPIRED_AT_ONCE).with_for_update(skip_locked=True)
        some = conversations.c.id.in_(free)
        async with self.engine.begin() as connection:
            result = await connection.execute(_closing_update(some, now).returning(conversations))
            return [conversation_from_row(row) for row in result]

    async def erase(self, account: str, openid: str, now: float) -> None:
        """Remove all of a follower's conversations: the platform's rule for unsubscribing."""
        mine = _of_follower(account, openid)
        async with self.engine.begin() as connection:
            lock = update(conversations).where(mine).values(revision=_next_revision(now))
            result = await connection.execute(lock.returning(conversations.c.id))
            ids = list(result.scalars())
            await connection.execute(delete(messages).where(messages.c.conversation.in_(ids)))
            await connection.execute(delete(conversations).where(conversations.c.id.in_(ids)))

    async def _lock_conversation(
        self,
        connection: AsyncConnection,
        id: str,  # noqa: A002
        now: float,
    ) -> Conversation:
        lock = (
            update(conversations)
            .where(conversations.c.id == id)
            .values(revision=_next_revision(now))
        )
        row = (await connection.execute(lock.returning(conversations))).one_or_none()
        if row is None:
            raise UnknownConversation(f"there is no conversation {id!r}, or the follower has left")
        return conversation_from_row(row).as_of(now)

    async def _save_conversation(self, connection: AsyncConnection, after: Conversation) -> None:
        try:
            await connection.execute(
                update(conversations).where(conversations.c.id == after.id).values(**asdict(after))
            )
        except IntegrityError:  # reopening an older conversation beside a newer open one
            raise ConversationTaken(
                "a newer conversation of this follower is open: take that one"
            ) from None

    async def _find_message(
        self,
        connection: AsyncConnection,
        id: str,  # noqa: A002
        key: str,
    ) -> ConversationMessage | None:
        condition = and_(messages.c.conversation == id, messages.c.key == key)
        row = (await connection.execute(select(messages).where(condition))).one_or_none()
        return None if row is None else message_from_row(row)

    async def _add_messages(
        self,
        connection: AsyncConnection,
        new_messages: Sequence[tuple[str, ConversationMessage]],
        now: float,
    ) -> None:
        rows = [
            asdict(each) | {"conversation": id_, "at": each.at or now, "leased": 0.0}
            for id_, each in new_messages
        ]
        for row in rows:
            del row["number"]
        if rows:
            await connection.execute(insert(messages).on_conflict_do_nothing(), rows)


def conversation_from_row(row: Row[Any]) -> Conversation:
    """Build a Conversation from a row of `conversations`."""
    return Conversation(**{name: getattr(row, name) for name in Conversation.__slots__})


def message_from_row(row: Row[Any]) -> ConversationMessage:
    """Build a ConversationMessage from a row of `conversation_messages`."""
    return ConversationMessage(
        **{name: getattr(row, name) for name in ConversationMessage.__slots__}
    )


def revision_at(now: float) -> int:
    """The time in microseconds: a follower's next conversation has higher revisions."""
    return int(now * 1_000_000)


def _of_follower(account: str, openid: str) -> Any:
    return and_(conversations.c.account == account, conversations.c.openid == openid)


def _is_open(now: float) -> Any:
    return and_(conversations.c.state != "closed", conversations.c.until > now)


def _next_revision(now: float) -> Any:
    stored_revision = conversations.c.revision
    return case((stored_revision >= revision_at(now), stored_revision + 1), else_=revision_at(now))


def _closing_update(which: Any, now: float) -> Any:
    due = and_(which, conversations.c.state != "closed", conversations.c.until <= now)
    fresh = {"state": "closed", "end_reason": "silence", "closed_at": conversations.c.until}
    return update(conversations).where(due).values(**fresh, revision=_next_revision(now))


def _new_row(opening: NewConversation, now: float) -> dict[str, Any]:
    opening_fields = {
        "account": opening.account, "openid": opening.openid, "delivery": opening.delivery,
        "desk": opening.desk, "reason": opening.reason, "title": opening.title,
        "summary": opening.summary, "priority": opening.priority,
    }  # fmt: skip
    return opening_fields | {
        "id": uuid.uuid4().hex, "state": "waiting", "agent": "",
        "opened_at": now, "last_active_at": now,
        "until": now + BACK_AFTER, "end_reason": "", "read_to": 0, "revision": revision_at(now),
    }  # fmt: skip
