from datetime import timedelta

from redis.asyncio import Redis

from app.redis import keys
from app.sessions.allowance import GenerationAllowance


async def test_a_follower_has_so_many_answers_a_day_and_others_have_theirs(redis_url: str) -> None:
    redis: Redis = Redis.from_url(redis_url, decode_responses=True)
    allowance = GenerationAllowance(redis, 2)

    grants = [await allowance.take("default", "mei") for _ in range(3)]
    other = await allowance.take("default", "lei")
    left = await redis.pttl(keys.generated_count("default:mei"))
    await redis.aclose()

    assert (grants, other) == ([True, True, False], True)
    assert 0 < left <= timedelta(days=1).total_seconds() * 1000


async def test_none_at_all_may_be_allowed(redis_url: str) -> None:
    redis: Redis = Redis.from_url(redis_url, decode_responses=True)

    is_allowed = await GenerationAllowance(redis, 0).take("default", "mei")
    await redis.aclose()

    assert is_allowed is False
