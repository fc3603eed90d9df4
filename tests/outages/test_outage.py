"""Redis goes away and comes back; a worker process is killed."""

import asyncio
import contextlib
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from redis.asyncio import Redis

from app.delivery.unqueued_jobs import FOLDER
from app.messages import texts as channel_texts
from app.messages.phrases import as_shipped
from app.redis import keys
from app.simulator.callback.wechat import Outcome, WeChat
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.own_redis import OwnRedis, stop_process
from tests.postgres import PostgresServer
from tests.service import (
    HANGS_UP_AFTER,
    HASTY,
    SHIPPED,
    SHIPPING,
    Service,
    client,
    service,
    until,
    working,
)

ROOT = Path(__file__).parents[2]
STILL_WRITING = as_shipped(channel_texts.STILL_WRITING, link=channel_texts.STILL_WRITING_LINK)


def content(outcome: Outcome) -> str | None:
    return outcome.reply.content if outcome.reply else None


async def talk(wechat: WeChat, openid: str, done: asyncio.Event) -> list[Outcome]:
    """One follower who goes on asking until `done`."""
    outcomes: list[Outcome] = []
    while not done.is_set():
        outcomes.append(await Phone(wechat, openid).say(f"发货 {openid} {len(outcomes)}"))
        await asyncio.sleep(0.02)
    return outcomes


@pytest.mark.slow
@pytest.mark.timeout(60)
async def test_nothing_is_lost_while_redis_is_away_for_ten_seconds_and_the_service_recovers(
    own_redis: OwnRedis, database_url: str, tmp_path: Path
) -> None:
    done, people = asyncio.Event(), [f"follower{n}" for n in range(8)]
    async with contextlib.AsyncExitStack() as stack:
        process = own_redis.start()
        await until(own_redis.answers)
        running = await stack.enter_async_context(
            service(own_redis.url, tmp_path, database_url=database_url, workers=2)
        )
        wechat = await stack.enter_async_context(running.wechat())
        talking = [asyncio.create_task(talk(wechat, who, done)) for who in people]
        await asyncio.sleep(1)
        await stop_process(process)
        await asyncio.sleep(10)
        async with own_redis.running():
            await asyncio.sleep(2)
            done.set()
            outcomes = [o for conversation in await asyncio.gather(*talking) for o in conversation]
            messages = [
                f"发货 {openid} {n}"
                for openid, task in zip(people, talking, strict=True)
                for n in range(len(task.result()))
            ]
            # A reply that came too late for its own delivery arrives with the next message.
            for openid in people:
                outcomes.append(await Phone(wechat, openid).say(f"发货 {openid} last"))
                messages.append(f"发货 {openid} last")
            await asyncio.sleep(1.5)  # the record is written once a second
            recorded = await running.follower_messages()
            await stack.aclose()

    replies = [part for outcome in outcomes for part in (content(outcome) or "").split("\n\n")]
    assert [reply for reply in replies if reply != STILL_WRITING] == [SHIPPED] * len(messages)
    assert max(outcome.seconds for outcome in outcomes) > 9
    assert recorded == sorted(messages)


async def test_a_worker_that_starts_before_redis_waits_for_it(
    own_redis: OwnRedis, database_url: str, tmp_path: Path
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        running = await stack.enter_async_context(
            service(own_redis.url, tmp_path, database_url=database_url, workers=0)
        )
        wechat = await stack.enter_async_context(running.wechat())
        await stack.enter_async_context(working(running.worker()))
        await asyncio.sleep(0.5)
        async with own_redis.running():
            outcome = await Phone(wechat, "mei").say(SHIPPING)
            await stack.aclose()

    assert content(outcome) == SHIPPED


async def test_while_redis_is_gone_the_last_delivery_is_told_in_words(
    own_redis: OwnRedis, database_url: str, tmp_path: Path
) -> None:
    async with (
        service(
            own_redis.url, tmp_path, database_url=database_url, workers=0, timing=HASTY
        ) as running,
        running.wechat(hang_up_after=HANGS_UP_AFTER) as wechat,
    ):
        outcome = await Phone(wechat, "mei").say(SHIPPING)

    assert (content(outcome), outcome.answered_in) == (channel_texts.BUSY.first, 3)


async def test_an_erasure_owed_while_redis_and_the_database_are_away_is_done_after_a_restart(
    own_redis: OwnRedis, own_postgres: PostgresServer, tmp_path: Path
) -> None:
    opened = partial(
        service, own_redis.url, tmp_path, database_url=own_postgres.url(), timing=HASTY
    )
    async with own_redis.running(), opened() as running, running.wechat() as wechat:
        await Phone(wechat, "mei").say(SHIPPING)
        await until(lambda: has_messages(running, 1))
    async with (
        opened(workers=0) as running,
        running.wechat(hang_up_after=HANGS_UP_AFTER) as wechat,
        own_postgres.away(),
    ):
        outcome = await Phone(wechat, "mei").unsubscribe()
    async with own_redis.running(), opened() as running:
        await until(lambda: has_messages(running, 0))

    assert [delivery.body for delivery in outcome.deliveries] == [b"success"]


async def test_an_event_that_can_be_stored_nowhere_is_not_answered_with_success(
    own_redis: OwnRedis, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / FOLDER).write_text("a file where the folder should be")
    async with (
        service(
            own_redis.url, tmp_path, database_url=database_url, workers=0, timing=HASTY
        ) as running,
        running.wechat(hang_up_after=HANGS_UP_AFTER) as wechat,
    ):
        outcome = await Phone(wechat, "mei").unsubscribe()

    assert [delivery.body for delivery in outcome.deliveries] == [b"", b"", b""]


async def has_messages(running: Service, count: int) -> bool:
    return len(await running.follower_messages()) == count


async def test_without_redis_the_service_lives_but_is_not_ready_and_the_cms_hears_so(
    own_redis: OwnRedis, database_url: str, tmp_path: Path
) -> None:
    async with (
        service(own_redis.url, tmp_path, database_url=database_url, workers=0) as running,
        client(running) as http,
    ):
        live = await http.get("/health/live")
        ready = await http.get("/health/ready")
        response = await http.post("/api/v1/intents", json={"texts": ["好"]})

    assert [(r.status_code, r.json()) for r in (live, ready, response)] == [
        (200, {"status": "live"}),
        (503, {"status": "Redis does not answer"}),
        (
            503,
            {
                "detail": "the queue can't be reached; try again shortly",
                "code": "queue_unavailable",
            },
        ),
    ]


@pytest.mark.timeout(60)
async def test_what_a_killed_worker_had_in_flight_is_answered_once_by_the_next(
    open_service: Open, redis_url: str, database_url: str, tmp_path: Path
) -> None:
    people = [f"follower{n}" for n in range(8)]
    killed = subprocess.Popen(  # noqa: ASYNC220 - returns at once
        [sys.executable, "-m", "tests.slow_worker", redis_url, database_url, str(tmp_path)],
        cwd=ROOT,
    )
    async with open_service(workers=0) as running, running.wechat() as wechat:
        await until(lambda: exists(running.redis), 30)
        saying = [asyncio.create_task(Phone(wechat, who).say(f"发货 {who}")) for who in people]
        await until(lambda: in_flight(running.redis, len(people)))
        killed.kill()
        killed.wait()
        async with working(running.worker()):
            outcomes = await asyncio.gather(*saying)
        messages = await running.follower_messages()

    assert [(content(o), o.answered_in) for o in outcomes] == [(SHIPPED, 1)] * len(people)
    assert (
        sorted(text for texts in running.classifier.classified_texts for text in texts) == messages
    )
    assert messages == [f"发货 {who}" for who in people]


async def exists(redis: "Redis") -> bool:
    return bool(await redis.exists(keys.WARM))


async def in_flight(redis: "Redis", count: int) -> bool:
    """All are queued, and the worker has some of them in its two hands."""
    pending = (await redis.xpending(keys.USER_STREAM, keys.GROUP))["pending"]
    return bool(pending and await redis.xlen(keys.USER_STREAM) == count)
