"""The outbox: answers that found no delivery, kept until they have arrived.

A parcel goes one step at a time. Boarding says on what it travels and what will be left of it;
when that has arrived, the rest takes its place. What a crash interrupts in between counts as
arrived: the request was out in most of the few milliseconds in which that can happen.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.tables import outbox
from app.messages.values import Message, from_json, to_json

ABOARD_FOR = timedelta(minutes=1)  # then whoever took it along is gone
KEPT_FOR = timedelta(days=7)  # a later answer would only puzzle its reader
AT_ONCE = 200  # parcels looked at in one go


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What is left of an answer. `due` is when it may go out by itself; None waits for a ride."""

    id: str  # the delivery's, appid:MsgId
    account: str
    openid: str
    message: Message
    created: float  # seconds since 1970
    due: float | None = None
    carrier: str | None = None  # the delivery it rides on
    boarded: float = 0.0
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Parcels:
    """Reads and writes the outbox."""

    engine: AsyncEngine

    async def put(self, parcels: Sequence[Parcel]) -> None:
        """Keep answers. One of a known id is left as it is, also when it has arrived already."""
        rows = [_values(parcel) for parcel in parcels]
        async with self.engine.begin() as connection:
            await connection.execute(insert(outbox).on_conflict_do_nothing(), rows)

    async def of(self, users: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Parcel]]:
        """What waits or travels of each user (account, openid), oldest first."""
        mine = tuple_(outbox.c.account, outbox.c.openid).in_(list(users))
        found: dict[tuple[str, str], list[Parcel]] = {}
        for parcel in await self._read(mine):
            found.setdefault((parcel.account, parcel.openid), []).append(parcel)
        return found

    async def due(self, now: float) -> list[Parcel]:
        """The oldest parcel of each user who has one that may go out, if it doesn't travel."""
        wanted = and_(outbox.c.due <= now, outbox.c.text != "")
        async with self.engine.connect() as connection:
            whose = select(outbox.c.account, outbox.c.openid).where(wanted)
            rows = await connection.execute(whose.order_by(outbox.c.due).limit(AT_ONCE))
            users = {(row.account, row.openid) for row in rows}
        oldest = [parcels[0] for parcels in (await self.of(users)).values()] if users else []
        return [p for p in oldest if p.carrier is None and p.due is not None and p.due <= now]

    async def board(self, rests: Mapping[str, Message | None], carrier: str) -> set[str]:
        """Take parcels along; `rests` is what is left of each. Those that nobody else took."""
        free = or_(outbox.c.carrier.is_(None), outbox.c.carrier == carrier)
        aboard = set()
        async with self.engine.begin() as connection:
            for parcel, rest in rests.items():
                changed = await connection.execute(
                    update(outbox)
                    .where(outbox.c.id == parcel, outbox.c.text != "", free)
                    .values(carrier=carrier, rest=to_json(rest), boarded=time.time())
                )
                if changed.rowcount:
                    aboard.add(parcel)
        return aboard

    async def arrived(self, carriers: Iterable[str]) -> None:
        """What these carriers had with them is delivered: the rest takes its place."""
        await self._arrived(outbox.c.carrier.in_(list(carriers)))

    async def leave(self, carrier: str) -> None:
        """This carrier doesn't go: what it had taken along waits again."""
        fresh = {"carrier": None, "rest": ""}
        async with self.engine.begin() as connection:
            await connection.execute(
                update(outbox).where(outbox.c.carrier == carrier).values(**fresh)
            )

    async def refused(self, parcel: str, due: float | None) -> None:
        """It was not taken. Tried again when `due`; None leaves it to the next message."""
        fresh = {"carrier": None, "rest": "", "due": due, "tries": outbox.c.tries + 1}
        async with self.engine.begin() as connection:
            await connection.execute(update(outbox).where(outbox.c.id == parcel).values(**fresh))

    async def drop(self, parcel: str) -> None:
        """Nobody will ever take it."""
        async with self.engine.begin() as connection:
            await connection.execute(update(outbox).where(outbox.c.id == parcel).values(text=""))

    async def erase(self, account: str, openid: str) -> None:
        """Remove all of a follower's."""
        mine = and_(outbox.c.account == account, outbox.c.openid == openid)
        async with self.engine.begin() as connection:
            await connection.execute(delete(outbox).where(mine))

    async def tidy(self, now: float) -> int:
        """Settle what went down with its carrier, remove what is old. How many were too late."""
        await self._arrived(
            and_(outbox.c.carrier.is_not(None), outbox.c.boarded < now - ABOARD_FOR.total_seconds())
        )
        old = outbox.c.created < now - KEPT_FOR.total_seconds()
        async with self.engine.begin() as connection:
            await connection.execute(delete(outbox).where(old, outbox.c.text == ""))
            return (await connection.execute(delete(outbox).where(old))).rowcount

    async def _arrived(self, which: Any) -> None:
        fresh = {"text": outbox.c.rest, "rest": "", "carrier": None}
        async with self.engine.begin() as connection:
            await connection.execute(update(outbox).where(which).values(**fresh))

    async def _read(self, which: Any) -> list[Parcel]:
        query = select(outbox).where(which, outbox.c.text != "")
        async with self.engine.connect() as connection:
            rows = await connection.execute(query.order_by(outbox.c.created, outbox.c.id))
            return [parcel for row in rows if (parcel := _parcel(row))]


def _values(parcel: Parcel) -> dict[str, object]:
    return {
        "id": parcel.id,
        "account": parcel.account,
        "openid": parcel.openid,
        "text": to_json(parcel.message),
        "rest": "",
        "created": parcel.created,
        "due": parcel.due,
        "carrier": None,
        "boarded": 0.0,
        "tries": 0,
    }


def _parcel(row: Row[Any]) -> Parcel | None:
    message = from_json(row.text)
    if message is None:
        return None
    return Parcel(
        id=row.id,
        account=row.account,
        openid=row.openid,
        message=message,
        created=row.created,
        due=row.due,
        carrier=row.carrier,
        boarded=row.boarded,
        tries=row.tries,
    )
