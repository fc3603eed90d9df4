"""Deliveries, user queues and commits of turns in Redis; each step is one atomic script.

A delivery is one whole message. WeChat sends it in up to three HTTP requests, 5 s apart: its
copies 1 to 3, which all wait for the same reply. A user is a follower of one account
(`account:openid`). A user's jobs wait in the user's queue. The user stream holds each user with
queued jobs at most once, so that a user has one turn at a time and in order across all workers.
The states of a delivery, and the methods that move it on (docs/delivery.md, "States of a delivery",
tells what a crash leaves in each):

- queued: `admit` counts the copy, appends the job to the user queue and schedules the user; later
  copies only add a waiter, and `stop_waiting` removes one whose time is up;
- replied: `commit_turns` removes the job, stores the reply, and hands it to the latest waiter;
  a copy that comes UNCONFIRMED_AFTER later or more gets the reply again (`admit`);
- confirmed: `confirm`, once the reply is on its way to WeChat; a copy that comes REPEAT_AFTER
  later or more gets the reply again all the same: WeChat repeats only what it did not receive;
- in the outbox: `UndeliveredReplies.mark_in_outbox`; further copies get nothing;
- done: committed without a reply, as there is nothing to say or the reply went to the outbox at
  once; further copies get nothing;
- erased: `erase_user` empties the reply; further copies get nothing;
- expired: Redis removes the hash `keys.DELIVERY_FOR` after admission or reply.

Undelivered is no state but a condition: a reply that stays unconfirmed, because no copy asked for
it or the process that had it died. `app.delivery.undelivered` finds such replies, and moves them
to the outbox.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.delivery import lua
from app.delivery.stored_replies import parse_stored_reply
from app.messages.values import Message, to_json
from app.redis import keys
from app.redis.client import RedisClient
from app.redis.scripts import ScriptQueue, ScriptValue
from app.redis.units import to_milliseconds

# Seconds. The platform repeats a message 5 s after it hung up. A copy that comes later than this
# after the reply was handed over means that the reply didn't arrive: it is returned again.
REPEAT_AFTER = 4.5
# Seconds. A reply unconfirmed for longer is held by an api process that is dead or stuck: WeChat
# hung up on it and repeats the message.
UNCONFIRMED_AFTER = 0.5
MAX_COPIES = 3  # of a message


@dataclass(frozen=True, slots=True)
class Admission:
    """What is to be done for a copy: `wait` for the reply, return this `reply`, return nothing
    (`done`: replied already), or refuse (`full`: too many users or jobs are queued; nothing is
    stored).
    """

    outcome: Literal["wait", "reply", "done", "full"]
    copy: int  # number of the copy, from 1
    reply: Message | None


@dataclass(frozen=True, slots=True)
class UserQueues:
    """Admits copies, commits turns and tracks replies. Lifetimes of keys are in `keys`."""

    redis: RedisClient
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
        waited: bool = False,  # for Redis: the job is inserted in order of the times of receipt
    ) -> Admission:
        """Count this copy; for the first one, queue `job` (JSON) and schedule the user.

        `waiter` has three fields, separated by spaces: the api process, its token, and the time
        until which WeChat listens. That and `now` are seconds since 1970.
        """
        outcome, copy, reply = await lua.ADMIT.run(
            self.redis,
            delivery=keys.delivery(id),
            waiters=keys.waiters(id),
            user_queue=keys.user_queue(user),
            scheduled=keys.scheduled(user),
            user_stream=keys.USER_STREAM,
            deliveries=keys.deliveries(user),
            unconfirmed=keys.unconfirmed(user),
            id=id,
            user=user,
            job=job,
            waiter=waiter,
            now=now,
            max_users=self.max_waiting_users,
            max_jobs=self.max_waiting_messages,
            life_ms=to_milliseconds(keys.DELIVERY_FOR),
            repeat_confirmed_after=REPEAT_AFTER,
            repeat_unconfirmed_after=UNCONFIRMED_AFTER,
            waited_for_redis=int(waited),
        )
        return Admission(outcome, int(copy), parse_stored_reply(id, reply))

    def commit_turns(
        self, queue: ScriptQueue, commits: Sequence[tuple[str, "TurnCommit"]], now: float
    ) -> None:
        """Queue for each (stream entry, commit): store the reply, send it to one waiting copy,
        remove the job, and acknowledge the entry as `acknowledge` does. All but the last is
        skipped if the job is no longer the user's first.
        """
        for entry, commit in commits:
            _queue_commit(queue, entry, commit, now)

    def acknowledge(self, queue: ScriptQueue, entry: str, user: str) -> None:
        """Queue: acknowledge the stream entry; schedule the user again if jobs are queued."""
        queue.run(lua.ACKNOWLEDGE, **_entry_values(entry, user))

    async def stop_waiting(self, id: str, waiter: str) -> bool:  # noqa: A002
        """Remove the waiter of a copy; returns whether a reply was committed already."""
        return bool(
            await lua.STOP_WAITING.run(
                self.redis, delivery=keys.delivery(id), waiters=keys.waiters(id), waiter=waiter
            )
        )

    async def is_uncommitted(self, id: str, user: str) -> bool:  # noqa: A002
        """Whether the delivery's job is the user's first: its turn runs, or will be tried again."""
        job_json = await self.redis.lindex(keys.user_queue(user), 0)
        try:
            return job_json is not None and json.loads(job_json)["id"] == id
        except (ValueError, TypeError, KeyError):  # no job of a delivery
            return False

    def confirm(self, queue: ScriptQueue, id: str, user: str) -> None:  # noqa: A002
        """Queue: record that the reply to this message has arrived."""
        queue.run(
            lua.CONFIRM,
            undelivered=keys.UNDELIVERED,
            unconfirmed=keys.unconfirmed(user),
            delivery=keys.delivery(id),
            id=id,
        )

    async def erase_user(self, user: str, now: float, by: str) -> None:
        """Erase the user's session, quota and deliveries; the delivery `by`, which asked, stays.

        Of the others the reply becomes '': their copies get nothing.
        """
        await lua.ERASE_USER.run(
            self.redis,
            undelivered=keys.UNDELIVERED,
            deliveries=keys.deliveries(user),
            session=keys.session(user),
            quota=keys.quota(user),
            erased_at=keys.erased_at(user),
            now=now,
            erased_at_ms=to_milliseconds(keys.ERASED_AT_FOR),
            erasing_id=by,
            delivery_prefix=keys.delivery(""),
        )


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
    # Seconds after the commit from which an unconfirmed reply counts as undelivered.
    undelivered_after: float = 16.0
    notice_shown: bool = False  # the reply contains the consent notice
    has_outbox_messages: bool = False  # some wait for the commit: packed ones, or the remainder
    error: str = ""  # why the job was given up: then it is added to the dead letters, too


def _queue_commit(queue: ScriptQueue, entry: str, commit: TurnCommit, now: float) -> None:
    queue.run(
        lua.COMMIT_TURN,
        **_entry_values(entry, commit.user),
        delivery=keys.delivery(commit.id),
        waiters=keys.waiters(commit.id),
        session=keys.session(commit.user),
        undelivered=keys.UNDELIVERED,
        unconfirmed=keys.unconfirmed(commit.user),
        records=keys.RECORDS,
        dead_letters=keys.DEAD_LETTERS,
        now=now,
        id=commit.id,
        job=commit.job_json,
        reply=to_json(commit.reply),
        explanation=commit.explanation,
        session_json=commit.session,
        session_ms=int(commit.session_for * 1000),
        record=commit.record,
        error=commit.error,
        life_ms=to_milliseconds(keys.DELIVERY_FOR),
        undelivered_at=now + commit.undelivered_after,
        max_dead_letters=keys.DEAD_LETTERS_KEPT,
        reply_stream_prefix=keys.reply_stream(""),
        reply_stream_ms=to_milliseconds(keys.REPLY_STREAM_FOR),
        max_replies=keys.REPLIES_KEPT,
        heartbeat_prefix=keys.api_heartbeat(""),
    )


def _entry_values(entry: str, user: str) -> dict[str, ScriptValue]:
    return {
        "user_queue": keys.user_queue(user),
        "scheduled": keys.scheduled(user),
        "user_stream": keys.USER_STREAM,
        "entry": entry,
        "user": user,
        "group": keys.GROUP,
    }
