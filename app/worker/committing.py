"""Ends turns in Redis, and decides what becomes of a turn that failed.

A turn ends in one of four ways:

- committed: `UserQueues.commit_turns` stores reply, session and record, removes the job from the
  user queue, hands the reply to a waiting copy of the message, and acknowledges the stream entry;
- retried: it failed, or its job can't be parsed; the job stays first in the user queue, the stream
  entry is acknowledged, and the user gets a new one;
- postponed: it needs the database, which is away; as retried, after a pause and without a count;
- given up: it failed or crashed a worker too often; committed with an apology as the reply, and
  the job goes to the dead letters.

A worker that dies before one of these leaves the stream entry pending: another worker claims it.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from app.db.engines import UNAVAILABLE
from app.delivery.user_queue import TurnCommit, UserQueues
from app.jobs import DeskSessionJob, EraseFollowerJob, MessageJob, MessageKind, PublishReportJob
from app.messages.phrases import TextOf
from app.messages.texts import FAILED
from app.messages.values import Text
from app.observability import metrics
from app.privacy.consent import Consent
from app.redis import keys, scripts
from app.redis.client import Pipeline, RedisClient
from app.worker.outbox_reader import OutboxReader
from app.worker.outgoing import CommitNotes, ReplyDispatcher
from app.worker.pending_turn import (
    LoadedJob,
    PendingTurn,
    StreamEntry,
    UnreadableJob,
    parse_turn_job,
)
from app.worker.steps import DATABASE_PAUSE

SLOW_TRIES_FACTOR = 3  # times as many crashes are allowed for a turn that waits (`mark_slow`)
SLOW_FIELD = "judged"  # of the delivery's hash; the name is of version 0.1

# Queues on a pipeline: user, kind of message, when it was received (seconds since 1970).
RecordActivity = Callable[[Pipeline, str, MessageKind, float], None]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Retry:
    """Outcome of a turn that failed and is tried again."""


@dataclass(frozen=True, slots=True)
class Postponed:
    """Outcome of a turn that is tried again once the database is back."""


TurnOutcome = TurnCommit | Retry | Postponed


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnCommitter:
    """Commits, retries, postpones and gives up turns."""

    redis: RedisClient
    outbox: OutboxReader
    consent: Consent
    record_activity: RecordActivity  # how many customer-service messages the follower may get now
    dispatcher: ReplyDispatcher
    text: TextOf
    max_tries: int

    async def end_turns(self, outcomes: Sequence[tuple[PendingTurn, TurnOutcome]]) -> None:
        """Commit, retry or postpone each turn.

        Raises RedisError: then any of them may have ended or not. Those that have not are claimed
        and run again; a commit of a turn that has ended does nothing.
        """
        commits = [(pending, each) for pending, each in outcomes if isinstance(each, TurnCommit)]
        retried = [pending for pending, each in outcomes if isinstance(each, Retry)]
        postponed = [pending for pending, each in outcomes if isinstance(each, Postponed)]
        await self._commit_and_retry(commits, retried)
        await self._postpone_turns(postponed)

    async def acknowledge_entries(self, entries: Sequence[StreamEntry]) -> None:
        """Acknowledge entries; users who still have queued jobs get a new stream entry."""
        if not entries:
            return
        async with self.redis.pipeline(transaction=False) as pipe:
            queue = scripts.ScriptQueue(pipe)
            for entry, user in entries:
                UserQueues(self.redis).acknowledge(queue, entry, user)
            await pipe.execute()

    async def mark_slow(self, pending: PendingTurn) -> None:
        """Allow the turn more crashes from here on: as it may wait for 30 s (for a language model,
        an order look-up or an earlier reply), a crash is hardly its message's fault.
        """
        await self.redis.hset(keys.delivery(pending.turn_job.id), SLOW_FIELD, 1)

    async def count_failure(self, pending: PendingTurn, error: str) -> TurnOutcome:
        """Count a failed try; the turn is retried, or given up after `max_tries`.

        Raises UNAVAILABLE.
        """
        return await self._count_try(pending, error, self.max_tries)

    async def give_up_poison_messages(self, entries: Sequence[StreamEntry]) -> list[StreamEntry]:
        """Count a crash for each turn whose worker died, and give up those with too many: their
        reply is an apology. Returns the entries whose turns are to be run.
        """
        return [each for each in entries if not await self._is_given_up(each)]

    async def _is_given_up(self, stream_entry: StreamEntry) -> bool:
        entry, user = stream_entry
        job_json = await self.redis.lindex(keys.user_queue(user), 0)
        if not job_json:
            return False
        pending = PendingTurn(
            entry=entry,
            user=user,
            job_json=job_json,
            turn_job=parse_turn_job(job_json),
            context=None,
            outbox_messages=None,
        )
        try:
            outcome = await self._count_crash(pending)
        except UNAVAILABLE:  # the turn itself waits for the database
            return False
        if isinstance(outcome, TurnCommit):
            await self.end_turns([(pending, outcome)])
        return isinstance(outcome, TurnCommit)

    async def _count_crash(self, pending: PendingTurn) -> TurnOutcome:
        is_slow = await self.redis.hexists(keys.delivery(pending.turn_job.id), SLOW_FIELD)
        max_tries = self.max_tries * (SLOW_TRIES_FACTOR if is_slow else 1)
        return await self._count_try(pending, "the worker died on it", max_tries)

    async def _count_try(self, pending: PendingTurn, error: str, max_tries: int) -> TurnOutcome:
        tries = await self.redis.hincrby(keys.delivery(pending.turn_job.id), "tries", 1)
        if tries < max_tries:
            return Retry()
        metrics.DEAD_LETTERS.inc()
        return replace(await self._build_apology(pending), error=error)

    async def _build_apology(self, pending: PendingTurn) -> TurnCommit:
        """The commit of a turn that is given up; without a reply where nobody waits for one.

        The dispatcher reads the outbox again: any try, the last one too, may have reserved messages
        that did not leave. Raises UNAVAILABLE.
        """
        message_job = _find_message(pending.turn_job)
        if message_job is None:
            return commit_without_reply(pending)
        apology = Text(content=self.text(message_job.account, FAILED))
        pending = replace(pending, outbox_messages=None)
        return await self.dispatcher.dispatch(pending, message_job, apology, CommitNotes())

    async def _commit_and_retry(
        self,
        commits: Sequence[tuple[PendingTurn, TurnCommit]],
        retried: Sequence[PendingTurn],
    ) -> None:
        """Write all in one pipeline, then mark the packed outbox messages as sent
        and free the remainders of the replies.

        If the database is away then, `Outbox.tidy` marks them later.
        """
        user_queues = UserQueues(self.redis)
        async with self.redis.pipeline(transaction=False) as pipe:
            queue = scripts.ScriptQueue(pipe)
            entry_commits = [(pending.entry, commit) for pending, commit in commits]
            user_queues.commit_turns(queue, entry_commits, time.time())
            for pending in retried:
                user_queues.acknowledge(queue, pending.entry, pending.user)
            for pending, commit in commits:
                self._record_contact(pipe, pending, commit)
            await pipe.execute()
        await self.outbox.mark_sent([c.id for _, c in commits if c.has_outbox_messages])

    def _record_contact(self, pipe: Pipeline, pending: PendingTurn, commit: TurnCommit) -> None:
        if pending.context:
            message = pending.context.message
            self.record_activity(pipe, pending.user, message.kind, message.received)
            if commit.notice_shown:
                self.consent.mark(pipe, pending.user)

    async def _postpone_turns(self, pending_turns: Sequence[PendingTurn]) -> None:
        if not pending_turns:
            return
        for pending in pending_turns:
            await self.redis.hset(keys.delivery(pending.turn_job.id), "postponed", 1)
        await asyncio.sleep(DATABASE_PAUSE)
        await self.acknowledge_entries([(pending.entry, pending.user) for pending in pending_turns])


def commit_without_reply(pending: PendingTurn) -> TurnCommit:
    """The commit of a turn that says nothing and stores nothing: the job is done."""
    return TurnCommit(
        id=pending.turn_job.id, user=pending.user, job_json=pending.job_json, reply=None
    )


def _find_message(job: LoadedJob) -> MessageJob | None:
    """The message whose sender waits for a reply; None for other jobs."""
    match job:
        case MessageJob():
            return job
        case UnreadableJob():
            return job.message_job
        case EraseFollowerJob() | DeskSessionJob() | PublishReportJob():
            return None
