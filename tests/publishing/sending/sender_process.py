"""A worker's sender as a process: `python -m tests.publishing.sending.sender_process BASE ...`.

It sends what is due at a fixed time, once. Whoever started it may kill it at any moment.
"""

import asyncio
import sys

from redis.asyncio import Redis

from app.db.engines import open_engine
from app.kit.http_clients import open_async_client
from app.simulator.clock import Clock
from app.wechat.client.core import build_client
from tests.publishing.sending.senders import build_test_sender


async def send_due(base: str, redis_url: str, database_url: str, now: float) -> None:
    """Send what is due at `now`."""
    engine = open_engine(database_url)
    async with (
        open_async_client(base_url=base) as http,
        Redis.from_url(redis_url, decode_responses=True) as redis,
    ):
        await build_test_sender(engine, build_client(http, redis), Clock(now)).send_due()
    await engine.dispose()


if __name__ == "__main__":
    base, redis_url, database_url, now = sys.argv[1:]
    asyncio.run(send_due(base, redis_url, database_url, float(now)))
