"""Loads a batch of pending turns: each user's next job with all that its turn reads.

From Redis come the job, the session, and the follower's handoff, rate limit and consent notice;
from the database the outbox messages that a reply may be packed with; from memory the account with
its rules. Then one call of the classifier classifies the texts of the whole batch.

Loading moves nothing: the job stays first in the user queue, and the stream entry stays pending,
until the turn is committed. So another worker can load the same turn again after a crash.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from app.delivery.outbox import OutboxMessage
from app.dialogue.account_context import AccountContexts
from app.dialogue.context import Context
from app.dialogue.wording.variant_wordings import (
    FindWordings,
    VariantWording,
    find_no_wordings,
)
from app.inference.ports import ClassificationFailed
from app.jobs import MessageJob
from app.redis import keys
from app.redis.client import RedisClient
from app.sessions import store
from app.worker.follower_states import FollowerState, FollowerStates
from app.worker.outbox_reader import OutboxReader
from app.worker.pending_turn import LoadedJob, PendingTurn, StreamEntry, parse_turn_job

# Classifies the contexts of a batch and finds their evidence; returns them in the same order.
Understand = Callable[[Sequence[Context]], Awaitable[list[Context]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedJob:
    """The first job of a user's queue, with the user's session (JSON; None for a new one)."""

    entry: str
    user: str
    job_json: str
    turn_job: LoadedJob
    session_json: str | None
    has_unconfirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnLoader:
    """Loads the next turn of each user of a batch."""

    redis: RedisClient
    outbox: OutboxReader
    follower_states: FollowerStates
    account_contexts: AccountContexts
    understand: Understand
    find_wordings: FindWordings = find_no_wordings

    async def load_pending_turns(self, entries: Sequence[StreamEntry]) -> list[PendingTurn]:
        """Load and classify the next turn of each user; users without a queued job are left out.

        A turn that can't be built or classified has a `failure`, and the others go on. Raises
        RedisError; and one of UNAVAILABLE (the database is away) as `FollowerStates.load_states`.
        """
        queued_jobs = await self._read_queued_jobs(entries)
        if not queued_jobs:
            return []
        users = [queued.user for queued in queued_jobs]
        messages_by_user = await self.outbox.read_in_time(users)
        states = await self.follower_states.load_states(users, [q.turn_job for q in queued_jobs])
        wordings = await self._find_wordings(queued_jobs)
        return await self._classify_turns([
            self._build_pending_turn(
                queued,
                state,
                None if messages_by_user is None else messages_by_user.get(queued.user, ()),
                wordings.get(queued.turn_job.id, ()),
            )
            for queued, state in zip(queued_jobs, states, strict=True)
        ])  # fmt: skip

    async def _read_queued_jobs(self, entries: Sequence[StreamEntry]) -> list[QueuedJob]:
        async with self.redis.pipeline(transaction=False) as pipe:
            for _, user in entries:
                pipe.lindex(keys.user_queue(user), 0)
                pipe.get(keys.session(user))
                pipe.exists(keys.unconfirmed(user))
            replies = await pipe.execute()
        return [
            QueuedJob(
                entry=entry,
                user=user,
                job_json=job_json,
                turn_job=parse_turn_job(job_json),
                session_json=session_json,
                has_unconfirmed=bool(has_unconfirmed),
            )
            for (entry, user), job_json, session_json, has_unconfirmed in zip(
                entries, replies[::3], replies[1::3], replies[2::3], strict=True
            )
            if job_json
        ]

    async def _find_wordings(
        self, queued_jobs: Sequence[QueuedJob]
    ) -> dict[str, tuple[VariantWording, ...]]:
        """The wordings of followers' variants in running experiments, by the id of the job."""
        messages = [q.turn_job for q in queued_jobs if isinstance(q.turn_job, MessageJob)]
        wordings = await self.find_wordings(messages)
        return {message.id: each for message, each in zip(messages, wordings, strict=True)}

    def _build_pending_turn(
        self,
        queued: QueuedJob,
        state: FollowerState,
        outbox_messages: tuple[OutboxMessage, ...] | None,
        wordings: tuple[VariantWording, ...],
    ) -> PendingTurn:
        pending = PendingTurn(
            entry=queued.entry,
            user=queued.user,
            job_json=queued.job_json,
            turn_job=queued.turn_job,
            context=None,
            outbox_messages=outbox_messages,
            has_unconfirmed=queued.has_unconfirmed,
        )
        if not isinstance(queued.turn_job, MessageJob):
            return pending
        try:
            context = self._build_context(queued.turn_job, queued.session_json, state, wordings)
        except Exception as error:  # noqa: BLE001 - one message must not take its neighbours along
            return replace(pending, failure=error)
        return replace(pending, context=context)

    def _build_context(
        self,
        message_job: MessageJob,
        session_json: str | None,
        state: FollowerState,
        wordings: tuple[VariantWording, ...],
    ) -> Context:
        """The context, not classified yet. Raises UnknownAccount."""
        handoff = state.handoff
        # A retry ignores the handoff that its own first try opened, and opens it again.
        if handoff and handoff.delivery == message_job.id:
            handoff = None
        context = self.account_contexts.prepare_message(
            message_job, store.parse_session(session_json), handoff, state.rate, wordings
        )
        return replace(context, notice_shown=state.notice_shown)

    async def _classify_turns(self, pending_turns: Sequence[PendingTurn]) -> list[PendingTurn]:
        contexts = [pending.context for pending in pending_turns if pending.context]
        understood = iter(await self.understand(contexts))
        return [
            _with_context(pending, next(understood)) if pending.context else pending
            for pending in pending_turns
        ]


def _with_context(pending: PendingTurn, context: Context) -> PendingTurn:
    """The turn with its understood context.

    It fails where the model failed on the text, unless a word list found a case of `care` in it
    (a crisis, or a reaction to goods): that reply needs no model.
    """
    result = context.classification_result
    if isinstance(result, ClassificationFailed) and context.care is None:
        return replace(pending, context=context, failure=result)
    return replace(pending, context=context)
