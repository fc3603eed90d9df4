"""Limits the generated answers of one follower a day, to bound their cost."""

from dataclasses import dataclass
from datetime import timedelta

from app.redis import keys
from app.redis.client import RedisClient

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GenerationAllowance:
    """At most `most` generated answers a day; the day begins with the first of them."""

    redis: RedisClient
    most: int
    day: timedelta = DAY

    async def take(self, account: str, openid: str) -> bool:
        """Count one more answer; False when the limit of the day is exceeded."""
        key = keys.generated_count(keys.user(account, openid))
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.set(key, 0, px=self.day, nx=True)
            pipe.incr(key)
            _, count = await pipe.execute()
        return bool(count <= self.most)
