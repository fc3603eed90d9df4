"""Runs a batch of turns that `app.worker.loading` has loaded and classified.

Each turn drafts its reply, runs what the draft waits for (a language model, an order look-up),
tells agents, builds its record, and dispatches the reply: `app.worker.outgoing` decides whether a
waiting copy of the message takes it or the outbox. `app.worker.committing` ends the turn in Redis.
UNAVAILABLE names the errors of a database that is away: the turn is then postponed.

Turns that wait for nothing are run together and committed in one pipeline. A turn that waits, for
a model or for an earlier reply of its user to arrive, is committed alone as soon as it is done.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

import structlog

from app.db.engines import UNAVAILABLE
from app.delivery.user_queue import TurnCommit
from app.dialogue import service
from app.dialogue.actions import ActionRunner
from app.dialogue.context import Context
from app.dialogue.gaps import doubts
from app.dialogue.turn import Draft, Turn
from app.jobs import DeskSessionJob, EraseFollowerJob, MessageJob, PublishReportJob
from app.kit.batched import finish_all
from app.messages import values
from app.messages.values import Message, Text
from app.observability import metrics
from app.privacy import consent
from app.worker.agent_updates import AgentUpdates
from app.worker.committing import Postponed, TurnCommitter, TurnOutcome, commit_without_reply
from app.worker.outgoing import CommitNotes, ReplyDispatcher
from app.worker.pending_turn import PendingTurn, StreamEntry, UnreadableJob
from app.worker.silent_jobs import SilentJobs
from app.worker.turn_records import TurnRecorder

# Sources of replies that no consent notice is appended to.
STANDALONE_SOURCES = frozenset(
    {
        "pace",  # rate limit
        "data",  # export or erasure of the follower's data
        "refused",  # moderation
        "anew",  # the follower has begun a new conversation
        "care",  # a crisis, or a reaction to goods
    }
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnProcessor:
    """Runs one turn for each user of a batch, and has it committed."""

    action_runner: ActionRunner
    agent_updates: AgentUpdates
    recorder: TurnRecorder
    dispatcher: ReplyDispatcher
    committer: TurnCommitter
    silent_jobs: SilentJobs

    async def run_turns(
        self, entries: Sequence[StreamEntry], pending_turns: Sequence[PendingTurn]
    ) -> None:
        """Run and end the turns; entries without one (no job is queued) are acknowledged.

        Raises RedisError: then turns that have not ended are claimed by another worker.
        """
        loaded_entries = {pending.entry for pending in pending_turns}
        await self.committer.acknowledge_entries([e for e in entries if e[0] not in loaded_entries])
        drafts = [(pending, _try_draft(pending)) for pending in pending_turns]
        quick = [(pending, draft) for pending, draft in drafts if not _must_wait(pending, draft)]
        slow = [(pending, draft) for pending, draft in drafts if _must_wait(pending, draft)]
        outcomes = await asyncio.gather(*(self._run_turn(*each) for each in quick))
        ended = [(pending, each) for (pending, _), each in zip(quick, outcomes, strict=True)]
        await self.committer.end_turns([x for x in ended if not isinstance(x[1], Postponed)])
        postponed = [x for x in ended if isinstance(x[1], Postponed)]
        # Awaits all even if one raises: the leases of the batch are renewed until this returns.
        await finish_all(
            [*(self._run_slow_turn(*each) for each in slow), self.committer.end_turns(postponed)]
        )

    async def _run_slow_turn(self, pending: PendingTurn, draft: Draft | None) -> None:
        await self.committer.mark_slow(pending)
        outcome = await self._run_turn(pending, draft)
        await self.committer.end_turns([(pending, outcome)])

    async def _run_turn(self, pending: PendingTurn, draft: Draft | None) -> TurnOutcome:
        """Run the turn. An error counts as a failed try, unless the database is away."""
        try:
            return await self._try_turn(pending, draft)
        except UNAVAILABLE as error:
            metrics.FAILURES.labels("database").inc()
            log.warning("turn_waits_for_database", delivery=pending.turn_job.id, error=str(error))
            return Postponed()

    async def _try_turn(self, pending: PendingTurn, draft: Draft | None) -> TurnOutcome:
        try:
            return await self._process_job(pending, draft)
        except UNAVAILABLE:
            raise
        except Exception as error:
            metrics.FAILURES.labels("turn").inc()
            log.exception("turn_failed", delivery=pending.turn_job.id)
            return await self.committer.count_failure(pending, repr(error))

    async def _process_job(self, pending: PendingTurn, draft: Draft | None) -> TurnOutcome:
        match pending.turn_job:
            case MessageJob() as message_job:
                return await self._answer_message(pending, message_job, draft)
            case EraseFollowerJob() | DeskSessionJob() | PublishReportJob() as job:
                await self.silent_jobs.run(job)
                return commit_without_reply(pending)
            case UnreadableJob(id=id_, error=error):  # a newer worker may take the next try
                metrics.FAILURES.labels("turn").inc()
                log.error("job_unreadable", delivery=id_, error=error)
                return await self.committer.count_failure(pending, error)
            case _:
                assert_never(pending.turn_job)

    async def _answer_message(
        self, pending: PendingTurn, message_job: MessageJob, draft: Draft | None
    ) -> TurnCommit:
        if pending.failure:
            raise pending.failure
        context = pending.context
        assert context  # a message without a context has a failure
        turn = await self._complete_draft(context, draft or service.draft_reply(context))
        turn = await self._publish_turn(context, turn)
        metrics.TURNS.labels(turn.source).inc()
        reply, notice_shown = _with_consent_notice(context, turn)
        notes = self._build_notes(context, turn, reply, notice_shown=notice_shown)
        pending = await self.dispatcher.wait_for_earlier_replies(pending, message_job)
        return await self.dispatcher.dispatch(pending, message_job, reply, notes)

    async def _complete_draft(self, context: Context, draft: Draft) -> Turn:
        return service.complete_turn(context, await self.action_runner.run(context, draft))

    async def _publish_turn(self, context: Context, turn: Turn) -> Turn:
        """Tell agents of the turn; returns the turn to send.

        If an agent returned the conversation to the bot meanwhile, the turn is drafted again
        without the handoff.
        """
        if await self.agent_updates.publish_turn(context, turn):
            return turn
        bot_context = replace(context, handoff=None)
        bot_turn = await self._complete_draft(bot_context, service.draft_reply(bot_context))
        await self.agent_updates.publish_turn(bot_context, bot_turn)
        return bot_turn

    def _build_notes(
        self, context: Context, turn: Turn, reply: Message | None, *, notice_shown: bool
    ) -> CommitNotes:
        """What is committed with the reply: explanation, session and record, as JSON."""
        explanation = self.recorder.explain_turn(turn, context.message.received)
        record = self.recorder.build_record(context, replace(turn, answer=reply), explanation)
        session = turn.session.model_copy(update={"outcome": doubts.find_outcome(context, turn)})
        return CommitNotes(
            json.dumps(explanation, ensure_ascii=False),
            session.model_dump_json(),
            record,
            notice_shown,
        )


def _try_draft(pending: PendingTurn) -> Draft | None:
    """The draft; None where the turn has failed, or fails here: `_answer_message` raises it."""
    if pending.context is None or pending.failure:
        return None
    try:
        return service.draft_reply(pending.context)
    except Exception:  # noqa: BLE001 - one turn must not take its neighbours along
        return None


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
