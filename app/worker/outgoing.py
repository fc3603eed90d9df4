"""Decides how a turn's reply leaves.

While a copy of the message waits, the reply is committed: packed behind the user's pending outbox
messages (`app.worker.packing`), which are reserved until the commit. What does not fit goes to the
outbox, where it waits for the commit too. Where no copy can return the reply any more, all of it
goes to the outbox, and the turn is committed without a reply.

Replies keep their order: a turn waits until earlier ones of its user have arrived, and takes those
that no copy returned into the outbox first.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.delivery.outbox import Outbox, OutboxMessage, remainder_id
from app.delivery.undelivered import UndeliveredReplies, move_to_outbox
from app.delivery.user_queue import TurnCommit
from app.jobs import MessageJob
from app.messages.lengths import TEXT_BYTES
from app.messages.phrases import TextOf
from app.messages.texts import replace_late_transfer
from app.messages.values import Message
from app.observability import metrics
from app.redis import keys
from app.redis.client import RedisClient
from app.sessions import channels
from app.settings import Timing
from app.worker.packing import PackedReply, pack
from app.worker.pending_turn import PendingTurn

# Seconds after its commit before which an unconfirmed reply never counts as undelivered: within
# them WeChat repeats a message that it hung up on, and the copy gets the reply.
MIN_UNDELIVERED_AFTER = 6.0
# Seconds between two checks whether earlier replies are confirmed; mostly that takes milliseconds.
CONFIRMATION_CHECK_INTERVAL = 0.1
RESPONSE_BYTES = 64 * 1024  # bytes of text a REST response; WeChat's limit is TEXT_BYTES
REMAINING_AFTER = 2.0  # seconds: a long reply's beginning should arrive before the remainder


@dataclass(frozen=True, slots=True)
class CommitNotes:
    """What is committed with a reply; the fields are those of `TurnCommit`."""

    explanation: str = ""
    session: str = ""
    record: str = ""
    notice_shown: bool = False


@dataclass(frozen=True, slots=True)
class ReplyDispatcher:
    """Dispatches replies.

    may_push: whether an account (name) may send a follower (openid) customer-service messages.
    """

    redis: RedisClient
    outbox: Outbox
    may_push: Callable[[str, str], bool]
    timing: Timing
    text: TextOf

    async def dispatch(
        self,
        pending: PendingTurn,
        message_job: MessageJob,
        reply: Message | None,
        notes: CommitNotes,
    ) -> TurnCommit:
        """Build the commit of a reply: packed for a waiting copy, or put into the outbox."""
        now = time.time()
        pending = await self._with_outbox_messages(pending)
        pending = await self._cancel_reservations(pending, message_job)
        if reply and await self._nobody_waits(message_job, now):
            await self._put_in_outbox(message_job, reply, due=now)
            packed = PackedReply(None)
        else:
            packed = await self._pack_and_reserve(pending, message_job, reply)
        if packed.remaining:
            due = now + REMAINING_AFTER
            await self._put_in_outbox(message_job, packed.remaining, due=due, is_remainder=True)
        return self._build_commit(pending, message_job, packed, notes)

    async def wait_for_earlier_replies(
        self, pending: PendingTurn, message_job: MessageJob
    ) -> PendingTurn:
        """Wait until the user's earlier replies arrived, while a copy of this message can still be
        answered.

        Replies that no copy can return any more go to the outbox; returns the turn with the
        outbox messages to pack with its reply. Replies held by an api process that may be dead are
        waited for: WeChat may ask again. Raises UNAVAILABLE.
        """
        if not pending.has_unconfirmed:
            return pending
        user, until = pending.user, message_job.received + self.timing.last_copy_answerable_until
        while await self._collect_undelivered(user) and time.time() < until:  # noqa: ASYNC110 - Redis knows
            await asyncio.sleep(CONFIRMATION_CHECK_INTERVAL)
        return replace(pending, outbox_messages=await self._read_outbox_messages(user))

    async def _with_outbox_messages(self, pending: PendingTurn) -> PendingTurn:
        """The turn with the user's outbox messages, where the database did not answer in time when
        the batch was loaded (`outbox_messages` is None).

        Only a retry asks the database again, as an earlier try may have reserved some of them; on a
        first try the outbox messages wait for the next message. Raises UNAVAILABLE.
        """
        if pending.outbox_messages is not None:
            return pending
        delivery = keys.delivery(pending.turn_job.id)
        if not any(await self.redis.hmget(delivery, "tries", "postponed")):
            return replace(pending, outbox_messages=())
        messages = await self._read_outbox_messages(pending.user)
        return replace(pending, outbox_messages=messages)

    async def _cancel_reservations(
        self, pending: PendingTurn, message_job: MessageJob
    ) -> PendingTurn:
        """Cancel what a failed try reserved, and delete the remainder of its reply: this try may
        have another reply, less room, or no copy that waits.
        """
        messages = pending.outbox_messages or ()
        if not any(message.sent_with == message_job.id for message in messages):
            return pending
        await self.outbox.cancel_reservations(message_job.id)
        others = tuple(each for each in messages if each.id != remainder_id(message_job.id))
        return replace(pending, outbox_messages=others)

    async def _read_outbox_messages(self, user: str) -> tuple[OutboxMessage, ...]:
        follower = keys.split_user(user)
        return tuple((await self.outbox.read_pending([follower])).get(follower, ()))

    async def _collect_undelivered(self, user: str) -> int:
        """Move undeliverable replies to the outbox; returns how many others are unconfirmed."""
        now, undelivered_replies = time.time(), UndeliveredReplies(self.redis)
        name, openid = keys.split_user(user)
        undelivered, unconfirmed_count = await undelivered_replies.take(user, now)
        due = now + REMAINING_AFTER if self.may_push(name, openid) else None
        for each in undelivered:
            await move_to_outbox(undelivered_replies, self.outbox, each, self.text, due)
        return unconfirmed_count

    async def _nobody_waits(self, message_job: MessageJob, now: float) -> bool:
        """Whether the last copy has been answered, so that no response can return the reply."""
        if not channels.is_wechats(message_job.openid):
            return False  # over REST the reply can be read later
        age, timing = now - message_job.received, self.timing
        if age < timing.may_miss_last_copy_after:
            return False
        waiting = await self.redis.llen(keys.waiters(message_job.id))
        return age > timing.all_copies_answered_after or not waiting

    async def _pack_and_reserve(
        self, pending: PendingTurn, message_job: MessageJob, reply: Message | None
    ) -> PackedReply:
        """Pack the reply with the user's outbox messages that are not reserved by another send.

        A tap on 「点这里看回答」 asks for the reply that was late: where the outbox has it, that is
        the whole reply; the tap's own (all is answered) is sent only where the outbox has none.
        """
        own = None if message_job.kind == "tap" else reply
        free = [p for p in pending.outbox_messages or () if p.sent_with in {None, message_job.id}]
        limit = TEXT_BYTES if channels.is_wechats(message_job.openid) else RESPONSE_BYTES
        packed = pack(free, own, limit)
        while packed.included:
            reserved_ids = await self.outbox.reserve(packed.included, message_job.id)
            if reserved_ids == set(packed.included):
                break
            # Another send has the others. These have more room now: their remainders change.
            free = [p for p in free if p.id in reserved_ids]
            packed = pack(free, own, limit)
        return packed if packed.message else pack((), reply, limit)

    def _build_commit(
        self,
        pending: PendingTurn,
        message_job: MessageJob,
        packed: PackedReply,
        notes: CommitNotes,
    ) -> TurnCommit:
        all_copies_answered_at = message_job.received + self.timing.all_copies_answered_after
        return TurnCommit(
            id=message_job.id,
            user=pending.user,
            job_json=pending.job_json,
            reply=packed.message,
            explanation=notes.explanation,
            session=notes.session,
            session_for=self.timing.session,
            record=notes.record,
            undelivered_after=max(all_copies_answered_at - time.time(), MIN_UNDELIVERED_AFTER),
            notice_shown=notes.notice_shown,
            has_outbox_messages=bool(packed.included or packed.remaining),
        )

    async def _put_in_outbox(
        self, message_job: MessageJob, message: Message, due: float, *, is_remainder: bool = False
    ) -> None:
        """Store the reply; or its remainder, which waits until the reply is committed."""
        may_push = self.may_push(message_job.account, message_job.openid)
        await self.outbox.put(
            [
                OutboxMessage(
                    id=remainder_id(message_job.id) if is_remainder else message_job.id,
                    account=message_job.account,
                    openid=message_job.openid,
                    message=replace_late_transfer(message, message_job.account, self.text),
                    created=message_job.received,
                    due=due if may_push else None,
                    sent_with=message_job.id if is_remainder else None,
                    reserved_at=time.time() if is_remainder else 0.0,
                )
            ]
        )
        metrics.KEPT_REPLIES.labels("outbox").inc()
