"""A client of the platform's stand-in, over a socket, on a real Redis."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

from redis.asyncio import Redis

from app.accounts import Account
from app.kit.http_clients import open_async_client
from app.simulator.accounts.state import PlatformAccount
from app.simulator.clock import Clock
from app.simulator.platform import Platform
from app.wechat.client.access_tokens.token_store import AccessTokenStore
from app.wechat.client.access_tokens.tokens import AccessTokens
from app.wechat.client.budgets import Budgets
from app.wechat.client.core import PlatformClient
from app.wechat.client.http import PlatformHttp
from app.wechat.client.requests import Requester
from tests.support.serve import serving

SHOP = Account(name="shop", appid="wx1", token="token", secret="s3cret-of-shop", verified=True)


def make_platform(clock: Clock | None = None, **changed: Any) -> Platform:
    """A platform that knows SHOP and its follower `oMei`, who has just written.

    SHOP is a verified service account unless `changed` says otherwise.
    """
    account = PlatformAccount(
        appid=SHOP.appid,
        secret=SHOP.secret,
        callback_url="https://shop.example/callback",
        **changed,
    )
    platform = Platform([account], clock=clock or Clock())
    platform.interacted("oMei", "message")
    return platform


@contextlib.asynccontextmanager
async def open_client(
    redis_url: str, platform: Platform, daily_limits: Mapping[str, int] | None = None
) -> AsyncIterator[PlatformClient]:
    """A client whose clock is the platform's."""
    async with serving(platform.app) as base, connect(redis_url, base, platform) as client:
        if daily_limits:
            budgets = Budgets(client.budgets.redis, daily_limits, platform.clock)
            requester = Requester(client.requester.http, budgets)
            client = PlatformClient(requester, client.tokens)
        yield client


@contextlib.asynccontextmanager
async def connect(redis_url: str, base: str, platform: Platform) -> AsyncIterator[PlatformClient]:
    """A client of what answers at `base`."""
    async with (
        open_async_client(base_url=base) as http,
        Redis.from_url(redis_url, decode_responses=True) as redis,
    ):
        requester = Requester(PlatformHttp(http), Budgets(redis, {}, platform.clock))
        tokens = AccessTokens(AccessTokenStore(redis), requester, platform.clock)
        yield PlatformClient(requester, tokens)
