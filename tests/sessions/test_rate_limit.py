"""How fast a follower may write, on a real Redis."""

import asyncio
from datetime import timedelta
from typing import Any

from app.redis import keys
from app.sessions.rate_limit import RateLimiter, from_limits
from app.settings import Limits
from tests.service import until

MEI = keys.user("default", "mei")


async def verdicts(pace: RateLimiter, *messages: str, user: str = MEI) -> list[str]:
    return [allowed for m in messages for allowed in await pace.count([(user, m)])]


async def test_the_first_too_many_hears_a_kind_word_and_the_rest_nothing(redis: Any) -> None:
    pace = RateLimiter(redis, a_minute=2, a_day=100)

    mei = await verdicts(pace, "1", "2", "3", "4", "5")
    li = await verdicts(pace, "1", user=keys.user("default", "li"))

    assert (mei, li) == (["ok", "ok", "warn", "silent", "silent"], ["ok"])


async def test_a_message_asked_about_again_hears_the_same(redis: Any) -> None:
    pace = RateLimiter(redis, a_minute=2, a_day=100)
    first = await verdicts(pace, "1", "2", "3", "4")

    again = await verdicts(pace, "4", "3", "2", "1")

    assert again == first[::-1]


async def test_many_messages_at_once_are_counted_one_by_one(redis: Any) -> None:
    pace = RateLimiter(redis, a_minute=2, a_day=100)
    messages = [(MEI, str(n)) for n in range(5)]

    counted = await asyncio.gather(pace.count(messages[:3]), pace.count(messages[3:]))

    assert sorted(counted[0] + counted[1]) == ["ok", "ok", "silent", "silent", "warn"]
    assert await pace.count([]) == []


async def test_when_the_window_is_over_all_is_well_and_the_kind_word_is_said_again(
    redis: Any,
) -> None:
    pace = RateLimiter(redis, a_minute=1, a_day=100, minute=timedelta(milliseconds=100))
    first = await verdicts(pace, "1", "2")

    async def over() -> bool:
        return not await redis.exists(keys.rate_window(MEI, "minute"))

    await until(over)

    assert (first, await verdicts(pace, "3", "4")) == (["ok", "warn"], ["ok", "warn"])


async def test_a_day_has_its_own_limit_that_a_burst_does_not_use_up(redis: Any) -> None:
    pace = RateLimiter(redis, a_minute=3, a_day=4)
    burst = await verdicts(pace, *"123456789")
    await redis.delete(keys.rate_window(MEI, "minute"))

    later = await verdicts(pace, "a", "b", "c")

    assert burst == ["ok"] * 3 + ["warn"] + ["silent"] * 5
    assert later == ["ok", "enough", "silent"]


async def test_little_is_kept_and_not_for_long(redis: Any) -> None:
    await verdicts(from_limits(redis, Limits(messages_a_minute=2)), *(str(n) for n in range(50)))

    counters = [
        (await redis.hlen(name), 0 < await redis.pttl(name) <= life)
        for name, life in [
            (keys.rate_window(MEI, "minute"), 60_000),
            (keys.rate_window(MEI, "day"), 86_400_000),
        ]
    ]

    assert counters == [(3, True), (2, True)]
