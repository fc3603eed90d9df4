"""Deliveries, user queues and commits of turns in Redis; each step is one atomic script.

A delivery is one message however often WeChat sends it. A user's jobs wait in the user's queue.
The user stream holds each user with queued jobs at most once, so that a user has one turn at a
time and in order across all workers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.delivery import lua
from app.messages.values import Message, from_json, to_json
from app.redis import keys, scripts

# Seconds. The platform repeats a message 5 s after it hung up. A copy that comes later than this
# after the reply was handed over means that the reply didn't arrive: it is returned again.
REPEAT_AFTER = 4.5
# Seconds. A reply unconfirmed for longer is held by an api process that is dead or stuck: WeChat
# hung up on it and repeats the message.
UNCONFIRMED_AFTER = 0.5
LAST_COPY_WITHIN = 11.0  # seconds after a message was received: the third delivery has come by then
DELIVERIES = 3  # of a message, at most


@dataclass(frozen=True, slots=True)
class Admission:
    """What a delivery has to do: `wait` for the reply, return this `answer`, return nothing
    (`done`: replied already), or refuse (`full`: too many users or jobs are queued).
    """

    outcome: Literal["wait", "answer", "done", "full"]
    delivery: int  # 1 to 3
    answer: Message | None


@dataclass(frozen=True, slots=True)
class UserQueues:
    """Admits deliveries, commits turns and tracks replies. Lifetimes of keys are in `keys`."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    max_waiting_users: int = 5_000
    max_waiting_messages: int = 20

    async def admit(
        self,
        id: str,  # noqa: A002
        user: str,
        job: str,
        waiter: str,
        now: float,
        *,
        waited: bool = False,  # for Redis: then the job is queued by the time it was received
    ) -> Admission:
        """Count this delivery; queue `job` (JSON) and schedule the user on the message's first.

        `waiter` is `api token until`; `now` and `until` are seconds since 1970.
        """
        what, delivery, answer = await self._run_script(
            lua.ADMIT,
            [
                keys.delivery(id),
                keys.waiters(id),
                keys.user_queue(user),
                keys.scheduled(user),
                keys.USER_STREAM,
                keys.deliveries(user),
                keys.unconfirmed(user),
            ],
            [
                now,
                waiter,
                job,
                user,
                self.max_waiting_users,
                self.max_waiting_messages,
                _to_milliseconds(keys.DELIVERY_FOR),
                REPEAT_AFTER,
                id,
                UNCONFIRMED_AFTER,
                int(waited),
            ],
        )
        return Admission(what, int(delivery), from_json(answer))

    def commit_turns(
        self, queue: scripts.ScriptQueue, commits: Sequence[tuple[str, "TurnCommit"]], now: float
    ) -> None:
        """Queue for each (stream entry, commit): store the reply, send it to one waiting delivery,
        remove the job, and release the entry. Skipped if the job is no longer the user's first.
        """
        for entry, commit in commits:
            user = commit.user
            names = [
                keys.user_queue(user),
                keys.scheduled(user),
                keys.USER_STREAM,
                keys.delivery(commit.id),
                keys.waiters(commit.id),
                keys.session(user),
                keys.UNDELIVERED,
                keys.RECORDS,
                keys.DEAD_LETTERS,
                keys.unconfirmed(user),
            ]
            values = [
                entry,
                user,
                keys.GROUP,
                now,
                commit.id,
                to_json(commit.reply),
                commit.job_json,
                commit.explanation,
                commit.session,
                int(commit.session_for * 1000),
                _to_milliseconds(keys.DELIVERY_FOR),
                now + commit.look_again_after,
                keys.reply_stream(""),
                commit.record,
                keys.api_heartbeat(""),
                commit.error,
                keys.DEAD_LETTERS_KEPT,
            ]
            queue.run(lua.ANSWER, names, values)

    def release(self, queue: scripts.ScriptQueue, entry: str, user: str) -> None:
        """Queue: acknowledge the stream entry; schedule the user again if jobs are queued."""
        names = [keys.user_queue(user), keys.scheduled(user), keys.USER_STREAM]
        queue.run(lua.RELEASE, names, [entry, user, keys.GROUP])

    async def stop_waiting(self, id: str, waiter: str) -> bool:  # noqa: A002
        """Remove this delivery's waiter; returns whether a reply was committed already."""
        names = [keys.delivery(id), keys.waiters(id)]
        return bool(await self._run_script(lua.GIVE_UP_WAITING, names, [waiter]))

    async def lease_undelivered(self, now: float, lease: float = 60.0) -> list["UndeliveredReply"]:
        """Lease up to 64 replies that no delivery returned; leased again after `lease` seconds."""
        undelivered = []
        for id_ in await self.redis.zrangebyscore(keys.UNDELIVERED, 0, now, start=0, num=64):
            names = [keys.UNDELIVERED, keys.delivery(id_)]
            values = [id_, now, now + lease, keys.unconfirmed("")]
            leased = await self._run_script(lua.LEASE, names, values)
            if leased:
                reply_json, user, received = leased
                answer = from_json(reply_json)
                assert answer  # only replies with a message are in keys.UNDELIVERED
                undelivered.append(UndeliveredReply(id_, user, answer, float(received)))
        return undelivered

    async def mark_in_outbox(self, undelivered: "UndeliveredReply") -> None:
        """Record that the reply is in the outbox: no delivery returns it any more."""
        names = [
            keys.UNDELIVERED,
            keys.delivery(undelivered.id),
            keys.unconfirmed(undelivered.user),
        ]
        await self._run_script(lua.SETTLE, names, [undelivered.id])

    async def take_undelivered(
        self, user: str, now: float, lease: float = 60.0
    ) -> tuple[list["UndeliveredReply"], int]:
        """Take over this user's replies that no delivery can return any more: finished between two
        deliveries, or held by a dead api process after the last. Returns them and the number still
        unconfirmed. Call `mark_in_outbox` for each once it is stored; leased for `lease` seconds.
        """
        names = [keys.unconfirmed(user), keys.UNDELIVERED]
        values = [
            keys.delivery(""), now + lease, UNCONFIRMED_AFTER, now, DELIVERIES, LAST_COPY_WITHIN,
        ]  # fmt: skip
        unconfirmed_count, flat_replies = await self._run_script(lua.TAKE_ADRIFT, names, values)
        undelivered = zip(flat_replies[::3], flat_replies[1::3], flat_replies[2::3], strict=True)
        adrift = [
            UndeliveredReply(id_, user, answer, float(at))
            for id_, reply_json, at in undelivered
            if (answer := from_json(reply_json))
        ]
        return adrift, int(unconfirmed_count)

    def confirm(self, queue: scripts.ScriptQueue, id: str, user: str) -> None:  # noqa: A002
        """Queue: record that the reply of this delivery has arrived."""
        queue.run(lua.CONFIRM, [keys.UNDELIVERED, keys.unconfirmed(user)], [id])

    async def erase_user(self, user: str, now: float, by: str) -> None:
        """Erase the user's session, quota and deliveries; the delivery `by`, which asked, stays."""
        await self._run_script(
            lua.FORGET,
            [
                keys.UNDELIVERED,
                keys.deliveries(user),
                keys.session(user),
                keys.quota(user),
                keys.erased_at(user),
            ],
            [keys.delivery(""), now, _to_milliseconds(keys.ERASED_AT_FOR), by],
        )

    async def _run_script(self, script: str, names: list[str], values: list[Any]) -> Any:
        return await scripts.run(self.redis, script, names, values)


@dataclass(frozen=True, slots=True)
class UndeliveredReply:
    """A committed reply that is not known to have arrived."""

    id: str
    user: str
    reply: Message
    received_at: float  # seconds since 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnCommit:
    """What a turn writes to Redis. `reply` None: nothing is said. `explanation`, `session` and
    `record` are JSON; '' leaves the stored value alone.
    """

    id: str
    user: str
    job_json: str
    reply: Message | None
    explanation: str = ""
    session: str = ""
    session_for: float = 1800.0  # seconds
    record: str = ""  # of the turn, for the database; stored with the reply or not at all
    look_again_after: float = 16.0  # seconds: by then WeChat has delivered for the last time
    notice_shown: bool = False  # the reply contains the consent notice
    has_outbox_messages: bool = False  # outbox messages are packed in the reply
    error: str = ""  # why the job was given up: then it is added to the dead letters, too


def _to_milliseconds(life: Any) -> int:
    return int(life.total_seconds() * 1000)
