"""Replies reach the process that waits for them, on a real Redis."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from app.delivery.reply_channel import ReplyChannel
from app.redis import keys
from tests.service import until

USER = "default:mei"
ONE_READ = 0.05  # seconds that a read blocks


@contextlib.asynccontextmanager
async def running(redis: Any) -> AsyncIterator[ReplyChannel]:
    """A channel that reads until the block ends."""
    channel = ReplyChannel(redis=redis, blocking_read=ONE_READ)
    task = asyncio.create_task(channel.run())
    try:
        yield channel
    finally:
        channel.stop()
        await task


async def send(redis: Any, channel: ReplyChannel, token: str, reply: str) -> None:
    await redis.xadd(keys.reply_stream(channel.api), {"t": token, "a": reply})


async def test_each_reply_goes_to_the_future_of_its_token(redis: Any) -> None:
    async with running(redis) as channel:
        futures = [channel.register() for _ in range(3)]
        for token, _ in reversed(futures):
            await send(redis, channel, token, f"reply {token}")

        replies = [await future for _, future in futures]

    assert replies == [f"reply {token}" for token, _ in futures]


async def test_a_reply_that_nobody_waits_for_is_dropped(redis: Any) -> None:
    async with running(redis) as channel:
        late, cancelled = channel.register()
        cancelled.cancel()
        token, future = channel.register()
        await send(redis, channel, late, "too late")
        await send(redis, channel, token, "in time")

        assert await future == "in time"


async def test_an_entry_is_deleted_before_its_reply_is_returned(redis: Any) -> None:
    async with running(redis) as channel:
        token, future = channel.register()
        await send(redis, channel, token, "reply")
        await future

        assert await redis.xlen(keys.reply_stream(channel.api)) == 0


async def test_a_confirmation_is_written_also_by_a_process_that_stops(redis: Any) -> None:
    await redis.sadd(keys.unconfirmed(USER), "a", "b")
    await redis.zadd(keys.UNDELIVERED, {"a": 1.0, "b": 1.0})

    async with running(redis) as channel:
        channel.confirm("a", USER)

    assert await redis.smembers(keys.unconfirmed(USER)) == {"b"}
    assert await redis.zrange(keys.UNDELIVERED, 0, -1) == ["b"]


async def test_a_process_shows_that_it_runs(redis: Any) -> None:
    async with running(redis) as channel:
        await until(lambda: is_alive(redis, channel))


async def is_alive(redis: Any, channel: ReplyChannel) -> bool:
    return bool(await redis.exists(keys.api_heartbeat(channel.api)))
