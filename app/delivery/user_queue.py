"""Deliveries, mailboxes and answers in Redis; each step is one script, whole or not at all.

A delivery is one message however often WeChat sends it. A user's messages wait in the user's
mailbox; the stream carries users who have mail, each at most once, so that a user has one turn
at a time and in order across all workers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.delivery import lua
from app.messages.values import Message, from_json, to_json
from app.redis import keys, scripts

# The platform repeats a message 5 s after it hung up. A copy that comes later than this after
# the answer was handed over is such a repeat: the answer didn't arrive and is given again.
REPEAT_AFTER = 4.5
# One that hasn't been confirmed for so long hasn't left its process, which is dead or stuck: WeChat
# hung up on it and repeats.
UNCONFIRMED_AFTER = 0.5
LAST_COPY_WITHIN = 11.0  # seconds after a message was received: the third delivery has come
DELIVERIES = 3  # of a message, at most


@dataclass(frozen=True, slots=True)
class Admitted:
    """`wait` for an answer, carry this `answer`, it is `done` already, or the queue is `full`."""

    what: Literal["wait", "answer", "done", "full"]
    delivery: int  # 1 to 3
    answer: Message | None


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """Admission's and the workers' side of the mailboxes. Lifetimes in `keys`, the rest given."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    queue: int = 5_000
    mailbox: int = 20

    async def admit(
        self,
        id: str,  # noqa: A002
        user: str,
        job: str,
        waiter: str,
        now: float,
        *,
        waited: bool = False,  # for Redis: others may have come before it meanwhile
    ) -> Admitted:
        """Count this delivery; queue its job if it is the first of its message."""
        what, delivery, answer = await self._run(
            lua.ADMIT,
            [
                keys.delivery(id),
                keys.waiters(id),
                keys.mail(user),
                keys.turn(user),
                keys.TALK,
                keys.deliveries(user),
                keys.underway(user),
            ],
            [
                now,
                waiter,
                job,
                user,
                self.queue,
                self.mailbox,
                _ms(keys.DELIVERY_FOR),
                REPEAT_AFTER,
                id,
                UNCONFIRMED_AFTER,
                int(waited),
            ],
        )
        return Admitted(what, int(delivery), from_json(answer))

    def answer(
        self, queue: scripts.Queue, given: Sequence[tuple[str, "Given"]], now: float
    ) -> None:
        """Queue, for each stream entry: write its answer, hand it to one waiting delivery, pop
        the job, and release the entry.
        """
        for entry, each in given:
            user = each.user
            names = [
                keys.mail(user),
                keys.turn(user),
                keys.TALK,
                keys.delivery(each.id),
                keys.waiters(each.id),
                keys.session(user),
                keys.UNCLAIMED,
                keys.RECORDS,
                keys.DEAD,
                keys.underway(user),
            ]
            values = [
                entry,
                user,
                keys.GROUP,
                now,
                each.id,
                to_json(each.answer),
                each.job,
                each.why,
                each.session,
                int(each.session_for * 1000),
                _ms(keys.DELIVERY_FOR),
                now + each.look_again_after,
                keys.answers(""),
                each.record,
                keys.alive(""),
                each.error,
                keys.DEAD_KEPT,
            ]
            queue.run(lua.ANSWER, names, values)

    def release(self, queue: scripts.Queue, entry: str, user: str) -> None:
        """Queue: acknowledge the user's entry; put them back if more mail came."""
        names = [keys.mail(user), keys.turn(user), keys.TALK]
        queue.run(lua.RELEASE, names, [entry, user, keys.GROUP])

    async def stop_waiting(self, id: str, waiter: str) -> bool:  # noqa: A002
        """This delivery waits no longer. Whether the answer came in the same moment."""
        names = [keys.delivery(id), keys.waiters(id)]
        return bool(await self._run(lua.GIVE_UP_WAITING, names, [waiter]))

    async def lease_unclaimed(self, now: float, lease: float = 60.0) -> list["Unclaimed"]:
        """Answers that no delivery carried, each to one worker; again after `lease` seconds."""
        found = []
        for id_ in await self.redis.zrangebyscore(keys.UNCLAIMED, 0, now, start=0, num=64):
            names = [keys.UNCLAIMED, keys.delivery(id_)]
            values = [id_, now, now + lease, keys.underway("")]
            leased = await self._run(lua.LEASE, names, values)
            if leased:
                stored, user, received = leased
                answer = from_json(stored)
                assert answer  # what nobody carried says something
                found.append(Unclaimed(id_, user, answer, float(received)))
        return found

    async def settle(self, unclaimed: "Unclaimed") -> None:
        """It goes out another way: no delivery gives it any more."""
        names = [keys.UNCLAIMED, keys.delivery(unclaimed.id), keys.underway(unclaimed.user)]
        await self._run(lua.SETTLE, names, [unclaimed.id])

    async def take_adrift(
        self, user: str, now: float, lease: float = 60.0
    ) -> tuple[list["Unclaimed"], int]:
        """The user's answers that were made between two deliveries, or went down with a process
        when WeChat had asked for the last time: no delivery gives them any more. `settle` each
        once it is kept elsewhere. And how many others are not known to have arrived yet.
        """
        names = [keys.underway(user), keys.UNCLAIMED]
        values = [
            keys.delivery(""), now + lease, UNCONFIRMED_AFTER, now, DELIVERIES, LAST_COPY_WITHIN,
        ]  # fmt: skip
        left, found = await self._run(lua.TAKE_ADRIFT, names, values)
        taken = zip(found[::3], found[1::3], found[2::3], strict=True)
        adrift = [
            Unclaimed(id_, user, answer, float(at))
            for id_, stored, at in taken
            if (answer := from_json(stored))
        ]
        return adrift, int(left)

    def confirm(self, queue: scripts.Queue, id: str, user: str) -> None:  # noqa: A002
        """Queue: the answer of this delivery has arrived; nobody need look again."""
        queue.run(lua.CONFIRM, [keys.UNCLAIMED, keys.underway(user)], [id])

    async def forget(self, user: str, now: float, by: str) -> None:
        """Erase the session, the quota and what is known of deliveries but `by`, the asker's."""
        await self._run(
            lua.FORGET,
            [
                keys.UNCLAIMED,
                keys.deliveries(user),
                keys.session(user),
                keys.quota(user),
                keys.forgotten(user),
            ],
            [keys.delivery(""), now, _ms(keys.FORGOTTEN_FOR), by],
        )

    async def _run(self, script: str, names: list[str], values: list[Any]) -> Any:
        return await scripts.run(self.redis, script, names, values)


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """An answer that was made and is not known to have arrived."""

    id: str
    user: str
    answer: Message
    received: float  # seconds since 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer as it is written down. None says nothing; `why` and `session` are JSON, '' leaves
    them alone.
    """

    id: str
    user: str
    job: str
    answer: Message | None
    why: str = ""
    session: str = ""
    session_for: float = 1800.0
    record: str = ""  # of the turn, for the database; kept with the answer or not at all
    look_again_after: float = 16.0  # seconds: by then WeChat has delivered for the last time
    told: bool = False  # what is kept of them, in this answer
    carrier: bool = False  # kept answers ride on it
    error: str = ""  # why the job was given up: then it goes to the dead letters, too


def _ms(life: Any) -> int:
    return int(life.total_seconds() * 1000)
