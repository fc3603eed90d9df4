"""Runs a batch of turns: load each user's next job, classify all, answer each, commit to Redis."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

import structlog

from app.db.engines import UNAVAILABLE
from app.delivery.user_queue import TurnCommit, UserQueues
from app.dialogue import doubts, service
from app.dialogue.account_context import AccountContexts
from app.dialogue.actions import ActionRunner
from app.dialogue.context import Context
from app.dialogue.turn import Draft, Turn
from app.inbox.service import Handoffs
from app.jobs import TURN_JOB, EraseFollowerJob, MessageJob, MessageKind
from app.messages import texts, values
from app.messages.values import Message, Text
from app.observability import metrics
from app.privacy import consent
from app.privacy.consent import Consent
from app.redis import keys, scripts
from app.settings import Settings
from app.worker.agent_updates import AgentUpdates
from app.worker.outbox_reader import OutboxReader
from app.worker.outgoing import CommitNotes, ReplyDispatcher
from app.worker.pending_turn import PendingTurn, StreamEntry
from app.worker.turn_records import TurnRecorder

log = structlog.get_logger()


DATABASE_PAUSE = 0.5  # seconds before a turn that needs the database is tried again
# Sources of replies that no consent notice is appended to: rate limit, data request, refusal, ...
STANDALONE_SOURCES = frozenset({"pace", "data", "refused", "anew", "care"})
SLOW_TRIES_FACTOR = 3  # times as many crashes are allowed for a turn that waits for a model

RecordActivity = Callable[
    [Pipeline, str, MessageKind, float], None
]  # pipeline, user, kind of message, received (seconds since 1970)


@dataclass(frozen=True, slots=True)
class Postponed:
    """Result of a turn that has to be repeated because the database is away."""


@dataclass(slots=True, kw_only=True)
class TurnProcessor:
    """Runs one turn for each user of a batch and commits reply, session and record."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    account_contexts: AccountContexts
    handoffs: Handoffs
    updates: AgentUpdates
    consent: Consent
    action_runner: ActionRunner
    recorder: TurnRecorder
    outbox: OutboxReader
    dispatcher: ReplyDispatcher
    record_activity: RecordActivity  # opens the quota window that this message starts
    settings: Settings

    async def answer_turns(
        self, entries: Sequence[StreamEntry], pending_turns: Sequence[PendingTurn]
    ) -> None:
        """Answer and commit the turns; a user whose turn failed goes back to the stream.

        Turns that wait (for a model or an earlier reply) are committed one by one as they finish.
        """
        loaded_entries = {pending.entry for pending in pending_turns}
        await self.release_entries([e for e in entries if e[0] not in loaded_entries])
        drafts = [(pending, self._try_draft(pending)) for pending in pending_turns]
        quick = [(x, draft) for x, draft in drafts if not _must_wait(x, draft)]
        slow = [(x, draft) for x, draft in drafts if _must_wait(x, draft)]
        quick_commits = await asyncio.gather(
            *(self._run_or_postpone(x, draft) for x, draft in quick)
        )
        results = [(x, each) for (x, _), each in zip(quick, quick_commits, strict=True)]
        await self._commit_turns(
            [(x, each) for x, each in results if not isinstance(each, Postponed)]
        )
        await asyncio.gather(
            *(self._answer_slow_turn(x, draft) for x, draft in slow),
            self._postpone_turns([x for x, each in results if isinstance(each, Postponed)]),
        )

    async def _record_crash(self, pending: PendingTurn) -> TurnCommit | None:
        """Count a crash of a worker during this turn; None when the turn is tried again."""
        is_slow = await self.redis.hexists(keys.delivery(pending.turn_job.id), "judged")
        most = self.settings.limits.tries * (SLOW_TRIES_FACTOR if is_slow else 1)
        return await self._count_failure(pending, "the worker died on it", most)

    async def _answer_slow_turn(self, pending: PendingTurn, draft: Draft | None) -> None:
        # A crash from here on is hardly this message's fault, as it may wait for 30 s: the mark
        # allows it more crashes (SLOW_TRIES_FACTOR).
        await self.redis.hset(keys.delivery(pending.turn_job.id), "judged", 1)
        commit = await self._run_or_postpone(pending, draft)
        if isinstance(commit, Postponed):
            await self._postpone_turns([pending])
        else:
            await self._commit_turns([(pending, commit)])

    async def _postpone_turns(self, pending_turns: Sequence[PendingTurn]) -> None:
        """Release turns that wait for the database after a pause; this does not count as a try."""
        if pending_turns:
            for pending in pending_turns:
                await self.redis.hset(keys.delivery(pending.turn_job.id), "postponed", 1)
            await asyncio.sleep(DATABASE_PAUSE)
            await self.release_entries([(pending.entry, pending.user) for pending in pending_turns])

    def _try_draft(self, pending: PendingTurn) -> Draft | None:
        """The draft; None where the turn has failed, or fails here: `_run_turn` raises it again."""
        if pending.context is None or pending.failure:
            return None
        try:
            return service.draft_reply(pending.context)
        except Exception:  # noqa: BLE001 - one turn must not take its neighbours along
            return None

    async def drop_poison_messages(self, entries: Sequence[StreamEntry]) -> list[StreamEntry]:
        """Give up jobs that crashed too many workers; returns the entries that are still to run."""
        fit = []
        for entry, user in entries:
            job = await self.redis.lindex(keys.user_queue(user), 0)
            pending = job and PendingTurn(
                entry=entry,
                user=user,
                job_json=job,
                turn_job=TURN_JOB.validate_json(job),
                context=None,
                outbox_messages=(),
            )
            try:
                commit = pending and await self._record_crash(pending)
            except UNAVAILABLE:  # kept: the turn itself waits for the database
                commit = None
            if commit:
                await self._commit_turns([(pending, commit)])
            else:
                fit.append((entry, user))
        return fit

    async def _commit_turns(self, commits: Sequence[tuple[PendingTurn, TurnCommit | None]]) -> None:
        user_queues = UserQueues(self.redis)
        async with self.redis.pipeline(transaction=False) as pipe:
            queue = scripts.ScriptQueue(pipe)
            entry_commits = [
                (pending.entry, answer) for pending, answer in commits if answer is not None
            ]
            user_queues.commit_turns(queue, entry_commits, time.time())
            for pending, commit in commits:
                if commit is None:
                    user_queues.release(queue, pending.entry, pending.user)
                elif pending.context:
                    self._record_contact(pipe, pending.user, pending.context, commit.notice_shown)
            await pipe.execute()
        delivery_ids = [answer.id for _, answer in commits if answer and answer.has_outbox_messages]
        await self.outbox.mark_sent(delivery_ids)

    def _record_contact(
        self, pipe: Pipeline, user: str, context: Context, notice_shown: bool
    ) -> None:
        self.record_activity(pipe, user, context.message.kind, context.message.received)
        if notice_shown:
            self.consent.mark(pipe, user)

    async def release_entries(self, entries: Sequence[StreamEntry]) -> None:
        """Acknowledge entries; users who still have queued jobs get a new stream entry."""
        if not entries:
            return
        async with self.redis.pipeline(transaction=False) as pipe:
            queue = scripts.ScriptQueue(pipe)
            for entry, user in entries:
                UserQueues(self.redis).release(queue, entry, user)
            await pipe.execute()

    async def _run_or_postpone(
        self, pending: PendingTurn, draft: Draft | None
    ) -> TurnCommit | Postponed | None:
        """Run the turn; Postponed when the database is away, None when it failed and is retried."""
        try:
            return await self._try_turn(pending, draft)
        except UNAVAILABLE as error:
            metrics.FAILURES.labels("database").inc()
            log.warning("turn_waits_for_database", delivery=pending.turn_job.id, error=str(error))
            return Postponed()

    async def _try_turn(self, pending: PendingTurn, draft: Draft | None) -> TurnCommit | None:
        """Run the turn; other errors count as a failed try. Raises UNAVAILABLE, which does not."""
        try:
            match pending.turn_job:
                case MessageJob():
                    return await self._run_turn(pending, pending.turn_job, draft)
                case EraseFollowerJob():
                    await self._erase_follower(pending.turn_job)
                    return TurnCommit(
                        id=pending.turn_job.id,
                        user=pending.user,
                        job_json=pending.job_json,
                        reply=None,
                    )
                case _:
                    assert_never(pending.mail)
        except UNAVAILABLE:
            raise
        except Exception as error:
            metrics.FAILURES.labels("turn").inc()
            log.exception("turn_failed", delivery=pending.turn_job.id)
            return await self._count_failure(pending, repr(error), self.settings.limits.tries)

    async def _run_turn(
        self, pending: PendingTurn, message_job: MessageJob, draft: Draft | None
    ) -> TurnCommit:
        if pending.failure:
            raise pending.failure
        context = pending.context
        assert context  # a message without a context has a failure
        draft = draft or service.draft_reply(context)
        turn = await self._publish_turn(context, await self._complete_draft(context, draft))
        answer, notice_shown = _with_consent_notice(context, turn)
        metrics.TURNS.labels(turn.source).inc()
        explanation = self.recorder.explain_turn(turn, message_job.received)
        record = self.recorder.build_record(context, replace(turn, answer=answer), explanation)
        session = turn.session.model_copy(update={"outcome": doubts.find_outcome(context, turn)})
        return await self.dispatcher.dispatch(
            await self.dispatcher.wait_for_earlier_replies(pending, message_job),
            message_job,
            answer,
            CommitNotes(
                json.dumps(explanation, ensure_ascii=False),
                session.model_dump_json(),
                record,
                notice_shown,
            ),
        )

    async def _complete_draft(self, context: Context, draft: Draft) -> Turn:
        return service.complete_turn(context, await self.action_runner.run(context, draft))

    async def _publish_turn(self, context: Context, turn: Turn) -> Turn:
        """Tell agents of the turn; returns the turn to send.

        If the conversation was returned to the bot meanwhile, that is a turn of the bot's.
        """
        if await self.updates.publish_turn(context, turn):
            return turn
        bot_context = replace(context, handoff=None)
        bot_turn = await self._complete_draft(bot_context, service.draft_reply(bot_context))
        if turn.care:
            await self.updates.publish_turn(bot_context, bot_turn)
        return bot_turn

    async def _count_failure(
        self, pending: PendingTurn, error: str, most: int
    ) -> TurnCommit | None:
        tries = await self.redis.hincrby(keys.delivery(pending.turn_job.id), "tries", 1)
        if tries < most:
            return None
        metrics.DEAD_LETTERS.inc()
        turn_job = pending.turn_job
        if isinstance(turn_job, MessageJob):
            failure_text = Text(content=self.account_contexts.text(turn_job.account, texts.FAILED))
            commit = await self.dispatcher.dispatch(pending, turn_job, failure_text, CommitNotes())
        else:
            commit = TurnCommit(
                id=turn_job.id, user=pending.user, job_json=pending.job_json, reply=None
            )
        return replace(commit, error=error)

    async def _erase_follower(self, erasure: EraseFollowerJob) -> None:
        now = time.time()
        await self.action_runner.dossiers.erase(erasure.account, erasure.openid, now, erasure.id)
        await self.handoffs.erase(erasure.account, erasure.openid, now)


def _must_wait(pending: PendingTurn, draft: Draft | None) -> bool:
    """Whether the turn waits for an action of its draft, or for an unconfirmed earlier reply."""
    return pending.has_unconfirmed or (draft is not None and draft.pending_action is not None)


def _with_consent_notice(context: Context, turn: Turn) -> tuple[Message | None, bool]:
    """The reply, with the consent notice added on first contact; and whether it was added."""
    answer = turn.answer
    with_agent = turn.hand_over is not None or context.handoff is not None
    is_due = not (context.notice_shown or with_agent or turn.source in STANDALONE_SOURCES)
    if not (is_due and isinstance(answer, Text)):
        return answer, False
    return values.join([answer, Text(content=context.say(consent.TEXT))]), True
