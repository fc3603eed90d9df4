"""One process of the token storm: `python -m tests.wechat.client.storm_process BASE REDIS ...`.

Each of its followers is sent one message, all at the same moment. It prints how many calls failed.
"""

import asyncio
import sys

from redis.asyncio import Redis

from app.kit.http_clients import open_async_client
from app.messages.values import Text
from app.wechat.client.core import build_client
from app.wechat.client.families.customer_service import CustomerServiceMessages
from tests.wechat.client.support import SHOP


async def send_all(base: str, redis_url: str, openids: list[str]) -> int:
    """How many of the followers could not be sent their message."""
    async with (
        open_async_client(base_url=base) as http,
        Redis.from_url(redis_url, decode_responses=True) as redis,
    ):
        messages = CustomerServiceMessages(build_client(http, redis))
        results = await asyncio.gather(
            *(messages.send(SHOP, openid, Text(content=openid)) for openid in openids),
            return_exceptions=True,
        )
    return sum(result is not None for result in results)


if __name__ == "__main__":
    failures = asyncio.run(send_all(sys.argv[1], sys.argv[2], sys.argv[3:]))
    sys.stdout.write(f"{failures}\n")
