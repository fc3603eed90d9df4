"""PostgreSQL goes away, hangs, and comes back."""

import asyncio
import time
from functools import partial

import httpx
import pytest
from sqlalchemy import select

from app.db import tables
from app.redis import keys
from app.settings import Timing
from app.simulator.callback.wechat import Outcome, WeChat
from app.simulator.phones.phone import Phone
from tests import pace
from tests.conftest import Open
from tests.postgres import PostgresServer
from tests.service import (
    PATIENT,
    SHIPPED,
    SHIPPING,
    GatedClassifier,
    Service,
    client,
    make_timing,
    until,
    working,
)

# Entries are claimed so often that an outage of seconds is as long as one of a minute.
IMPATIENT = make_timing(claim_after=0.4)


def content(outcome: Outcome) -> str | None:
    return outcome.reply.content if outcome.reply else None


async def talk(wechat: WeChat, openid: str, ended: asyncio.Event) -> list[Outcome]:
    """One follower who goes on asking until `ended`."""
    outcomes: list[Outcome] = []
    while not ended.is_set():
        outcomes.append(await Phone(wechat, openid).say(f"发货 {openid} {len(outcomes)}"))
        await asyncio.sleep(0.1)
    return outcomes


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("seconds", "timing"), [(2, PATIENT), (8, IMPATIENT)])
async def test_after_an_outage_every_message_is_answered_once(
    own_postgres: PostgresServer, open_service: Open, seconds: float, timing: Timing
) -> None:
    ended, followers = asyncio.Event(), [f"follower{n}" for n in range(8)]
    async with (
        open_service(database_url=own_postgres.url(), workers=2, timing=timing) as running,
        running.wechat() as wechat,
    ):
        conversations = [asyncio.create_task(talk(wechat, who, ended)) for who in followers]
        await asyncio.sleep(1)
        async with own_postgres.away():
            await asyncio.sleep(seconds)
        await asyncio.sleep(2)
        ended.set()
        outcomes = [each for replies in await asyncio.gather(*conversations) for each in replies]

        async def is_recorded() -> bool:
            return not await running.redis.llen(keys.RECORDS)

        await until(is_recorded, 20)
        recorded = await running.follower_messages()
        pending = await running.redis.xlen(keys.USER_STREAM)
        dead = await running.redis.xlen(keys.DEAD_LETTERS)

    questions = sorted(
        f"发货 {who} {n}"
        for who, task in zip(followers, conversations, strict=True)
        for n in range(len(task.result()))
    )
    assert [each for each in outcomes if content(each) != SHIPPED] == []
    assert recorded == questions
    assert (pending, dead) == (0, 0)


@pytest.mark.timeout(90)
async def test_while_the_database_hangs_followers_are_answered_and_the_cms_hears_so(
    own_postgres: PostgresServer, open_service: Open
) -> None:
    followers = [f"follower{n}" for n in range(4)]
    async with (
        open_service(database_url=own_postgres.url(), workers=2) as running,
        running.wechat() as wechat,
        client(running) as http,
    ):
        await Phone(wechat, "mei").say(SHIPPING)
        with own_postgres.frozen():
            outcomes = await asyncio.gather(
                *(Phone(wechat, who).say(f"发货 {who}") for who in followers)
            )
            started = time.monotonic()
            live, ready, conversations, taught = await asyncio.gather(
                http.get("/health/live"),
                http.get("/health/ready"),
                http.get("/api/v1/followers/mei/data"),
                http.post(
                    "/api/v1/knowledge/entries",
                    json={"entries": [{"question": "几点开门", "answer": "九点"}]},
                    timeout=30,
                ),
            )
            seconds = time.monotonic() - started

        async def is_recorded() -> bool:
            return len(await running.follower_messages()) == 5

        await until(is_recorded, 20)
        recorded = await running.follower_messages()
        dead = await running.redis.xlen(keys.DEAD_LETTERS)
        await until(partial(is_ready, http), 20)

    assert [content(each) for each in outcomes] == [SHIPPED] * 4
    assert recorded == sorted([SHIPPING, *(f"发货 {who}" for who in followers)])
    assert dead == 0
    assert live.status_code == 200
    assert (ready.status_code, ready.json()) == (503, {"status": "the database does not answer"})
    away = (
        503,
        {
            "detail": "the database can't be reached; try again shortly",
            "code": "database_unavailable",
        },
    )
    assert [(each.status_code, each.json()) for each in (conversations, taught)] == [away] * 2
    assert seconds < pace.seconds(20)


async def is_ready(http: httpx.AsyncClient) -> bool:
    return (await http.get("/health/ready")).status_code == 200


@pytest.mark.timeout(90)
async def test_a_turn_that_needs_the_database_waits_for_it_and_is_no_failure(
    own_postgres: PostgresServer, open_service: Open
) -> None:
    async with (
        open_service(database_url=own_postgres.url(), timing=IMPATIENT) as running,
        running.wechat() as wechat,
    ):
        async with own_postgres.away():
            asking = asyncio.create_task(Phone(wechat, "mei").say("人工"))
            erasing = asyncio.create_task(leave(running, "li"))
            await asyncio.sleep(5)
            dead = await running.redis.xlen(keys.DEAD_LETTERS)
        await asking
        await erasing

        async def is_open() -> bool:
            async with running.engine.connect() as connection:
                openids = await connection.execute(select(tables.conversations.c.openid))
                return list(openids.scalars()) == ["mei"]

        await until(is_open, 20)
        await until(partial(is_idle, running), 20)
        dead += await running.redis.xlen(keys.DEAD_LETTERS)

    assert dead == 0


async def leave(running: Service, openid: str) -> int:
    """The CMS has a follower's data erased."""
    async with client(running) as http:
        answer = await http.delete(f"/api/v1/followers/{openid}/data", timeout=60)
        return answer.status_code


async def is_idle(running: Service) -> bool:
    return not await running.redis.xlen(keys.USER_STREAM)


async def test_a_worker_that_starts_before_the_database_waits_for_it(
    own_postgres: PostgresServer, open_service: Open
) -> None:
    async with (
        open_service(database_url=own_postgres.url(), workers=0) as running,
        running.wechat() as wechat,
    ):
        async with own_postgres.away():
            worker = running.worker()
            working_task = asyncio.create_task(worker.run())
            await asyncio.sleep(1)
            warm = await running.redis.exists(keys.WARM)
        outcome = await Phone(wechat, "mei").say(SHIPPING)
        worker.stop()
        await working_task

    assert (warm, content(outcome)) == (0, SHIPPED)


async def test_a_worker_gives_up_an_entry_that_takes_too_long(open_service: Open) -> None:
    """A turn that never ends is another worker's after a while."""
    stuck = GatedClassifier()
    async with open_service(workers=0, timing=IMPATIENT) as running, running.wechat() as wechat:
        stuck_worker = running.worker(stuck)
        stuck_worker.max_seconds_in_flight, stuck_worker.claim_after = 0.5, 60.0
        async with working(stuck_worker):
            asking = asyncio.create_task(Phone(wechat, "mei").say(SHIPPING))
            await until(lambda: has_classified(stuck))
            async with working(running.worker()):
                outcome = await asking
            stuck.gate.set()

    assert content(outcome) == SHIPPED


async def has_classified(classifier: GatedClassifier) -> bool:
    return bool(classifier.history)
