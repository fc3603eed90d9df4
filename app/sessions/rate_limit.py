"""The rate limit of a follower: messages a minute and a day."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from app.redis import keys, scripts
from app.settings import Limits

RateVerdict = Literal["ok", "warn", "enough", "silent"]
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

# A message has a number in its window. The first `most` are fine, the next one is warned, and the
# others are not stored, so that the hash stays as small as the limit. A message counted again
# (its worker died) keeps its number. A message over the minute's limit doesn't count for the day.
_COUNT = """
local function number(window, most, life)
  local n = tonumber(redis.call('HGET', window, ARGV[1]) or redis.call('HLEN', window) + 1)
  if n <= most + 1 then redis.call('HSETNX', window, ARGV[1], n) end
  if redis.call('PTTL', window) < 0 then redis.call('PEXPIRE', window, life) end
  return n - most
end
local over = number(KEYS[1], tonumber(ARGV[2]), ARGV[3])
if over > 0 then return over == 1 and 1 or 3 end
over = number(KEYS[2], tonumber(ARGV[4]), ARGV[5])
if over > 0 then return over == 1 and 2 or 3 end
return 0
"""
_VERDICTS: tuple[RateVerdict, ...] = ("ok", "warn", "enough", "silent")


@dataclass(frozen=True, slots=True)
class RateLimiter:
    """Counts messages in two windows, each beginning with the follower's first message in it."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    a_minute: int
    a_day: int
    minute: timedelta = MINUTE
    day: timedelta = DAY

    async def count(self, messages: Sequence[tuple[str, str]]) -> list[RateVerdict]:
        """The verdict for each (user, message id), in one round trip.

        The first message over the minute's limit: `warn`; over the day's: `enough`; then `silent`.
        """
        async with self.redis.pipeline(transaction=False) as pipe:
            queue = scripts.ScriptQueue(pipe)
            for user, message in messages:
                queue.run(
                    _COUNT, self._window_keys(user), (_short_hash(message), *self._window_limits())
                )
            return [_VERDICTS[verdict_number] for verdict_number in await pipe.execute()]

    def _window_keys(self, user: str) -> tuple[str, str]:
        return keys.rate_window(user, "minute"), keys.rate_window(user, "day")

    def _window_limits(self) -> tuple[int, ...]:
        minute, day = (int(each.total_seconds() * 1000) for each in (self.minute, self.day))
        return self.a_minute, minute, self.a_day, day


def from_limits(redis: Any, limits: Limits) -> RateLimiter:
    """A RateLimiter with the limits of the settings."""
    return RateLimiter(redis, limits.messages_a_minute, limits.messages_a_day)


def _short_hash(message: str) -> str:
    return hashlib.sha256(message.encode()).hexdigest()[:12]
