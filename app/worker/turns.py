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
from app.dialogue.understand import understand_messages
from app.inbox.service import Handoff, Handoffs
from app.inference.ports import ClassificationFailed, Classifier
from app.jobs import TURN_JOB, EraseFollowerJob, MessageJob, MessageKind
from app.knowledge.service import Knowledge
from app.messages import texts, values
from app.messages.values import Message, Text
from app.observability import metrics
from app.privacy import consent
from app.privacy.consent import Consent
from app.redis import keys, scripts
from app.redis.client import Pipeline, RedisClient
from app.sessions import store
from app.sessions.rate_limit import RateLimiter, RateVerdict
from app.settings import Settings
from app.worker.agent_updates import AgentUpdates
from app.worker.outbox_reader import OutboxReader
from app.worker.outgoing import CommitNotes, ReplyDispatcher
from app.worker.pending_turn import PendingTurn
from app.worker.turn_records import TurnRecorder

log = structlog.get_logger()


DATABASE_PAUSE = 0.5  # seconds before a turn that needs the database is tried again
# Sources of replies that no consent notice is appended to: rate limit, data request, refusal, ...
STANDALONE_SOURCES = frozenset({"pace", "data", "refused", "anew", "care"})
SLOW_TRIES_FACTOR = 3  # times as many crashes are allowed for a turn that waits for a model

StreamEntry = tuple[str, str]  # of the user stream: entry id, user with queued jobs
RecordActivity = Callable[
    [Pipeline, str, MessageKind, float], None
]  # pipeline, user, kind of message, received (seconds since 1970)


@dataclass(frozen=True, slots=True)
class Postponed:
    """Result of a turn that has to be repeated because the database is away."""


@dataclass(slots=True, kw_only=True)
class TurnProcessor:
    """Runs one turn for each user of a batch and commits reply, session and record."""

    redis: RedisClient
    classifier: Classifier
    knowledge: Knowledge
    account_contexts: AccountContexts
    handoffs: Handoffs
    updates: AgentUpdates
    rate_limiter: RateLimiter
    consent: Consent
    action_runner: ActionRunner
    recorder: TurnRecorder
    outbox: OutboxReader
    dispatcher: ReplyDispatcher
    record_activity: RecordActivity  # opens the quota window that this message starts
    settings: Settings

    async def load_and_classify(self, entries: Sequence[StreamEntry]) -> list[PendingTurn]:
        """Load the next job of each user with its context, and classify all texts in one batch."""
        pending_turns = await self._load_pending_turns(entries)
        contexts = [pending.context for pending in pending_turns if pending.context]
        understood = iter(await understand_messages(self.classifier, self.knowledge, contexts))
        return [replace(x, context=next(understood)) if x.context else x for x in pending_turns]

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
        """The draft; None without a usable context or on an error, which `_run_turn` will raise."""
        if pending.context is None or _is_unreadable(pending.context):
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

    async def _load_pending_turns(self, entries: Sequence[StreamEntry]) -> list[PendingTurn]:
        users = [user for _, user in entries]
        async with self.redis.pipeline(transaction=False) as pipe:
            for user in users:
                pipe.lindex(keys.user_queue(user), 0)
                pipe.get(keys.session(user))
                pipe.exists(keys.unconfirmed(user))
            replies = await pipe.execute()
        turn_jobs = [TURN_JOB.validate_json(job) if job else None for job in replies[::3]]
        messages_by_user = await self.outbox.read_in_time(users)
        user_states = await self._load_user_states(users, turn_jobs)
        return [
            PendingTurn(
                entry=entry,
                user=user,
                job_json=job,
                turn_job=turn_job,
                context=self._try_build_context(turn_job, session, *user_state)
                if isinstance(turn_job, MessageJob)
                else None,
                outbox_messages=None
                if messages_by_user is None
                else messages_by_user.get(user, ()),
                has_unconfirmed=bool(has_unconfirmed),
            )
            for (entry, user), job, session, has_unconfirmed, turn_job, user_state in zip(
                entries,
                replies[::3],
                replies[1::3],
                replies[2::3],
                turn_jobs,
                user_states,
                strict=True,
            )
            if turn_job
        ]

    async def _load_user_states(
        self, users: Sequence[str], turn_jobs: Sequence[MessageJob | EraseFollowerJob | None]
    ) -> list[tuple[Handoff | None, RateVerdict, bool]]:
        """For each user: handoff, rate verdict, and whether the consent notice was shown."""
        handoffs = await self.handoffs.active_handoffs(users, time.time())
        notices_shown = await self.consent.notice_shown(users)
        message_jobs = [
            (at, turn_job)
            for at, turn_job in enumerate(turn_jobs)
            if isinstance(turn_job, MessageJob)
        ]
        verdicts = await self.rate_limiter.count(
            [(users[at], mail.id) for at, mail in message_jobs]
        )
        rates: dict[int, RateVerdict] = {
            at: each for (at, _), each in zip(message_jobs, verdicts, strict=True)
        }
        return [
            (handoff, rates.get(at, "ok"), notice_shown)
            for at, (handoff, notice_shown) in enumerate(zip(handoffs, notices_shown, strict=True))
        ]

    def _try_build_context(
        self,
        message_job: MessageJob,
        session: str | None,
        handoff: Handoff | None,
        rate: RateVerdict,
        notice_shown: bool,
    ) -> Context | None:
        """The context; None on an error (account not served), which `_run_turn` will raise."""
        try:
            return self._build_context(message_job, session, handoff, rate, notice_shown)
        except Exception:  # noqa: BLE001 - one message must not take its neighbours along
            return None

    def _build_context(
        self,
        message_job: MessageJob,
        session: str | None,
        handoff: Handoff | None,
        rate: RateVerdict,
        notice_shown: bool,
    ) -> Context:
        # A retry ignores the handoff that its own first try opened, and opens it again.
        active_handoff = handoff if handoff and handoff.delivery != message_job.id else None
        context = self.account_contexts.prepare_message(
            message_job, store.parse_session(session), active_handoff, rate
        )
        return replace(context, notice_shown=notice_shown)

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
        context = pending.context or self._build_context(
            message_job, None, None, "ok", notice_shown=True
        )
        if isinstance(context.classification_result, ClassificationFailed) and _is_unreadable(
            context
        ):
            raise context.classification_result
        draft = draft or service.draft_reply(context)
        turn = await self._publish_turn(context, await self._complete_draft(context, draft))
        answer, notice_shown = self._with_consent(context, turn)
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

    def _with_consent(self, context: Context, turn: Turn) -> tuple[Message | None, bool]:
        """The reply, with the consent notice added on first contact; and whether it was added."""
        answer = turn.answer
        with_person = turn.hand_over is not None or context.handoff is not None
        needs_no_notice = context.notice_shown or with_person or not self.settings.consent
        if needs_no_notice or turn.source in STANDALONE_SOURCES or not isinstance(answer, Text):
            return answer, False
        return values.join([answer, Text(content=context.say(consent.TEXT))]), True

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


def _is_unreadable(context: Context) -> bool:
    """Whether classification failed and no word list found a crisis or reaction (care) either."""
    return isinstance(context.classification_result, ClassificationFailed) and context.care is None


def _must_wait(pending: PendingTurn, draft: Draft | None) -> bool:
    """Whether the turn waits for an action of its draft, or for an unconfirmed earlier reply."""
    return pending.has_unconfirmed or (draft is not None and draft.pending_action is not None)
