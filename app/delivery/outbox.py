"""The outbox in the database: replies that no copy of the message returned, and the remainders of
long replies, stored until they are sent.

A message is sent in one of two ways: by `app.wechat.outbox_sender` as a customer-service message
once it is `due`, or packed in front of the reply of the user's next turn (`app.worker.packing`).

Both send in two phases: `reserve` records what the message will be sent with and the text that will
remain; `mark_sent` replaces the text by that remainder, and a message without text is done. After a
crash in between, a turn that is tried again cancels its reservation first; while its job is queued,
its reservation stays. Any other counts as sent after RESERVED_FOR (`tidy`): the request was out in
most of the few milliseconds in which that can happen.

States of a row; docs/delivery.md, "States of an outbox message", has the steps between them:

- pending: `text`, no `sent_with`; with `due` the sender sends it, else only the next reply;
- reserved: `sent_with` (a delivery or a send), `reserved_at`, and in `remaining` what will remain;
- remainder of a reply before its commit: reserved by that reply, `remaining` equals `text`;
- sent, arrived or dropped: `text` is empty, `drop_reason` says why it was dropped.
"""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.conditions import are_any_of, is_any_of
from app.db.engines import connect_to_read
from app.db.tables import outbox
from app.messages.values import Message, from_json, to_json

RESERVED_FOR = timedelta(minutes=1)  # then the process that reserved it is dead
KEPT_FOR = timedelta(days=7)  # a later reply would only puzzle its reader
AT_ONCE = 200  # due outbox messages that one query reads

# unreachable: the platform says that the follower can't be written to; empty: no character of the
# message can be sent.
DropReason = Literal["unreachable", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """A reply, or what remains of it, that is yet to be sent.

    `due`: when to send it as a customer-service message, unless it is packed with the user's next
    reply before; None: with the next reply only.
    """

    id: str  # of the delivery, appid:MsgId; or `remainder_id`; or of an agent's reply
    account: str
    openid: str
    message: Message
    created: float  # seconds since 1970
    due: float | None = None  # seconds since 1970
    sent_with: str | None = None  # id of the delivery or send that reserved it; None: free
    reserved_at: float = 0.0  # seconds since 1970
    tries: int = 0  # refusals so far


@dataclass(frozen=True, slots=True)
class Outbox:
    """Reads and writes the table `outbox`; a sent message keeps an empty text."""

    engine: AsyncEngine

    async def put(self, messages: Sequence[OutboxMessage]) -> None:
        """Store messages; a message whose id is known, even if sent already, is not changed.

        A message with `sent_with` is the remainder of the reply to that delivery: it waits for the
        commit. `mark_sent` frees it whole, `cancel_reservations` deletes it.
        """
        rows = [_row_values(outbox_message) for outbox_message in messages]
        async with self.engine.begin() as connection:
            await connection.execute(insert(outbox).on_conflict_do_nothing(), rows)

    async def read_pending(
        self, users: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], list[OutboxMessage]]:
        """Unsent messages, reserved or not, by user (account, openid), oldest first."""
        mine = are_any_of((outbox.c.account, outbox.c.openid), users)
        messages_by_user: dict[tuple[str, str], list[OutboxMessage]] = {}
        for outbox_message in await self._read_messages(mine):
            messages_by_user.setdefault((outbox_message.account, outbox_message.openid), []).append(
                outbox_message
            )
        return messages_by_user

    async def read_due(self, now: float) -> list[OutboxMessage]:
        """Each user's oldest unsent message, if it is due at `now` and not reserved."""
        is_due = and_(outbox.c.due <= now, outbox.c.text != "")
        async with connect_to_read(self.engine) as connection:
            whose = select(outbox.c.account, outbox.c.openid).where(is_due)
            rows = await connection.execute(whose.order_by(outbox.c.due).limit(AT_ONCE))
            users = {(row.account, row.openid) for row in rows}
        oldest = (
            [messages[0] for messages in (await self.read_pending(users)).values()] if users else []
        )
        return [p for p in oldest if p.sent_with is None and p.due is not None and p.due <= now]

    async def reserve(self, remainders: Mapping[str, Message | None], sent_with: str) -> set[str]:
        """Reserve messages; `remainders`: id to what will remain. Returns the ids reserved: those
        unsent and not reserved with another `sent_with`.
        """
        free = or_(outbox.c.sent_with.is_(None), outbox.c.sent_with == sent_with)
        reserved_ids = set()
        async with self.engine.begin() as connection:
            for message_id, remaining in remainders.items():
                update_result = await connection.execute(
                    update(outbox)
                    .where(outbox.c.id == message_id, outbox.c.text != "", free)
                    .values(
                        sent_with=sent_with, remaining=to_json(remaining), reserved_at=time.time()
                    )
                )
                if update_result.rowcount:
                    reserved_ids.add(message_id)
        return reserved_ids

    async def mark_sent(self, sent_with_ids: Iterable[str]) -> None:
        """Replace the messages reserved with these ids by what remains of them."""
        await self._keep_remaining(is_any_of(outbox.c.sent_with, sent_with_ids))

    async def cancel_reservations(self, sent_with: str) -> None:
        """Cancel the reservations made with this id: their messages wait again. The remainder of
        the reply itself is deleted, as the reply did not leave.
        """
        mine, fresh = outbox.c.sent_with == sent_with, {"sent_with": None, "remaining": ""}
        is_remainder = outbox.c.id == remainder_id(sent_with)
        async with self.engine.begin() as connection:
            await connection.execute(delete(outbox).where(mine, is_remainder))
            await connection.execute(update(outbox).where(mine).values(**fresh))

    async def mark_refused(self, message_id: str, due: float | None) -> None:
        """Cancel the reservation, count a try. Sent again at `due`; None: with the next reply."""
        fresh = {"sent_with": None, "remaining": "", "due": due, "tries": outbox.c.tries + 1}
        async with self.engine.begin() as connection:
            await connection.execute(
                update(outbox).where(outbox.c.id == message_id).values(**fresh)
            )

    async def drop(self, message_id: str, reason: DropReason) -> None:
        """Give the message up: empty its text, so that it is never sent."""
        await self._finish(message_id, reason)

    async def mark_arrived(self, message_id: str) -> None:
        """Empty the message's text: it has arrived after all, or was read over REST."""
        await self._finish(message_id, "")

    async def read_stale_reservations(self, now: float) -> set[tuple[str, str, str]]:
        """Account, openid and `sent_with` of the reservations older than RESERVED_FOR."""
        query = select(outbox.c.account, outbox.c.openid, outbox.c.sent_with).where(_is_stale(now))
        async with connect_to_read(self.engine) as connection:
            return {
                (row.account, row.openid, row.sent_with) for row in await connection.execute(query)
            }

    async def tidy(self, now: float, uncommitted: Collection[str] = ()) -> int:
        """Mark reservations older than RESERVED_FOR as sent, delete messages older than KEPT_FOR.

        Reservations of the deliveries `uncommitted` stay: their turns will be tried again. Returns
        how many of the deleted messages were unsent.
        """
        is_over = outbox.c.sent_with.not_in(uncommitted)
        await self._keep_remaining(and_(_is_stale(now), is_over))
        old = outbox.c.created < now - KEPT_FOR.total_seconds()
        async with self.engine.begin() as connection:
            await connection.execute(delete(outbox).where(old, outbox.c.text == ""))
            return (await connection.execute(delete(outbox).where(old))).rowcount

    async def _finish(self, message_id: str, drop_reason: str) -> None:
        fresh = {"text": "", "remaining": "", "sent_with": None, "drop_reason": drop_reason}
        async with self.engine.begin() as connection:
            await connection.execute(
                update(outbox).where(outbox.c.id == message_id).values(**fresh)
            )

    async def _keep_remaining(self, which: Any) -> None:
        fresh = {"text": outbox.c.remaining, "remaining": "", "sent_with": None}
        async with self.engine.begin() as connection:
            await connection.execute(update(outbox).where(which).values(**fresh))

    async def _read_messages(self, which: Any) -> list[OutboxMessage]:
        query = select(outbox).where(which, outbox.c.text != "")
        async with connect_to_read(self.engine) as connection:
            rows = await connection.execute(query.order_by(outbox.c.created, outbox.c.id))
            messages = map(_read_row, rows)
            return [message for message in messages if message]


def _is_stale(now: float) -> ColumnElement[bool]:
    reserved_before = now - RESERVED_FOR.total_seconds()
    return and_(outbox.c.sent_with.is_not(None), outbox.c.reserved_at < reserved_before)


def remainder_id(delivery_id: str) -> str:
    """The id of the remainder of a reply that is too long for one message."""
    return f"{delivery_id}#rest"


def _row_values(outbox_message: OutboxMessage) -> dict[str, object]:
    text = to_json(outbox_message.message)
    return {
        "id": outbox_message.id,
        "account": outbox_message.account,
        "openid": outbox_message.openid,
        "text": text,
        "remaining": text if outbox_message.sent_with else "",
        "created": outbox_message.created,
        "due": outbox_message.due,
        "sent_with": outbox_message.sent_with,
        "reserved_at": outbox_message.reserved_at,
        "tries": 0,
    }


def _read_row(row: Row[Any]) -> OutboxMessage | None:
    message = from_json(row.text)
    if message is None:
        return None
    return OutboxMessage(
        id=row.id,
        account=row.account,
        openid=row.openid,
        message=message,
        created=row.created,
        due=row.due,
        sent_with=row.sent_with,
        reserved_at=row.reserved_at,
        tries=row.tries,
    )
