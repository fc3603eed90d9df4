"""200 callers in four processes meet a token that expires, is revoked, or is refused late."""

import asyncio
import os
import sys
import time

import pytest
from redis.asyncio import Redis

from app.redis import keys
from app.simulator.accounts.state import PlatformAccount
from app.simulator.accounts.tokens import LIFE_SECONDS
from app.simulator.clock import Running
from app.simulator.families.tokens import STABLE_TOKEN
from app.simulator.gateway.faults import Odds
from app.simulator.platform import Platform
from tests.support.serve import serving
from tests.wechat.client.support import SHOP

PROCESSES = 4
FOLLOWERS = [f"o{number}" for number in range(200)]


def make_platform(clock: Running) -> Platform:
    platform = Platform([PlatformAccount(appid=SHOP.appid, secret=SHOP.secret)], clock=clock)
    for openid in FOLLOWERS:
        platform.interacted(openid, "message")
    return platform


async def run_process(base: str, redis_url: str, openids: list[str]) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.wechat.client.storm_process", base, redis_url, *openids,
        stdout=asyncio.subprocess.PIPE, env=dict(os.environ),  # noqa: TID251 - as this process
    )  # fmt: skip
    output, _ = await process.communicate()
    return int(output)


async def storm(platform: Platform, redis_url: str) -> int:
    """Send each follower one message from four processes; returns how many calls failed."""
    async with serving(platform.app) as base:
        shares = [FOLLOWERS[number::PROCESSES] for number in range(PROCESSES)]
        return sum(await asyncio.gather(*(run_process(base, redis_url, each) for each in shares)))


def messages_received(platform: Platform) -> list[int]:
    """How many messages each follower got."""
    return [len(platform.sent[openid]) for openid in FOLLOWERS]


async def store_token(redis_url: str, value: str, expires_at: float) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        name, obtained_at = keys.access_token(SHOP.appid), expires_at - LIFE_SECONDS
        fields = {"token": value, "expires_at": str(expires_at), "obtained_at": str(obtained_at)}
        await redis.hset(name, mapping=fields)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("state", ["none", "in its last minute", "expired", "refused late"])
async def test_one_refresh_and_no_message_lost_or_sent_twice(redis_url: str, state: str) -> None:
    clock = Running()
    platform = make_platform(clock)
    token, _ = platform.tokens.stable(SHOP.appid, force_refresh=False)
    match state:
        case "in its last minute":
            clock.skip(LIFE_SECONDS - 60)
            await store_token(redis_url, token, time.time() + 60)
        case "expired":
            clock.skip(LIFE_SECONDS)
            await store_token(redis_url, token, time.time() + 60)
        case "refused late":
            platform.tokens.revoke(token)
            await store_token(redis_url, token, time.time() + LIFE_SECONDS)
            platform.faults.odds = Odds(seconds=(0.0, 1.0))

    failures = await storm(platform, redis_url)

    assert (failures, messages_received(platform)) == (0, [1] * len(FOLLOWERS))
    assert platform.calls[STABLE_TOKEN] == 1
