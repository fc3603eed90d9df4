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
from app.inbox.states import Change, Conversation, Desk, Message, Opening, State, Urgency
from app.observability import metrics
from app.redis import keys, scripts

log = structlog.get_logger()

TOLD_OF = frozenset({"opened", "urged"})  # changes that agents are to hear of
NOTICED_AT_ONCE = 1_000
RESTORED_AT_ONCE = 100  # a turn that waits meanwhile should hardly notice

# A slower process may come with what was true before: the higher revision stays.
_PUT = """
local known = redis.call('GET', KEYS[1])
if known and cjson.decode(known).revision >= tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return 1
"""


class Hold(BaseModel):
    """A person has the conversation (`taken`) or should have it (`waiting`)."""

    model_config = ConfigDict(frozen=True)

    conversation: str  # its id
    state: State
    desk: Desk
    agent: str  # "" while waiting
    delivery: str  # that opened it: the same turn, tried again, opens it again
    until: float  # seconds since 1970; then the bot comes back
    revision: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a follower stands among those of the account who wait: since when, behind how many."""

    opened: float  # seconds since 1970
    ahead: int


Heard = tuple[Hold, tuple[Message, ...]]  # what one follower wrote, to whoever has it


@dataclass(frozen=True, slots=True)
class Handoffs:
    """Changes conversations in the database and tells Redis. `now` in seconds since 1970."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    conversations: Conversations
    notices: Notices | None = None  # where agents are told of who waits

    # --- The turn ------------------------------------------------------------------------------

    async def whose(self, users: Sequence[str], now: float) -> list[Hold | None]:
        """For each user (`keys.user`), who has their conversation; None for the bot."""
        names = [keys.PERSONS, *(keys.person(user) for user in users)]
        known, *found = await self.redis.mget(names)
        if not known:  # Redis is new, or has lost what it held
            await self.restore(now)
            found = (await self.redis.mget(names))[1:]
        return [_hold(stored, now) for stored in found]

    async def open(self, openings: Sequence[Opening], now: float) -> list[Hold]:
        """Followers whom the bot had wait for a person from here on.

        A turn that is tried again finds what it opened.
        """
        found = await self.conversations.open(openings, now)
        for opening, held in zip(openings, found, strict=True):
            if (held.delivery, held.opened) == (opening.delivery, now):
                metrics.HANDOFFS.labels(held.reason).inc()
        await self._tell(found, "opened", now)
        return [_as_hold(held) for held in found]

    async def heard(self, spoken: Sequence[Heard], now: float) -> list[Hold | None]:
        """Keep what followers wrote (and what the bot said to it, while they wait).

        None where a person gave the conversation back in this moment: the bot answers.
        """
        told: dict[str, tuple[Message, ...]] = {}
        for hold, said in spoken:
            told[hold.conversation] = (*told.get(hold.conversation, ()), *said)
        held = await self.conversations.heard(told, now) if told else {}
        await self._tell(held.values(), "heard", now)
        found = [held.get(hold.conversation) for hold, _ in spoken]
        return [_as_hold(each) if each else None for each in found]

    async def place(self, hold: Hold, now: float) -> Place | None:
        """None where nobody is waited for any more."""
        found = await self.conversations.place(hold.conversation, now)
        return Place(*found) if found else None

    async def urge(self, hold: Hold, by: Urgency, now: float) -> None:
        """Something urgent was said while they wait, or have a person."""
        step = partial(steps.urged, by=by)
        await self._change(hold.conversation, step, "urged", now)

    # --- The person ----------------------------------------------------------------------------

    async def take(self, id: str, agent: str, now: float, *, force: bool = False) -> Conversation:  # noqa: A002
        """Raises UnknownConversation, and Taken when another has it."""
        step = partial(steps.taken, agent=agent, now=now, force=force)
        return await self._change(id, step, "taken", now)

    async def reply(self, id: str, reply: Message, now: float) -> Message:  # noqa: A002
        """As it is kept. Raises UnknownConversation, Taken and Reused."""
        held, kept = await self.conversations.reply(id, reply, now)
        _measure(held, now)
        await self._tell([held], "replied", now)
        return kept

    async def give_back(self, id: str, agent: str, farewell: str, now: float) -> Conversation:  # noqa: A002
        """The bot answers from here on. Raises UnknownConversation and Taken."""
        step = partial(steps.returned, agent=agent, farewell=farewell, now=now)
        return await self._change(id, step, "returned", now)

    async def close(self, id: str, agent: str, now: float) -> Conversation:  # noqa: A002
        """End it, whoever has it. Raises UnknownConversation."""
        step = partial(steps.closed, agent=agent, now=now)
        return await self._change(id, step, "closed", now)

    async def read(self, id: str, up_to: int, now: float) -> Conversation:  # noqa: A002
        """A person has read up to this message. Raises UnknownConversation."""
        return await self._change(id, partial(steps.read, up_to=up_to), "read", now)

    # --- WeChat's desk -------------------------------------------------------------------------

    async def desk_took(self, account: str, openid: str, agent: str, now: float) -> None:
        """kf_create_session and kf_switch_session: this agent has the follower now.

        Also one who began it without us.
        """
        opening = Opening(
            account=account,
            openid=openid,
            delivery="",
            desk="wechat",
            reason="desk",
            title="",
            summary="",
        )
        [held] = await self.conversations.open([opening], now)
        step = partial(steps.at_desk, agent=agent[:64], now=now)
        await self._change(held.id, step, "taken", now)

    async def desk_left(self, account: str, openid: str, agent: str, now: float) -> None:
        """kf_close_session: the platform sends us the follower's messages again."""
        held = await self.conversations.of(account, openid, now)
        if held is not None and held.desk == "wechat":
            await self._change(held.id, partial(steps.closed, agent=agent, now=now), "closed", now)

    # --- Keeping house -------------------------------------------------------------------------

    async def erase(self, account: str, openid: str, now: float) -> None:
        """Forget a follower who left."""
        await self.conversations.erase(account, openid, now)
        await self.redis.delete(keys.person(keys.user(account, openid)))

    async def restore(self, now: float) -> None:
        """Tell Redis of every open conversation: at the start, and after it has lost them."""
        after = ""
        while found := await self.conversations.open_ones(now, after, RESTORED_AT_ONCE):
            async with self.redis.pipeline(transaction=False) as pipe:
                queue = scripts.Queue(pipe)
                for held in found:
                    _put(queue, held, now)
                await pipe.execute()
            after = found[-1].id
        await self.redis.set(keys.PERSONS, "1")

    async def tidy(self, now: float) -> None:
        """Close what is over, count what is open, mend what Redis missed; every ten seconds."""
        await self._tell(await self.conversations.expire(now), "closed", now)
        for state, count in (await self.conversations.counts(now)).items():
            metrics.CONVERSATIONS.labels(state).set(count)
        await self.restore(now)

    async def notice(self, now: float) -> None:
        """Queue what Redis missed or lost, of those who wait; every half a minute."""
        if self.notices:
            waiting = await self.conversations.waiting(now, NOTICED_AT_ONCE)
            await self.notices.add(waiting, now)

    async def _change(
        self,
        id: str,  # noqa: A002
        step: Callable[[Conversation], Change],
        what: str,
        now: float,
    ) -> Conversation:
        _, after = await self.conversations.change(id, step, now)
        _measure(after, now)
        await self._tell([after], what, now)
        return after

    async def _tell(self, changed: Collection[Conversation], what: str, now: float) -> None:
        """Written in the database already: a Redis that is away hears of it from `tidy`."""
        if not changed:
            return
        try:
            async with self.redis.pipeline(transaction=False) as pipe:
                queue = scripts.Queue(pipe)
                for held in changed:
                    _put(queue, held, now)
                    told = {"conversation": held.id, "account": held.account, "what": what}
                    pipe.xadd(keys.NEWS, told, maxlen=keys.NEWS_KEPT)
                await pipe.execute()
            if self.notices and what in TOLD_OF:
                await self.notices.add([held for held in changed if held.state != "closed"], now)
        except (RedisError, OSError) as error:
            log.warning("redis_missed_conversations", count=len(changed), error=repr(error))
            metrics.FAILURES.labels("handoff").inc()


def _measure(held: Conversation, now: float) -> None:
    if held.taken == now > held.opened:  # for the first time, and not begun by the person
        metrics.TAKEN_SECONDS.observe(now - held.opened)


def _put(queue: scripts.Queue, held: Conversation, now: float) -> None:
    name = keys.person(keys.user(held.account, held.openid))
    over = held.state == "closed"
    life = keys.RETURNED_FOR.total_seconds() if over else max(held.until - now, 0.001)
    queue.run(_PUT, [name], [_as_hold(held).model_dump_json(), held.revision, int(life * 1000)])


def _as_hold(held: Conversation) -> Hold:
    return Hold(
        conversation=held.id,
        state=held.state,
        desk=held.desk,
        agent=held.agent,
        delivery=held.delivery,
        until=held.until,
        revision=held.revision,
    )


def _hold(stored: str | None, now: float) -> Hold | None:
    hold = Hold.model_validate_json(stored) if stored else None
    return hold if hold and hold.state != "closed" and hold.until > now else None
