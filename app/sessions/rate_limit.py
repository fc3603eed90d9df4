"""The rate limit of a follower: messages a minute and a day."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from app.redis import keys
from app.redis.client import RedisClient
from app.redis.scripts import Script, ScriptQueue
from app.redis.units import to_milliseconds
from app.settings import Limits

RateVerdict = Literal["ok", "warn", "enough", "silent"]
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

# A message has a number in its window. The first `most` are fine, the next one is warned, and the
# others are not stored, so that the hash stays as small as the limit. A message counted again
# (its worker died) keeps its number. A message over the minute's limit doesn't count for the day.
_COUNT_MESSAGE = Script(
    "count_message",
    keys=("minute", "day"),
    args=("message", "most_a_minute", "minute_ms", "most_a_day", "day_ms"),
    body="""
local function count_excess(window, most, life_ms)
  local n = tonumber(redis.call('HGET', window, message) or redis.call('HLEN', window) + 1)
  if n <= most + 1 then redis.call('HSETNX', window, message, n) end
  if redis.call('PTTL', window) < 0 then redis.call('PEXPIRE', window, life_ms) end
  return n - most
end
local excess = count_excess(minute, tonumber(most_a_minute), minute_ms)
if excess > 0 then return excess == 1 and 1 or 3 end
excess = count_excess(day, tonumber(most_a_day), day_ms)
if excess > 0 then return excess == 1 and 2 or 3 end
return 0
""",
)
_VERDICTS: tuple[RateVerdict, ...] = ("ok", "warn", "enough", "silent")


@dataclass(frozen=True, slots=True)
class RateLimiter:
    """Counts messages in two windows, each beginning with the follower's first message in it."""

    redis: RedisClient
    a_minute: int
    a_day: int
    minute: timedelta = MINUTE
    day: timedelta = DAY

    async def count(self, messages: Sequence[tuple[str, str]]) -> list[RateVerdict]:
        """The verdict for each (user, message id), in one round trip.

        The first message over the minute's limit: `warn`; over the day's: `enough`; then `silent`.
        """
        async with self.redis.pipeline(transaction=False) as pipe:
            queue = ScriptQueue(pipe)
            for user, message in messages:
                self._queue_count(queue, user, message)
            return [_VERDICTS[verdict_number] for verdict_number in await pipe.execute()]

    def _queue_count(self, queue: ScriptQueue, user: str, message: str) -> None:
        queue.run(
            _COUNT_MESSAGE,
            minute=keys.rate_window(user, "minute"),
            day=keys.rate_window(user, "day"),
            message=_short_hash(message),
            most_a_minute=self.a_minute,
            minute_ms=to_milliseconds(self.minute),
            most_a_day=self.a_day,
            day_ms=to_milliseconds(self.day),
        )


def from_limits(redis: RedisClient, limits: Limits) -> RateLimiter:
    """A RateLimiter with the limits of the settings."""
    return RateLimiter(redis, limits.messages_a_minute, limits.messages_a_day)


def _short_hash(message: str) -> str:
    return hashlib.sha256(message.encode()).hexdigest()[:12]
