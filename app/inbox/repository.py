"""Conversations that people have, in the database: each change is one transaction.

A transaction begins with a write to its row, which makes whoever changes the same one wait: the
second of two agents who take a conversation at the same moment sees that it is taken.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, case, delete, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.tables import conversation_messages as messages
from app.db.tables import conversations
from app.errors import Reused, Taken, UnknownConversation
from app.inbox.states import BACK_AFTER, Change, Conversation, Message, Opening, answered

EXPIRED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Conversations:
    """Opens, changes and erases. `now` is in seconds since 1970."""

    engine: AsyncEngine

    async def open(self, openings: Sequence[Opening], now: float) -> list[Conversation]:
        """The followers' open conversations, in this order: new ones, or those open already."""
        # In one order, or two workers could each hold the row that the other waits for.
        inserted = sorted(openings, key=lambda opening: (opening.account, opening.openid))
        whose = tuple_(conversations.c.account, conversations.c.openid)
        theirs = whose.in_([(opening.account, opening.openid) for opening in inserted])
        async with self.engine.begin() as connection:
            await connection.execute(_expiring(theirs, now))
            new = insert(conversations).on_conflict_do_nothing()
            await connection.execute(new, [_row(opening, now) for opening in inserted])
            found = await connection.execute(
                select(conversations).where(theirs, conversations.c.state != "closed")
            )
            open_ones = {(row.account, row.openid): conversation(row) for row in found}
            held = [open_ones[opening.account, opening.openid] for opening in openings]
            said = [(x.id, each) for x, o in zip(held, openings, strict=True) for each in o.said]
            await self._say(connection, said, now)
            return held

    async def change(
        self,
        id: str,  # noqa: A002 - the conversation's
        step: Callable[[Conversation], Change],
        now: float,
    ) -> tuple[Conversation, Conversation]:
        """Before and after the step. Raises UnknownConversation, and what the step raises."""
        async with self.engine.begin() as connection:
            before = await self._locked(connection, id, now)
            after, said = step(before)
            await self._save(connection, after)
            await self._say(connection, [(id, each) for each in said], now)
            return before, after

    async def heard(
        self, spoken: Mapping[str, tuple[Message, ...]], now: float
    ) -> dict[str, Conversation]:
        """What followers wrote, by conversation: as those stand that are open yet.

        Two statements for all of them, so that a batch of followers waits for one write alone.
        """
        waits = conversations.c.state == "waiting"
        until = case((waits, now + BACK_AFTER), else_=conversations.c.until)
        still = and_(_open(now), conversations.c.id.in_(spoken))
        change = update(conversations).where(still)
        fresh = {"last": now, "until": until, "revision": _next(now)}
        async with self.engine.begin() as connection:
            found = await connection.execute(change.values(**fresh).returning(conversations))
            held = {row.id: conversation(row) for row in found}
            said = [(id_, each) for id_ in held for each in spoken[id_]]
            await self._say(connection, said, now)
        return held

    async def reply(self, id: str, reply: Message, now: float) -> tuple[Conversation, Message]:  # noqa: A002
        """Queue it once, however often it is asked for with the same key.

        Raises UnknownConversation, Taken, and Reused where the key came with other words.
        """
        async with self.engine.begin() as connection:
            held = await self._locked(connection, id, now)
            known = await self._said(connection, id, reply.key)
            if known is None:
                held, said = answered(held, reply, now)
                await self._save(connection, held)
                await self._say(connection, [(id, each) for each in said], now)
                known = await self._said(connection, id, reply.key)
            assert known is not None
            if (known.name, known.text) != (reply.name, reply.text):
                raise Reused("this Idempotency-Key came with another reply: use a new one")
            return held, known

    async def of(self, account: str, openid: str, now: float) -> Conversation | None:
        """The follower's open conversation."""
        async with self.engine.connect() as connection:
            found = await connection.execute(
                select(conversations).where(_of(account, openid), _open(now))
            )
            row = found.one_or_none()
            return None if row is None else conversation(row)

    async def place(self, id: str, now: float) -> tuple[float, int] | None:  # noqa: A002
        """When a waiting conversation was opened, and how many of its account come before it: the
        more urgent ones, and of the same priority those that wait for longer.
        """
        mine, other = conversations.alias(), conversations
        waits = and_(other.c.account == mine.c.account, other.c.state == "waiting", _open(now))
        longer = and_(other.c.priority == mine.c.priority, other.c.opened < mine.c.opened)
        earlier = or_(other.c.priority > mine.c.priority, longer)
        ahead = select(func.count()).where(waits, earlier)
        wanted = and_(mine.c.id == id, mine.c.state == "waiting", mine.c.until > now)
        column = ahead.correlate(mine).scalar_subquery().label("ahead")
        async with self.engine.connect() as connection:
            row = (await connection.execute(select(mine.c.opened, column).where(wanted))).first()
            return None if row is None else (row.opened, row.ahead)

    async def waiting(self, now: float, limit: int) -> list[Conversation]:
        """Those whom nobody has taken, the longest waiting first."""
        rows = select(conversations).where(_open(now), conversations.c.state == "waiting")
        async with self.engine.connect() as connection:
            found = await connection.execute(rows.order_by(conversations.c.opened).limit(limit))
            return [conversation(row) for row in found]

    async def of_ids(self, ids: Sequence[str], now: float) -> list[Conversation]:
        """Those of these that are open, the longest waiting first."""
        rows = select(conversations).where(_open(now), conversations.c.id.in_(ids))
        async with self.engine.connect() as connection:
            found = await connection.execute(rows.order_by(conversations.c.opened))
            return [conversation(row) for row in found]

    async def open_ones(self, now: float, after: str, limit: int) -> list[Conversation]:
        """Open conversations in the order of their ids, from behind `after`."""
        rows = select(conversations).where(_open(now), conversations.c.id > after)
        async with self.engine.connect() as connection:
            found = await connection.execute(rows.order_by(conversations.c.id).limit(limit))
            return [conversation(row) for row in found]

    async def counts(self, now: float) -> dict[str, int]:
        """How many are waiting and how many are taken."""
        state = conversations.c.state
        async with self.engine.connect() as connection:
            found = await connection.execute(
                select(state, func.count().label("how_many")).where(_open(now)).group_by(state)
            )
            return {"waiting": 0, "taken": 0} | {row.state: row.how_many for row in found}

    async def expire(self, now: float) -> list[Conversation]:
        """Close those whose time has passed, some hundreds at a time."""
        due = select(conversations.c.id).where(
            conversations.c.state != "closed", conversations.c.until <= now
        )
        # PostgreSQL passes over those that a turn or a person is changing just now.
        free = due.limit(EXPIRED_AT_ONCE).with_for_update(skip_locked=True)
        some = conversations.c.id.in_(free)
        async with self.engine.begin() as connection:
            found = await connection.execute(_expiring(some, now).returning(conversations))
            return [conversation(row) for row in found]

    async def erase(self, account: str, openid: str, now: float) -> None:
        """Remove all of a follower's conversations: the platform's rule for unsubscribing."""
        mine = _of(account, openid)
        async with self.engine.begin() as connection:
            lock = update(conversations).where(mine).values(revision=_next(now))
            found = await connection.execute(lock.returning(conversations.c.id))
            ids = list(found.scalars())
            await connection.execute(delete(messages).where(messages.c.conversation.in_(ids)))
            await connection.execute(delete(conversations).where(conversations.c.id.in_(ids)))

    async def _locked(self, connection: AsyncConnection, id: str, now: float) -> Conversation:  # noqa: A002
        lock = update(conversations).where(conversations.c.id == id).values(revision=_next(now))
        found = (await connection.execute(lock.returning(conversations))).one_or_none()
        if found is None:
            raise UnknownConversation(f"there is no conversation {id!r}, or the follower has left")
        return conversation(found).seen(now)

    async def _save(self, connection: AsyncConnection, after: Conversation) -> None:
        try:
            await connection.execute(
                update(conversations).where(conversations.c.id == after.id).values(**asdict(after))
            )
        except IntegrityError:  # an older one was to be opened again
            raise Taken("a newer conversation of this follower is open: take that one") from None

    async def _said(self, connection: AsyncConnection, id: str, key: str) -> Message | None:  # noqa: A002
        wanted = and_(messages.c.conversation == id, messages.c.key == key)
        found = (await connection.execute(select(messages).where(wanted))).one_or_none()
        return None if found is None else message(found)

    async def _say(
        self, connection: AsyncConnection, said: Sequence[tuple[str, Message]], now: float
    ) -> None:
        rows = [
            asdict(each) | {"conversation": id_, "at": each.at or now, "leased": 0.0}
            for id_, each in said
        ]
        for row in rows:
            del row["number"]
        if rows:
            await connection.execute(insert(messages).on_conflict_do_nothing(), rows)


def conversation(row: Row[Any]) -> Conversation:
    """A row of the table."""
    return Conversation(**{name: getattr(row, name) for name in Conversation.__slots__})


def message(row: Row[Any]) -> Message:
    """A row of the table of messages."""
    return Message(**{name: getattr(row, name) for name in Message.__slots__})


def stamp(now: float) -> int:
    """Revisions are microseconds, so that a follower's next conversation has higher ones."""
    return int(now * 1_000_000)


def _of(account: str, openid: str) -> Any:
    return and_(conversations.c.account == account, conversations.c.openid == openid)


def _open(now: float) -> Any:
    return and_(conversations.c.state != "closed", conversations.c.until > now)


def _next(now: float) -> Any:
    known = conversations.c.revision
    return case((known >= stamp(now), known + 1), else_=stamp(now))


def _expiring(which: Any, now: float) -> Any:
    due = and_(which, conversations.c.state != "closed", conversations.c.until <= now)
    ended = {"state": "closed", "ended": "silence", "closed": conversations.c.until}
    return update(conversations).where(due).values(**ended, revision=_next(now))


def _row(opening: Opening, now: float) -> dict[str, Any]:
    told = {
        "account": opening.account, "openid": opening.openid, "delivery": opening.delivery,
        "desk": opening.desk, "reason": opening.reason, "title": opening.title,
        "summary": opening.summary, "priority": opening.priority,
    }  # fmt: skip
    return told | {
        "id": uuid.uuid4().hex, "state": "waiting", "agent": "", "opened": now, "last": now,
        "until": now + BACK_AFTER, "ended": "", "read_to": 0, "revision": stamp(now),
    }  # fmt: skip
