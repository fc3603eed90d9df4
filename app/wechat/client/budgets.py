"""Calls of the platform's API per day: which are counted, and how many are left.

Each call of an interface costs one of that interface's budget of the day, and of the minute where
it has one, by China's time. A call beyond a budget is refused here, before the platform does. The
usual limits are `daily` and `a_minute` of each `PlatformInterface` (`app.wechat.client.families`);
docs/platform.md lists them. `app.wechat.client.follower_quota` counts another thing: how many
customer-service messages one follower may be sent.

One hash a day and one a minute: `<interface>` is the calls so far, `limit:<interface>` the limit
where the platform told us another than the default. Nothing clears the platform's counters here:
there are ten clearings a month, and they are an operator's decision.
Limits: https://developers.weixin.qq.com/doc/service/guide/dev/api/limit.html
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.accounts import Account
from app.kit.clock import china_day, china_minute
from app.redis import keys
from app.redis.client import RedisClient
from app.redis.scripts import Script
from app.wechat.client.errors import DAILY_LIMIT, MINUTE_LIMIT, BudgetUsedUp
from app.wechat.client.interfaces import PlatformInterface

_DAY_FOR = int(keys.BUDGET_DAY_FOR.total_seconds())
_MINUTE_FOR = int(keys.BUDGET_MINUTE_FOR.total_seconds())

# Counts one call in both windows; returns 0, or the number of the window that is used up.
_SPEND = Script(
    "spend_call",
    keys=("day", "minute"),
    args=("budget", "day_limit", "minute_limit", "day_for", "minute_for"),
    body="""
    local windows = {{day, tonumber(day_limit)}, {minute, tonumber(minute_limit)}}
    for number, window in ipairs(windows) do
        local limit = tonumber(redis.call('HGET', window[1], 'limit:' .. budget)) or window[2]
        local used = tonumber(redis.call('HGET', window[1], budget)) or 0
        if limit and used >= limit then return number end
    end
    redis.call('HINCRBY', day, budget, 1)
    redis.call('EXPIRE', day, day_for)
    redis.call('HINCRBY', minute, budget, 1)
    redis.call('EXPIRE', minute, minute_for)
    return 0
    """,
)


@dataclass(frozen=True, slots=True)
class RemainingCalls:
    """How often an interface was called today, and how often it may be called yet.

    `limit` and `left` are None where no limit is known.
    """

    used: int
    limit: int | None

    @property
    def left(self) -> int | None:
        """Calls that are left today."""
        return None if self.limit is None else max(self.limit - self.used, 0)


@dataclass(frozen=True, slots=True)
class Budgets:
    """The budgets of all interfaces and accounts, in Redis."""

    redis: RedisClient
    daily_limits: Mapping[str, int] = field(default_factory=dict)  # settings, by budget name
    clock: Callable[[], float] = time.time

    async def spend(self, account: Account, interface: PlatformInterface) -> None:
        """Count one call. Raises BudgetUsedUp when the day's or the minute's calls are used up."""
        day, minute = self._windows(account)
        daily = self._default_limit(interface)
        window = await _SPEND.run(
            self.redis,
            day=day,
            minute=minute,
            budget=interface.budget,
            day_limit="" if daily is None else daily,
            minute_limit="" if interface.a_minute is None else interface.a_minute,
            day_for=_DAY_FOR,
            minute_for=_MINUTE_FOR,
        )
        if window:
            raise BudgetUsedUp(DAILY_LIMIT if window == 1 else MINUTE_LIMIT, interface.budget)

    async def remaining(self, account: Account, interface: PlatformInterface) -> RemainingCalls:
        """Today's calls so far and today's limit."""
        day, _ = self._windows(account)
        names = [interface.budget, f"limit:{interface.budget}"]
        used, limit = await self.redis.hmget(day, names)
        return RemainingCalls(
            int(used or 0), self._default_limit(interface) if limit is None else int(limit)
        )

    async def record_quota(
        self, account: Account, interface: PlatformInterface, limit: int, used: int
    ) -> None:
        """Take over what the platform counted today: other programs may call it, too."""
        day, _ = self._windows(account)
        counts = {interface.budget: used, f"limit:{interface.budget}": limit}
        await self.redis.hset(day, mapping=counts)
        await self.redis.expire(day, keys.BUDGET_DAY_FOR)

    async def close_day(self, account: Account, interface: PlatformInterface) -> None:
        """Refuse the interface until midnight in China: the platform answered 45009."""
        await self._close(self._windows(account)[0], interface, _DAY_FOR)

    async def close_minute(self, account: Account, interface: PlatformInterface) -> None:
        """Refuse the interface until the next minute: the platform answered 45011."""
        await self._close(self._windows(account)[1], interface, _MINUTE_FOR)

    async def forget_day(
        self, account: Account, interface: PlatformInterface | None = None
    ) -> None:
        """Count today's calls of the interface, or of all, from 0, after a clearing by hand."""
        day, _ = self._windows(account)
        if interface is None:
            await self.redis.delete(day)
        else:
            await self.redis.hdel(day, interface.budget, f"limit:{interface.budget}")

    async def _close(self, window: str, interface: PlatformInterface, seconds: int) -> None:
        await self.redis.hset(window, f"limit:{interface.budget}", 0)
        await self.redis.expire(window, seconds)

    def _windows(self, account: Account) -> tuple[str, str]:
        now = self.clock()
        return (
            keys.budgets(account.appid, china_day(now)),
            keys.budgets(account.appid, china_minute(now)),
        )

    def _default_limit(self, interface: PlatformInterface) -> int | None:
        return self.daily_limits.get(interface.budget, interface.daily)
