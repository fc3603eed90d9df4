"""Replies that no copy returned move to the outbox, in a real Redis and PostgreSQL."""

import json
import time
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy.ext.asyncio import AsyncEngine

from app.delivery.outbox import Outbox
from app.delivery.undelivered import UndeliveredReplies, UndeliveredReply, move_to_outbox
from app.delivery.user_queue import TurnCommit, UserQueues
from app.messages.values import Message, Text
from app.redis import keys
from app.redis.scripts import ScriptQueue
from tests.service import shipped_text

MEI = ("default", "mei")
USER = keys.user(*MEI)
REPLY = Text(content="好的")
UNREADABLE = '{"type": "of the next version"}'


async def commit_reply(redis: Any, id_: str) -> None:
    """Commit a reply at second 2, for which no copy waits any more."""
    queues, job = UserQueues(redis), json.dumps({"id": id_, "received": 1.0})
    await queues.admit(id_, USER, job, "api token 1.5", 1.0)
    async with redis.pipeline(transaction=False) as pipe:
        turn_commit = TurnCommit(id=id_, user=USER, job_json=job, reply=REPLY)
        queues.commit_turns(ScriptQueue(pipe), [("0-1", turn_commit)], 2.0)
        await pipe.execute()


async def confirm(redis: Any, id_: str) -> None:
    async with redis.pipeline(transaction=False) as pipe:
        UserQueues(redis).confirm(ScriptQueue(pipe), id_, USER)
        await pipe.execute()


async def lease_one(redis: Any) -> UndeliveredReply:
    [undelivered] = await UndeliveredReplies(redis).lease(20.0)
    return undelivered


async def take_one(redis: Any) -> UndeliveredReply:
    [undelivered], _ = await UndeliveredReplies(redis).take(USER, 13.0)
    return undelivered


async def move(redis: Any, outbox: Outbox, undelivered: UndeliveredReply) -> list[Message]:
    """Move the reply; returns what the outbox then has for mei."""
    await move_to_outbox(UndeliveredReplies(redis), outbox, undelivered, shipped_text, time.time())
    return [each.message for each in (await outbox.read_pending([MEI])).get(MEI, [])]


def count_failures() -> float:
    labels = {"place": "reply"}
    return REGISTRY.get_sample_value("huiyin_failures_total", labels) or 0.0


@pytest.mark.parametrize("take", [lease_one, take_one])
async def test_a_reply_that_is_confirmed_while_it_is_moved_is_not_sent_again(
    redis: Any, engine: AsyncEngine, take: Any
) -> None:
    await commit_reply(redis, "a")
    undelivered = await take(redis)
    await confirm(redis, "a")

    assert await move(redis, Outbox(engine), undelivered) == []


@pytest.mark.parametrize("take", [lease_one, take_one])
async def test_a_reply_that_two_workers_move_is_in_the_outbox_once(
    redis: Any, engine: AsyncEngine, take: Any
) -> None:
    await commit_reply(redis, "a")
    undelivered, outbox = await take(redis), Outbox(engine)

    first, second = [await move(redis, outbox, undelivered) for _ in range(2)]

    assert (first, second) == ([REPLY], [REPLY])


async def test_a_confirmation_after_the_delivery_has_expired_stores_nothing(redis: Any) -> None:
    await confirm(redis, "a")

    assert await redis.exists(keys.delivery("a")) == 0


async def test_a_reply_that_cannot_be_read_is_leased_and_does_not_stop_the_others(
    redis: Any,
) -> None:
    await commit_reply(redis, "a")
    await commit_reply(redis, "b")
    await redis.hset(keys.delivery("a"), "reply", UNREADABLE)
    failures = count_failures()

    leased = await UndeliveredReplies(redis).lease(20.0, seconds=60.0)

    assert leased == [UndeliveredReply("b", USER, REPLY, 1.0)]
    assert await redis.zscore(keys.UNDELIVERED, "a") == 80.0
    assert count_failures() == failures + 1


async def test_a_reply_that_cannot_be_read_does_not_fail_the_next_turn(redis: Any) -> None:
    await commit_reply(redis, "a")
    await commit_reply(redis, "b")
    await redis.hset(keys.delivery("a"), "reply", UNREADABLE)

    replies = await UndeliveredReplies(redis).take(USER, 13.0)

    assert replies == ([UndeliveredReply("b", USER, REPLY, 1.0)], 0)


async def test_a_delivery_that_expires_while_its_reply_is_moved_stays_expired(
    redis: Any, engine: AsyncEngine
) -> None:
    await commit_reply(redis, "a")
    undelivered = await lease_one(redis)
    await redis.delete(keys.delivery("a"))

    assert await move(redis, Outbox(engine), undelivered) == [REPLY]
    assert await redis.exists(keys.delivery("a")) == 0
