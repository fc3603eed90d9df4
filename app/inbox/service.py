"""Who has the conversation, a person or the bot: asked in Redis before each turn.

The database is the truth (`app.inbox.repository`); each change is written there first, then here.
What Redis misses or loses, `tidy` and `whose` put right from there.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

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
from app.redis import keys, scripts

log = structlog.get_logger()

NOTICED_CHANGES = frozenset({"opened", "urged"})  # changes that agents are to hear of
NOTICED_AT_ONCE = 1_000
RESTORED_AT_ONCE = 100  # a turn that waits meanwhile should hardly notice

# A slower process may come with what was true before: the higher revision stays.
_PUT = """
local known = redis.call('GET', KEYS[1])
if known and cjson.decode(known).revision >= tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return 1
"""


class Handoff(BaseModel):
    """A person has the conversation (`taken`) or should have it (`waiting`)."""

    model_config = ConfigDict(frozen=True)

    conversation: str  # its id
    state: State
    desk: AgentChannel
    agent: str  # "" while waiting
    delivery: str  # that opened it: the same turn, tried again, opens it again
    until: float  # seconds since 1970; then the bot comes back
    revision: int


@dataclass(frozen=True, slots=True)
class QueuePosition:
    """Where a follower stands among those of the account who wait: since when, behind how many."""

    waiting_since: float  # seconds since 1970
    ahead: int


FollowerMessages = tuple[
    Handoff, tuple[ConversationMessage, ...]
]  # what one follower wrote, to whoever has it


@dataclass(frozen=True, slots=True)
class Handoffs:
    """Changes conversations in the database and tells Redis. `now` in seconds since 1970."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    conversations: Conversations
    notices: Notices | None = None  # where agents are told of who waits

    # --- The turn ------------------------------------------------------------------------------

    async def active_handoffs(self, users: Sequence[str], now: float) -> list[Handoff | None]:
        """For each user (`keys.user`), who has their conversation; None for the bot."""
        names = [keys.HANDOFFS_LOADED, *(keys.handoff(user) for user in users)]
        is_loaded, *stored_handoffs = await self.redis.mget(names)
        if not is_loaded:  # Redis is new, or has lost what it held
            await self.restore(now)
            stored_handoffs = (await self.redis.mget(names))[1:]
        return [_parse_handoff(stored_handoff, now) for stored_handoff in stored_handoffs]

    async def open(self, openings: Sequence[NewConversation], now: float) -> list[Handoff]:
        """Followers whom the bot had wait for a person from here on.

        A turn that is tried again finds what it opened.
        """
        conversations = await self.conversations.open(openings, now)
        for opening, conversation in zip(openings, conversations, strict=True):
            if (conversation.delivery, conversation.opened) == (opening.delivery, now):
                metrics.HANDOFFS.labels(conversation.reason).inc()
        await self._publish_changes(conversations, "opened", now)
        return [_to_handoff(conversation) for conversation in conversations]

    async def add_follower_messages(
        self, follower_messages: Sequence[FollowerMessages], now: float
    ) -> list[Handoff | None]:
        """Keep what followers wrote (and what the bot said to it, while they wait).

        None where a person gave the conversation back in this moment: the bot answers.
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
        """None where nobody is waited for any more."""
        position = await self.conversations.queue_position(handoff.conversation, now)
        return QueuePosition(*position) if position else None

    async def raise_priority(self, handoff: Handoff, by: Urgency, now: float) -> None:
        """Something urgent was said while they wait, or have a person."""
        step = partial(steps.raise_priority, by=by)
        await self._apply_step(handoff.conversation, step, "urged", now)

    # --- The person ----------------------------------------------------------------------------

    async def take(self, id: str, agent: str, now: float, *, force: bool = False) -> Conversation:  # noqa: A002
        """Raises UnknownConversation, and Taken when another has it."""
        step = partial(steps.mark_taken, agent=agent, now=now, force=force)
        return await self._apply_step(id, step, "taken", now)

    async def reply(self, id: str, reply: ConversationMessage, now: float) -> ConversationMessage:  # noqa: A002
        """As it is kept. Raises UnknownConversation, Taken and Reused."""
        conversation, stored_message = await self.conversations.reply(id, reply, now)
        _observe_takeover(conversation, now)
        await self._publish_changes([conversation], "replied", now)
        return stored_message

    async def return_to_bot(self, id: str, agent: str, farewell: str, now: float) -> Conversation:  # noqa: A002
        """The bot answers from here on. Raises UnknownConversation and Taken."""
        step = partial(steps.return_to_bot, agent=agent, farewell=farewell, now=now)
        return await self._apply_step(id, step, "returned", now)

    async def close(self, id: str, agent: str, now: float) -> Conversation:  # noqa: A002
        """End it, whoever has it. Raises UnknownConversation."""
        step = partial(steps.mark_closed, agent=agent, now=now)
        return await self._apply_step(id, step, "closed", now)

    async def mark_read(self, id: str, up_to: int, now: float) -> Conversation:  # noqa: A002
        """A person has read up to this message. Raises UnknownConversation."""
        return await self._apply_step(id, partial(steps.mark_read, up_to=up_to), "read", now)

    # --- WeChat's desk -------------------------------------------------------------------------

    async def wechat_agent_took(self, account: str, openid: str, agent: str, now: float) -> None:
        """kf_create_session and kf_switch_session: this agent has the follower now.

        Also one who began it without us.
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
        """kf_close_session: the platform sends us the follower's messages again."""
        conversation = await self.conversations.find_open(account, openid, now)
        if conversation is not None and conversation.desk == "wechat":
            await self._apply_step(
                conversation.id, partial(steps.mark_closed, agent=agent, now=now), "closed", now
            )

    # --- Keeping house -------------------------------------------------------------------------

    async def erase(self, account: str, openid: str, now: float) -> None:
        """Forget a follower who left."""
        await self.conversations.erase(account, openid, now)
        await self.redis.delete(keys.handoff(keys.user(account, openid)))

    async def restore(self, now: float) -> None:
        """Tell Redis of every open conversation: at the start, and after it has lost them."""
        after = ""
        while conversations := await self.conversations.list_open(now, after, RESTORED_AT_ONCE):
            async with self.redis.pipeline(transaction=False) as pipe:
                queue = scripts.ScriptQueue(pipe)
                for conversation in conversations:
                    _queue_handoff(queue, conversation, now)
                await pipe.execute()
            after = conversations[-1].id
        await self.redis.set(keys.HANDOFFS_LOADED, "1")

    async def tidy(self, now: float) -> None:
        """Close what is over, count what is open, mend what Redis missed; every ten seconds."""
        await self._publish_changes(await self.conversations.close_expired(now), "closed", now)
        for state, count in (await self.conversations.count_by_state(now)).items():
            metrics.CONVERSATIONS.labels(state).set(count)
        await self.restore(now)

    async def notice(self, now: float) -> None:
        """Queue what Redis missed or lost, of those who wait; every half a minute."""
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
        """Written in the database already: a Redis that is away hears of it from `tidy`."""
        if not conversations:
            return
        try:
            async with self.redis.pipeline(transaction=False) as pipe:
                queue = scripts.ScriptQueue(pipe)
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
        conversation.taken == now > conversation.opened
    ):  # for the first time, and not begun by the person
        metrics.TAKEN_SECONDS.observe(now - conversation.opened)


def _queue_handoff(queue: scripts.ScriptQueue, conversation: Conversation, now: float) -> None:
    name = keys.handoff(keys.user(conversation.account, conversation.openid))
    over = conversation.state == "closed"
    life = keys.RETURNED_FOR.total_seconds() if over else max(conversation.until - now, 0.001)
    queue.run(
        _PUT,
        [name],
        [_to_handoff(conversation).model_dump_json(), conversation.revision, int(life * 1000)],
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
