"""Queues of notices to agents in Redis, one for each target of NOTIFY.

A conversation is queued once, and again where it becomes urgent; a follower's plain notices are
`QUIET` apart, urgent ones are due at once. Conversations taken but not finished are due again
after `LEASE`, so that a dead worker loses none. `add` skips conversations it has queued before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.inbox.states import Conversation
from app.redis import keys
from app.redis.client import RedisClient
from app.redis.scripts import Script, ScriptQueue
from app.redis.units import to_milliseconds

URGENT = frozenset({"care", "safety"})  # reasons of conversations that are due at once
QUIET = timedelta(minutes=5)  # between two notices of the same follower
KNOWN_FOR = timedelta(days=1)  # much longer than a follower waits
LEASE = timedelta(seconds=40)  # longer than any sending takes
A_MESSAGE = 20  # conversations in one message, at most
A_MINUTE = 10  # messages to one target; robots of groups take 20
SHORTEST_PAUSE = 5.0  # seconds after a failure, doubled with each
LONGEST_PAUSE = 300.0

_ADD_NOTICE = Script(
    "add_notice",
    keys=("conversation_notified", "user_notified", "*queues"),
    args=("conversation", "now", "is_urgent", "life_ms", "quiet_ms"),
    body="""
now, is_urgent = tonumber(now), is_urgent == '1'
local last_notice = redis.call('GET', conversation_notified)
if last_notice and (last_notice == 'urgent' or not is_urgent) then return 0 end
redis.call('SET', conversation_notified, is_urgent and 'urgent' or 'plain', 'PX', life_ms)
local due = is_urgent and 0 or now + math.max(redis.call('PTTL', user_notified), 0) / 1000
local until_due_ms = math.floor((math.max(due, now) - now) * 1000)
redis.call('SET', user_notified, '1', 'PX', until_due_ms + quiet_ms)
for _, queue in ipairs(queues) do
  redis.call('ZADD', queue, due, conversation)
  redis.call('PEXPIRE', queue, life_ms)
end
return 1
""",
)
_TAKE_NOTICES = Script(
    "take_notices",
    keys=("queue", "pace"),
    args=("now", "most", "leased_until", "spacing_ms"),
    body="""
if redis.call('EXISTS', pace) == 1 then return {} end
local due = redis.call('ZRANGEBYSCORE', queue, '-inf', now, 'LIMIT', 0, most)
if #due == 0 then return {} end
redis.call('SET', pace, '1', 'PX', spacing_ms)
for _, conversation in ipairs(due) do redis.call('ZADD', queue, leased_until, conversation) end
return due
""",
)


@dataclass(frozen=True, slots=True)
class Notices:
    """The queues of all `targets` (their ids). Times in seconds since 1970."""

    redis: RedisClient
    targets: tuple[str, ...] = ()
    a_minute: int = A_MINUTE

    async def add(self, waiting: Sequence[Conversation], now: float) -> None:
        """Queue the conversations that were not queued before, for every target."""
        if not (self.targets and waiting):
            return
        async with self.redis.pipeline(transaction=False) as pipe:
            queue = ScriptQueue(pipe)
            for conversation in waiting:
                self._queue_notice(queue, conversation, now)
            await pipe.execute()

    async def take(self, target: str, now: float) -> list[str]:
        """Lease up to `A_MESSAGE` due conversation ids for one message; [] during a pause."""
        conversation_ids: list[str] = await _TAKE_NOTICES.run(
            self.redis,
            queue=keys.notices(target),
            pace=keys.notice_pace(target),
            now=now,
            most=A_MESSAGE,
            leased_until=now + LEASE.total_seconds(),
            spacing_ms=int(60_000 / self.a_minute),
        )
        return conversation_ids

    async def finish(self, target: str, conversations: Sequence[str], *, sent: bool = True) -> None:
        """Remove conversations from the target's queue; `sent` also resets its failure count."""
        if conversations:
            await self.redis.zrem(keys.notices(target), *conversations)
        if sent:
            await self.redis.delete(keys.notice_failures(target))

    async def postpone(
        self, target: str, conversations: Sequence[str], now: float, at_least: float = 0.0
    ) -> float:
        """Make them due again after a pause that doubles with each failure.

        Returns the pause in seconds, `at_least` or more.
        """
        failures: int = await self.redis.incr(keys.notice_failures(target))
        pause = max(min(SHORTEST_PAUSE * 2.0 ** min(failures - 1, 10), LONGEST_PAUSE), at_least)
        async with self.redis.pipeline(transaction=False) as pipe:
            pipe.pexpire(keys.notice_failures(target), KNOWN_FOR)
            pipe.zadd(keys.notices(target), dict.fromkeys(conversations, now), xx=True)
            pipe.set(keys.notice_pace(target), "1", px=int(pause * 1000))
            await pipe.execute()
        return pause

    def _queue_notice(self, queue: ScriptQueue, conversation: Conversation, now: float) -> None:
        user = keys.user(conversation.account, conversation.openid)
        queue.run(
            _ADD_NOTICE,
            conversation_notified=keys.conversation_notified(conversation.id),
            user_notified=keys.user_notified(user),
            queues=[keys.notices(target) for target in self.targets],
            conversation=conversation.id,
            now=now,
            is_urgent=int(conversation.reason in URGENT),
            life_ms=to_milliseconds(KNOWN_FOR),
            quiet_ms=to_milliseconds(QUIET),
        )
