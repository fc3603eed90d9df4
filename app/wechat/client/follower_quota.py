"""The quota ledger: how many customer-service messages a follower may still be sent.

How often each interface of the platform's API may be called in a day is counted in
`app.wechat.client.budgets`.

The platform's rule: 5 within 48 hours of a message, 3 within a minute of a menu click, a
subscription or a scan. Windows don't add up: a message counts in each open window, and may be sent
while one of them has quota left. The platform's errors 45047 and 45015 correct our count.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from app.jobs import MessageKind
from app.redis import keys
from app.redis.client import Pipeline, RedisClient

Doing = Literal["message", "click", "subscribe", "scan"]


@dataclass(frozen=True, slots=True)
class MessageAllowance:
    """At most `messages` messages within `seconds`."""

    messages: int
    seconds: float


ALLOWANCES: Mapping[Doing, MessageAllowance] = {
    "message": MessageAllowance(5, 48 * 3600),
    "click": MessageAllowance(3, 60),
    "subscribe": MessageAllowance(3, 60),
    "scan": MessageAllowance(3, 60),
}
# Whether a tapped link counts as a message or as a click is not documented: the smaller is taken.
_DOINGS: Mapping[MessageKind, Doing] = {
    "subscribe": "subscribe", "scan": "scan", "click": "click", "tap": "click",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class QuotaLedger:
    """Quota windows in Redis, shared by all workers. Without an entry, sending is allowed."""

    redis: RedisClient
    clock: Callable[[], float] = time.time

    def record_activity(self, pipe: Pipeline, user: str, kind: MessageKind, at: float) -> None:
        """Queue on `pipe`: open the window of this kind of message at `at` (seconds since 1970)."""
        doing = _DOINGS.get(kind, "message")
        allowance = ALLOWANCES[doing]
        fresh = {f"{doing}:left": allowance.messages, f"{doing}:closes": at + allowance.seconds}
        pipe.hset(keys.quota(user), mapping=fresh)
        pipe.expire(keys.quota(user), keys.QUOTA_FOR)

    async def allows(self, user: str) -> bool:
        """Whether the user may be sent one more message."""
        quota = await self.redis.hgetall(keys.quota(user))
        return not quota or any(
            int(quota[f"{doing}:left"]) > 0 for doing in self._open_windows(quota)
        )

    async def may_write_first(self, user: str) -> bool:
        """Whether a window is known to be open: for messages that no follower waits for."""
        quota = await self.redis.hgetall(keys.quota(user))
        return any(int(quota[f"{doing}:left"]) > 0 for doing in self._open_windows(quota))

    async def record_sent(self, user: str) -> None:
        """Count one sent message in each open window."""
        quota = await self.redis.hgetall(keys.quota(user))
        for doing in self._open_windows(quota):
            await self.redis.hincrby(keys.quota(user), f"{doing}:left", -1)

    async def mark_used_up(self, user: str) -> None:
        """Set the open windows to 0 left, after 45047: another sender uses up the quota too."""
        quota = await self.redis.hgetall(keys.quota(user))
        for doing in self._open_windows(quota) or ["message"]:
            closes = quota.get(f"{doing}:closes", self.clock() + ALLOWANCES["message"].seconds)
            fresh = {f"{doing}:left": 0, f"{doing}:closes": closes}
            await self.redis.hset(keys.quota(user), mapping=fresh)
        await self.redis.expire(keys.quota(user), keys.QUOTA_FOR)

    async def mark_closed(self, user: str) -> None:
        """Close all windows, after 45015: 48 h of silence, or unfollowed. A message reopens one."""
        shut = {"message:left": 0, "message:closes": 0}
        async with self.redis.pipeline() as pipe:
            pipe.delete(keys.quota(user))
            pipe.hset(keys.quota(user), mapping=shut)
            pipe.expire(keys.quota(user), keys.QUOTA_FOR)
            await pipe.execute()

    def _open_windows(self, quota: Mapping[str, str]) -> list[Doing]:
        now = self.clock()
        return [d for d in ALLOWANCES if float(quota.get(f"{d}:closes", 0)) > now]
