"""Answers that no delivery carried, against the platform's stand-in."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import httpx
import pytest
from redis.asyncio import Redis

from app.accounts import Account
from app.sessions import keys
from app.sessions.mailbox import Mailboxes
from app.wechat.client import Client
from app.wechat.outbox import Outbox
from tests.simulator.platform import SEND, STABLE_TOKEN, Platform
from tests.simulator.serve import serving

VERIFIED = Account("shop", "wx1", "token", secret="secret", verified=True)
UNVERIFIED = Account("shop", "wx1", "token")
LONG = "您的订单在路上，预计明天送到，请留意电话。" * 80  # 5,040 bytes


@contextlib.asynccontextmanager
async def an_outbox(
    redis_url: str, account: Account, platform: Platform, answer: str = "您好，订单在路上。"
) -> AsyncIterator[tuple[Outbox, Redis]]:
    async with (
        serving(platform.app) as base,
        httpx.AsyncClient(base_url=base) as http,
        Redis.from_url(redis_url, decode_responses=True) as redis,
    ):
        await redis.flushdb()
        fields = {"answer": answer, "user": "shop:oMei"}
        await redis.hset(keys.delivery("wx1:7"), mapping=fields)  # type: ignore[arg-type]
        await redis.zadd(keys.UNCLAIMED, {"wx1:7": time.time() - 1})
        yield Outbox(Mailboxes(redis), Client(http, redis), {"shop": account}), redis


def a_platform() -> Platform:
    platform = Platform({"wx1": "secret"})
    platform.interacted("oMei", "message")
    return platform


def texts(platform: Platform) -> list[str]:
    return [message["text"]["content"] for message in platform.sent["oMei"]]


async def test_a_verified_account_sends_it_once_though_two_workers_look(redis_url: str) -> None:
    platform = a_platform()

    async with an_outbox(redis_url, VERIFIED, platform) as (outbox, redis):
        await asyncio.gather(outbox.empty(), outbox.empty())
        left = await redis.zcard(keys.UNCLAIMED), await redis.llen(keys.held("shop:oMei"))

    assert (texts(platform), left) == (["您好，订单在路上。"], (0, 0))


async def test_an_unverified_account_keeps_it_for_the_next_message(redis_url: str) -> None:
    platform = a_platform()

    async with an_outbox(redis_url, UNVERIFIED, platform) as (outbox, redis):
        await outbox.empty()
        held = await redis.lrange(keys.held("shop:oMei"), 0, -1)

    assert (texts(platform), held) == ([], ["您好，订单在路上。"])


async def test_what_the_platform_refuses_is_kept(redis_url: str) -> None:
    platform = a_platform()
    platform.fail_next(SEND, 45047)

    async with an_outbox(redis_url, VERIFIED, platform) as (outbox, redis):
        await outbox.empty()
        held = await redis.lrange(keys.held("shop:oMei"), 0, -1)

    assert (texts(platform), held) == ([], ["您好，订单在路上。"])


async def test_a_stale_token_is_renewed_once_and_a_busy_platform_asked_again(
    redis_url: str,
) -> None:
    platform = a_platform()
    platform.fail_next(SEND, 40001)
    platform.fail_next(SEND, -1)

    async with an_outbox(redis_url, VERIFIED, platform) as (outbox, _):
        await outbox.empty()

    assert (texts(platform), platform.calls[STABLE_TOKEN]) == (["您好，订单在路上。"], 2)


async def test_a_token_refused_twice_is_not_asked_for_again(redis_url: str) -> None:
    platform = a_platform()
    platform.fail_next(SEND, 40001, times=2)

    async with an_outbox(redis_url, VERIFIED, platform) as (outbox, redis):
        await outbox.empty()
        held = await redis.llen(keys.held("shop:oMei"))

    assert (platform.calls[STABLE_TOKEN], held) == (2, 1)


async def test_an_api_that_is_down_loses_nothing(redis_url: str) -> None:
    async with (
        httpx.AsyncClient(base_url="http://127.0.0.1:1") as http,
        an_outbox(redis_url, VERIFIED, a_platform()) as (outbox, redis),
    ):
        deaf = Outbox(outbox.mailboxes, Client(http, redis), outbox.accounts)
        await deaf.empty()
        held = await redis.llen(keys.held("shop:oMei"))

    assert held == 1


async def test_a_long_answer_goes_out_in_several_messages(redis_url: str) -> None:
    platform = a_platform()

    async with an_outbox(redis_url, VERIFIED, platform, LONG) as (outbox, redis):
        await outbox.empty()
        held = await redis.llen(keys.held("shop:oMei"))

    assert (len(texts(platform)), held) == (3, 0)
    assert "".join(texts(platform)) == LONG


async def test_only_what_the_platform_did_not_take_is_kept(redis_url: str) -> None:
    platform = a_platform()
    platform.fail_next(SEND, 0)
    platform.fail_next(SEND, 45047)

    async with an_outbox(redis_url, VERIFIED, platform, LONG) as (outbox, redis):
        await outbox.empty()
        held = await redis.lrange(keys.held("shop:oMei"), 0, -1)

    assert (len(texts(platform)), len(held)) == (1, 1)
    assert texts(platform)[0] + str(held[0]) == LONG


async def test_what_five_messages_cannot_carry_is_kept(redis_url: str) -> None:
    platform = a_platform()

    async with an_outbox(redis_url, VERIFIED, platform, LONG * 3) as (outbox, redis):
        await outbox.empty()
        held = await redis.lrange(keys.held("shop:oMei"), 0, -1)

    assert (len(texts(platform)), len(held)) == (5, 1)
    assert "".join(texts(platform)) + str(held[0]) == LONG * 3


@dataclass(frozen=True)
class DiesAtTheSecond(Client):
    """A worker that is gone before its second message."""

    sent: list[str] = field(default_factory=list)

    async def send_text(self, account: Account, openid: str, text: str) -> None:
        if self.sent:
            raise asyncio.CancelledError
        self.sent.append(text)
        await super().send_text(account, openid, text)


async def test_a_worker_that_dies_between_two_messages_leaves_the_rest_to_the_next(
    redis_url: str,
) -> None:
    platform = a_platform()

    async with an_outbox(redis_url, VERIFIED, platform, LONG) as (outbox, redis):
        dying = replace(outbox, client=DiesAtTheSecond(outbox.client.http, redis))
        with pytest.raises(asyncio.CancelledError):
            await dying.empty()
        await redis.zadd(keys.UNCLAIMED, {"wx1:7": time.time() - 1})
        await outbox.empty()

    assert len(texts(platform)) == 3
    assert "".join(texts(platform)) == LONG
