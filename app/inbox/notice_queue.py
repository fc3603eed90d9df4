"""Queues of notices to agents in Redis, one for each target of NOTIFY.

A conversation is queued once, and again where it becomes urgent; a follower's plain notices are
`QUIET` apart, urgent ones are due at once. Conversations taken but not finished are due again
after `LEASE`, so that a dead worker loses none. `add` skips conversations it has queued before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.inbox.states import Conversation
from app.redis import keys, scripts

URGENT = frozenset({"care", "safety"})  # reasons of conversations that are due at once
QUIET = timedelta(minutes=5)  # between two notices of the same follower
KNOWN_FOR = timedelta(days=1)  # much longer than a follower waits
LEASE = timedelta(seconds=40)  # longer than any sending takes
A_MESSAGE = 20  # conversations in one message, at most
A_MINUTE = 10  # messages to one target; robots of groups take 20
SHORTEST_PAUSE = 5.0  # seconds after a failure, doubled with each
LONGEST_PAUSE = 300.0

_ADD = """
local known, follower = KEYS[1], KEYS[2]
local now, urgent = tonumber(ARGV[2]), ARGV[3] == '1'
local before = redis.call('GET', known)
if before and (before == 'urgent' or not urgent) then return 0 end
redis.call('SET', known, urgent and 'urgent' or 'plain', 'PX', ARGV[4])
local due = urgent and 0 or now + math.max(redis.call('PTTL', follower), 0) / 1000
redis.call('SET', follower, '1', 'PX', math.floor((math.max(due, now) - now) * 1000) + ARGV[5])
for at = 3, #KEYS do
  redis.call('ZADD', KEYS[at], due, ARGV[1])
  redis.call('PEXPIRE', KEYS[at], ARGV[4])
end
return 1
"""
_TAKE = """
local queue, pace = KEYS[1], KEYS[2]
if redis.call('EXISTS', pace) == 1 then return {} end
local due = redis.call('ZRANGEBYSCORE', queue, '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
if #due == 0 then return {} end
redis.call('SET', pace, '1', 'PX', ARGV[4])
for _, conversation in ipairs(due) do redis.call('ZADD', queue, ARGV[3], conversation) end
return due
"""


@dataclass(frozen=True, slots=True)
class Notices:
    """The queues of all `targets` (their ids). Times in seconds since 1970."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    targets: tuple[str, ...] = ()
    a_minute: int = A_MINUTE

    async def add(self, waiting: Sequence[Conversation], now: float) -> None:
        """Queue the conversations that were not queued before, for every target."""
        if not (self.targets and waiting):
            return
        life, quiet = (int(each.total_seconds() * 1000) for each in (KNOWN_FOR, QUIET))
        queues = [keys.notices(target) for target in self.targets]
        async with self.redis.pipeline(transaction=False) as pipe:
            queue = scripts.ScriptQueue(pipe)
            for conversation in waiting:
                names = [
                    keys.conversation_notified(conversation.id),
                    keys.user_notified(keys.user(conversation.account, conversation.openid)),
                ]
                urgent = int(conversation.reason in URGENT)
                queue.run(_ADD, [*names, *queues], [conversation.id, now, urgent, life, quiet])
            await pipe.execute()

    async def take(self, target: str, now: float) -> list[str]:
        """Lease up to `A_MESSAGE` due conversation ids for one message; [] during a pause."""
        spacing = int(60_000 / self.a_minute)
        lease = now + LEASE.total_seconds()
        conversation_ids: list[str] = await scripts.run(
            self.redis,
            _TAKE,
            [keys.notices(target), keys.notice_pace(target)],
            [now, A_MESSAGE, lease, spacing],
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
