"""Answers as they go out: on a delivery, with what was kept, or into the outbox."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.delivery.outbox import Parcel, Parcels
from app.delivery.user_queue import Given, Mailboxes
from app.jobs import Talk
from app.messages.lengths import TEXT_BYTES
from app.messages.phrases import TextOf
from app.messages.texts import late
from app.messages.values import Message
from app.observability import metrics
from app.redis import keys
from app.sessions import channels
from app.settings import Timing
from app.worker.packing import Ride, ride
from app.worker.pending_turn import Letter

LOOK_AGAIN_AFTER = 6.0  # seconds: WeChat would have repeated a message that it hung up on
LOOK_EVERY = 0.1  # seconds: an api process confirms what it carried within some milliseconds
ONE_RESPONSE = 64 * 1024  # bytes of text: HTTP has no such limit as a message of WeChat's
REST_AFTER = 2.0  # seconds: the beginning of a long answer should have arrived before the rest


@dataclass(frozen=True, slots=True)
class Notes:
    """What is written down with an answer; see `Given`."""

    why: str = ""
    session: str = ""
    record: str = ""
    told: bool = False


@dataclass(frozen=True, slots=True)
class Sealing:
    """`verified` says whether an account may write to its followers by itself."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    parcels: Parcels
    verified: Callable[[str], bool]
    timing: Timing
    text: TextOf

    async def sealed(
        self, letter: Letter, said: Talk, answer: Message | None, notes: Notes
    ) -> Given:
        """The answer as it goes out: on a delivery, with what was kept, or into the outbox."""
        now, timing = time.time(), self.timing
        if any(parcel.carrier == said.id for parcel in letter.kept or ()):
            # Of a try that came to nothing: this one may have less room, or no delivery.
            await self.parcels.leave(said.id)
        if answer and await self._nobody_waits(said, now):
            await self._keep(said, answer, due=now)
            message, carrier = None, False
        else:
            carried = await self._boarded(letter, said, answer)
            message, carrier = carried.message, bool(carried.aboard)
            if carried.rest:
                await self._keep(said, carried.rest, due=now + REST_AFTER, part="#rest")
        return Given(
            id=said.id,
            user=letter.user,
            job=letter.job,
            answer=message,
            why=notes.why,
            session=notes.session,
            session_for=timing.session,
            record=notes.record,
            look_again_after=max(said.received + timing.deliveries_over - now, LOOK_AGAIN_AFTER),
            told=notes.told,
            carrier=carrier,
        )

    async def earlier(self, user: str, said: Talk) -> None:
        """Let the user's earlier answers go first, while somebody waits for this one.

        What no delivery carries is kept, to ride on this answer. What a process has that may have
        died is waited for: WeChat asks again for it, or hasn't got it in the end.
        """
        until = said.received + self.timing.last_moment_after
        while await self._take_in(user) and time.time() < until:  # noqa: ASYNC110 - Redis knows
            await asyncio.sleep(LOOK_EVERY)

    async def _take_in(self, user: str) -> int:
        """How many are still with a delivery."""
        now, mailboxes = time.time(), Mailboxes(self.redis)
        name, openid = keys.split(user)
        adrift, left = await mailboxes.take_adrift(user, now)
        for each in adrift:
            due = now + REST_AFTER if self._may_write(name, openid) else None
            message = late(each.answer, name, self.text)
            await self.parcels.put(
                [
                    Parcel(
                        id=each.id,
                        account=name,
                        openid=openid,
                        message=message,
                        created=each.received,
                        due=due,
                    )
                ]
            )
            await mailboxes.settle(each)
        return left

    async def _nobody_waits(self, said: Talk, now: float) -> bool:
        """The last delivery has been answered, without us."""
        if not channels.is_wechats(said.openid):
            return False  # whoever asks over REST may read it later
        age, timing = now - said.received, self.timing
        if age < timing.last_chance_after:
            return False
        waiting = await self.redis.llen(keys.waiters(said.id))
        return age > timing.deliveries_over or not waiting

    async def _boarded(self, letter: Letter, said: Talk, answer: Message | None) -> Ride:
        """Kept answers ride along, those that no other message of the outbox takes just now."""
        own = None if said.kind == "tap" else answer
        free = [p for p in letter.kept or () if p.carrier in {None, said.id}]
        limit = TEXT_BYTES if channels.is_wechats(said.openid) else ONE_RESPONSE
        found = ride(free, own, limit)
        if found.aboard:
            aboard = await self.parcels.board(found.aboard, said.id)
            if aboard != set(found.aboard):
                found = ride([p for p in free if p.id in aboard], own, limit)
        return found if found.message else ride((), answer, limit)

    def _may_write(self, account: str, openid: str) -> bool:
        """Whether messages may go out by themselves."""
        return self.verified(account) and channels.is_wechats(openid)

    async def _keep(self, said: Talk, message: Message, due: float, part: str = "") -> None:
        verified = self._may_write(said.account, said.openid)
        await self.parcels.put(
            [
                Parcel(
                    id=said.id + part,
                    account=said.account,
                    openid=said.openid,
                    message=late(message, said.account, self.text),
                    created=said.received,
                    due=due if verified else None,
                )
            ]
        )
        metrics.KEPT.labels("outbox").inc()
