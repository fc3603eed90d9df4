"""Redis loses what it held, or a worker stands still: each message still gets one reply."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from redis.asyncio import Redis

from app.redis import keys
from app.simulator.callback.wechat import Outcome
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.own_redis import OwnRedis
from tests.service import SHIPPED, GatedClassifier, Service, service, until, working

ROOT = Path(__file__).parents[2]
FOLLOWERS = [f"follower{n}" for n in range(8)]


def replies(outcomes: list[Outcome]) -> list[str | None]:
    return [outcome.reply.content if outcome.reply else None for outcome in outcomes]


async def has_queued(redis: Redis, count: int) -> bool:
    return bool(await redis.xlen(keys.USER_STREAM) == count)


@pytest.mark.timeout(60)
async def test_a_torn_append_only_file_costs_no_reply_and_doubles_none(
    own_redis: OwnRedis,
    database_url: str,
    tmp_path: Path,
) -> None:
    classifier = GatedClassifier()
    async with contextlib.AsyncExitStack() as stack:
        process = own_redis.start()
        await until(own_redis.answers)
        running = await stack.enter_async_context(
            service(own_redis.url, tmp_path, database_url=database_url, classifier=classifier)
        )
        wechat = await stack.enter_async_context(running.wechat())
        saying = [asyncio.create_task(Phone(wechat, who).say(f"发货 {who}")) for who in FOLLOWERS]
        await until(lambda: has_queued(running.redis, len(FOLLOWERS)))
        process.kill()
        process.wait()
        file = tmp_path / "appendonly.aof"
        os.truncate(file, file.stat().st_size - 700)  # the last commands, the last of them in part
        classifier.gate.set()
        async with own_redis.running():
            outcomes = await asyncio.gather(*saying)
            await until(lambda: has_recorded(running, len(FOLLOWERS)))
            texts = await running.follower_messages()
            await stack.aclose()

    assert replies(outcomes) == [SHIPPED] * len(FOLLOWERS)
    assert texts == [f"发货 {who}" for who in FOLLOWERS]


@pytest.mark.timeout(60)
async def test_a_flushed_redis_costs_no_reply_and_doubles_none(open_service: Open) -> None:
    classifier = GatedClassifier()
    async with open_service(classifier=classifier) as running, running.wechat() as wechat:
        saying = [asyncio.create_task(Phone(wechat, who).say(f"发货 {who}")) for who in FOLLOWERS]
        await until(lambda: has_queued(running.redis, len(FOLLOWERS)))
        await running.redis.flushall()
        classifier.gate.set()
        outcomes = await asyncio.gather(*saying)
        await until(lambda: has_recorded(running, len(FOLLOWERS)))
        texts = await running.follower_messages()

    assert replies(outcomes) == [SHIPPED] * len(FOLLOWERS)
    assert texts == [f"发货 {who}" for who in FOLLOWERS]


@pytest.mark.timeout(60)
async def test_a_frozen_worker_is_replaced_and_says_nothing_twice_when_it_thaws(
    open_service: Open, redis_url: str, database_url: str, tmp_path: Path
) -> None:
    frozen = subprocess.Popen(  # noqa: ASYNC220 - returns at once
        [sys.executable, "-m", "tests.slow_worker", redis_url, database_url, str(tmp_path), "2"],
        cwd=ROOT,
    )
    try:
        async with open_service(workers=0) as running, running.wechat() as wechat:
            await until(lambda: is_warm(running.redis), 30)
            saying = [
                asyncio.create_task(Phone(wechat, who).say(f"发货 {who}")) for who in FOLLOWERS
            ]
            await until(lambda: has_pending(running.redis, len(FOLLOWERS)))
            frozen.send_signal(signal.SIGSTOP)
            async with working(running.worker()):
                outcomes = await asyncio.gather(*saying)
                frozen.send_signal(signal.SIGCONT)
                again = await asyncio.gather(*(Phone(wechat, who).say("发货") for who in FOLLOWERS))
            texts = await running.follower_messages()
            dead = await running.redis.xlen(keys.DEAD_LETTERS)
    finally:
        frozen.kill()
        frozen.wait()

    assert replies([*outcomes, *again]) == [SHIPPED] * 2 * len(FOLLOWERS)
    assert texts == sorted([f"发货 {who}" for who in FOLLOWERS] + ["发货"] * len(FOLLOWERS))
    assert dead == 0


async def is_warm(redis: Redis) -> bool:
    return bool(await redis.exists(keys.WARM))


async def has_pending(redis: Redis, count: int) -> bool:
    pending = (await redis.xpending(keys.USER_STREAM, keys.GROUP))["pending"]
    return bool(pending and await redis.xlen(keys.USER_STREAM) == count)


async def has_recorded(running: Service, count: int) -> bool:
    return len(await running.follower_messages()) >= count
