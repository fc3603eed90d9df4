"""Handoffs between bot and agents: changes conversations and keeps a copy of their state in Redis.

Each turn reads that copy. The database (`app.inbox.repository`) is authoritative and is written
first; `tidy` and `active_handoffs` restore from it what Redis has missed or lost.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

import structlog
from pydantic import BaseModel, ConfigDict
from redis.exceptions import RedisError

from app.inbox import states as steps
from app.inbox.notice_queue import Notices
from app.inbox.repository import Conversations
from app.inbox.states import (
    AgentChannel,
    Change,
    Conversation,
    ConversationMessage,
    NewConversation,
    State,
    Urgency,
)
from app.observability import metrics
from app.redis import keys
from app.redis.client import RedisClient
from app.redis.scripts import Script, ScriptQueue

log = structlog.get_logger()

NOTICED_CHANGES = frozenset({"opened", "urged"})  # changes that queue a notice for agents
NOTICED_AT_ONCE = 1_000
RESTORED_AT_ONCE = 100  # conversations a pipeline: keeps the delay of a waiting turn small

# A slower process may write an older state: the higher revision is kept.
_STORE_HANDOFF = Script(
    "store_handoff",
    keys=("handoff",),
    args=("handoff_json", "revision", "life_ms"),
    body="""
local stored = redis.call('GET', handoff)
if stored and cjson.decode(stored).revision >= tonumber(revision) then return 0 end
redis.call('SET', handoff, handoff_json, 'PX', life_ms)
return 1
""",
)


class Handoff(BaseModel):
    """A conversation's state as Redis holds it: an agent has it (`taken`), or it is `waiting`."""

    model_config = ConfigDict(frozen=True)

    conversation: str  # its id
    state: State
    desk: AgentChannel
    agent: str  # "" while waiting
    delivery: str  # the message that opened it: a retried turn recognises its own handoff
    until: float  # seconds since 1970; afterwards the bot answers
    revision: int


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """Since when a follower waits, and how many of the account's conversations come before."""

    waiting_since: float  # seconds since 1970
    ahead: int


FollowerMessages = tuple[
    Handoff, tuple[ConversationMessage, ...]
]  # one follower's new messages, and the handoff that they belong to


@dataclass(frozen=True, slots=True)
class Handoffs:
    """Changes conversations in the database, then in Redis. `now` is in seconds since 1970."""

    redis: RedisClient
    conversations: Conversations
    notices: Notices | None = None  # queue of notices to agents; None: no notices are sent

    # --- The turn ------------------------------------------------------------------------------

    async def active_handoffs(self, users: Sequence[str], now: float) -> list[Handoff | None]:
        """The handoff of each user (`keys.user`), in order; None where the bot answers."""
        names = [keys.HANDOFFS_LOADED, *(keys.handoff(user) for user in users)]
        is_loaded, *stored_handoffs = await self.redis.mget(names)
        if not is_loaded:  # Redis is new, or has lost its data
            await self.restore(now)
            stored_handoffs = (await self.redis.mget(names))[1:]
        return [_parse_handoff(stored_handoff, now) for stored_handoff in stored_handoffs]

    async def open(self, openings: Sequence[NewConversation], now: float) -> list[Handoff]:
        """Open a conversation for each follower; returns the handoffs in the same order.

        Where one is open already, that one is returned: a retried turn opens nothing twice.
        """
        conversations = await self.conversations.open(openings, now)
        for opening, conversation in zip(openings, conversations, strict=True):
            if (conversation.delivery, conversation.opened_at) == (opening.delivery, now):
                metrics.HANDOFFS.labels(conversation.reason).inc()
        await self._publish_changes(conversations, "opened", now)
        return [_to_handoff(conversation) for conversation in conversations]

    async def add_follower_messages(
        self, follower_messages: Sequence[FollowerMessages], now: float
    ) -> list[Handoff | None]:
        """Store followers' messages (and the bot's replies to them while they wait).

        Returns each handoff as it is now, in order; None where the conversation has ended
        meanwhile: then the bot answers.
        """
        messages_by_conversation: dict[str, tuple[ConversationMessage, ...]] = {}
        for handoff, new_messages in follower_messages:
            messages_by_conversation[handoff.conversation] = (
                *messages_by_conversation.get(handoff.conversation, ()),
                *new_messages,
            )
        open_by_id = (
            await self.conversations.add_follower_messages(messages_by_conversation, now)
            if messages_by_conversation
            else {}
        )
        await self._publish_changes(open_by_id.values(), "heard", now)
        conversations = [open_by_id.get(hold.conversation) for hold, _ in follower_messages]
        return [_to_handoff(each) if each else None for each in conversations]

    async def queue_position(self, handoff: Handoff, now: float) -> QueuePosition | None:
        """The follower's place in the queue; None where the conversation no longer waits."""
        position = await self.conversations.queue_position(handoff.conversation, now)
        return QueuePosition(*position) if position else None

    async def raise_priority(self, handoff: Handoff, by: Urgency, now: float) -> None:
        """Raise the priority of an open conversation and queue a notice to agents."""
        step = partial(steps.raise_priority, by=by)
        await self._apply_step(handoff.conversation, step, "urged", now)

    # --- The person ----------------------------------------------------------------------------

    async def take(self, id: str, agent: str, now: float, *, force: bool = False) -> Conversation:  # noqa: A002
        """Assign to `agent`. Raises UnknownConversation; ConversationTaken without `force`."""
        step = partial(steps.mark_taken, agent=agent, now=now, force=force)
        return await self._apply_step(id, step, "taken", now)

    async def reply(self, id: str, reply: ConversationMessage, now: float) -> ConversationMessage:  # noqa: A002
        """Queue an agent's reply for the follower; returns the stored message.

        Raises UnknownConversation, ConversationTaken and IdempotencyKeyReused.
        """
        conversation, stored_message = await self.conversations.reply(id, reply, now)
        _observe_takeover(conversation, now)
        await self._publish_changes([conversation], "replied", now)
        return stored_message

    async def return_to_bot(self, id: str, agent: str, farewell: str, now: float) -> Conversation:  # noqa: A002
        """End the handoff. Raises UnknownConversation and ConversationTaken."""
        step = partial(steps.return_to_bot, agent=agent, farewell=farewell, now=now)
        return await self._apply_step(id, step, "returned", now)

    async def close(self, id: str, agent: str, now: float) -> Conversation:  # noqa: A002
        """Close the conversation, whichever agent has it. Raises UnknownConversation."""
        step = partial(steps.mark_closed, agent=agent, now=now)
        return await self._apply_step(id, step, "closed", now)

    async def mark_read(self, id: str, up_to: int, now: float) -> Conversation:  # noqa: A002
        """Mark messages up to number `up_to` as read. Raises UnknownConversation."""
        return await self._apply_step(id, partial(steps.mark_read, up_to=up_to), "read", now)

    # --- WeChat's desk -------------------------------------------------------------------------

    async def wechat_agent_took(self, account: str, openid: str, agent: str, now: float) -> None:
        """Record kf_create_session or kf_switch_session: the desk's agent has the follower.

        Opens a conversation where the agent began the session without a handoff from the bot.
        """
        opening = NewConversation(
            account=account,
            openid=openid,
            delivery="",
            desk="wechat",
            reason="desk",
            title="",
            summary="",
        )
        [conversation] = await self.conversations.open([opening], now)
        step = partial(steps.take_at_wechat, agent=agent[:64], now=now)
        await self._apply_step(conversation.id, step, "taken", now)

    async def wechat_agent_left(self, account: str, openid: str, agent: str, now: float) -> None:
        """Record kf_close_session: the platform sends the follower's messages to us again."""
        conversation = await self.conversations.find_open(account, openid, now)
        if conversation is not None and conversation.desk == "wechat":
            await self._apply_step(
                conversation.id, partial(steps.mark_closed, agent=agent, now=now), "closed", now
            )

    # --- Maintenance ---------------------------------------------------------------------------

    async def erase(self, account: str, openid: str, now: float) -> None:
        """Erase the conversations of a follower who left, in the database and in Redis."""
        await self.conversations.erase(account, openid, now)
        await self.redis.delete(keys.handoff(keys.user(account, openid)))

    async def restore(self, now: float) -> None:
        """Write every open conversation to Redis: at the start, and after Redis lost its data."""
        after = ""
        while conversations := await self.conversations.list_open(now, after, RESTORED_AT_ONCE):
            async with self.redis.pipeline(transaction=False) as pipe:
                queue = ScriptQueue(pipe)
                for conversation in conversations:
                    _queue_handoff(queue, conversation, now)
                await pipe.execute()
            after = conversations[-1].id
        await self.redis.set(keys.HANDOFFS_LOADED, "1")

    async def tidy(self, now: float) -> None:
        """Close expired conversations, set the metrics, restore Redis; runs every ten seconds."""
        await self._publish_changes(await self.conversations.close_expired(now), "closed", now)
        for state, count in (await self.conversations.count_by_state(now)).items():
            metrics.CONVERSATIONS.labels(state).set(count)
        await self.restore(now)

    async def notice(self, now: float) -> None:
        """Queue notices for waiting conversations that have none; runs every 30 seconds."""
        if self.notices:
            waiting = await self.conversations.list_waiting(now, NOTICED_AT_ONCE)
            await self.notices.add(waiting, now)

    async def _apply_step(
        self,
        id: str,  # noqa: A002
        step: Callable[[Conversation], Change],
        what: str,
        now: float,
    ) -> Conversation:
        _, after = await self.conversations.change(id, step, now)
        _observe_takeover(after, now)
        await self._publish_changes([after], what, now)
        return after

    async def _publish_changes(
        self, conversations: Collection[Conversation], what: str, now: float
    ) -> None:
        """Copy changes to Redis; while Redis is away they wait in the database for `tidy`."""
        if not conversations:
            return
        try:
            async with self.redis.pipeline(transaction=False) as pipe:
                queue = ScriptQueue(pipe)
                for conversation in conversations:
                    _queue_handoff(queue, conversation, now)
                    event = {
                        "conversation": conversation.id,
                        "account": conversation.account,
                        "what": what,
                    }
                    pipe.xadd(keys.CONVERSATION_EVENTS, event, maxlen=keys.CONVERSATION_EVENTS_KEPT)
                await pipe.execute()
            if self.notices and what in NOTICED_CHANGES:
                await self.notices.add(
                    [each for each in conversations if each.state != "closed"], now
                )
        except (RedisError, OSError) as error:
            log.warning("redis_missed_conversations", count=len(conversations), error=repr(error))
            metrics.FAILURES.labels("handoff").inc()


def _observe_takeover(conversation: Conversation, now: float) -> None:
    if (
        conversation.taken_at == now > conversation.opened_at
    ):  # taken for the first time, and not opened by the agent
        metrics.TAKEN_SECONDS.observe(now - conversation.opened_at)


def _queue_handoff(queue: ScriptQueue, conversation: Conversation, now: float) -> None:
    over = conversation.state == "closed"
    life = keys.RETURNED_FOR.total_seconds() if over else max(conversation.until - now, 0.001)
    queue.run(
        _STORE_HANDOFF,
        handoff=keys.handoff(keys.user(conversation.account, conversation.openid)),
        handoff_json=_to_handoff(conversation).model_dump_json(),
        revision=conversation.revision,
        life_ms=int(life * 1000),
    )


def _to_handoff(conversation: Conversation) -> Handoff:
    return Handoff(
        conversation=conversation.id,
        state=conversation.state,
        desk=conversation.desk,
        agent=conversation.agent,
        delivery=conversation.delivery,
        until=conversation.until,
        revision=conversation.revision,
    )


def _parse_handoff(stored_handoff: str | None, now: float) -> Handoff | None:
    handoff = Handoff.model_validate_json(stored_handoff) if stored_handoff else None
    return handoff if handoff and handoff.state != "closed" and handoff.until > now else None
