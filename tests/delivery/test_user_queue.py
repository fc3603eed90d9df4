"""The order of a follower's messages, and which of their replies are given again."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app.delivery.reply_channel import ReplyChannel
from app.delivery.undelivered import UndeliveredReplies, UndeliveredReply
from app.delivery.user_queue import Admission, TurnCommit, UserQueues
from app.messages.values import Text, to_json
from app.redis import keys
from app.redis.scripts import ScriptQueue

USER = "default:mei"
REPLY = Text(content="好的")
JOB = json.dumps({"id": "a", "received": 1.0})


async def queue_order(redis: Any, *jobs: dict[str, Any], waited: bool) -> list[str]:
    """The ids in the user queue after these jobs came in, in this order."""
    for job in jobs:
        await UserQueues(redis).admit(
            job["id"], USER, json.dumps(job), "api token 9", 1.0, waited=waited
        )
    return [json.loads(job)["id"] for job in await redis.lrange(keys.user_queue(USER), 0, -1)]


@pytest.mark.parametrize(("waited", "order"), [(True, ["a", "b", "c"]), (False, ["b", "c", "a"])])
async def test_a_job_that_waited_for_redis_is_queued_by_the_time_of_its_receipt(
    redis: Any, waited: bool, order: list[str]
) -> None:
    b, c, a = ({"id": name, "received": at} for name, at in (("b", 2.0), ("c", 3.0), ("a", 1.0)))

    assert await queue_order(redis, b, c, a, waited=waited) == order


async def test_no_job_comes_before_an_erasure_that_was_queued_first(redis: Any) -> None:
    later, erasure, earlier = {"id": "b", "received": 2.0}, {"id": "x"}, {"id": "a", "received": 1}

    assert await queue_order(redis, later, erasure, earlier, waited=True) == ["b", "x", "a"]


async def commit_reply(redis: Any, *, is_confirmed: bool = False) -> None:
    """Commit the reply to the first copy at second 2."""
    queues = UserQueues(redis)
    async with redis.pipeline(transaction=False) as pipe:
        queue = ScriptQueue(pipe)
        turn_commit = TurnCommit(id="a", user=USER, job_json=JOB, reply=REPLY)
        queues.commit_turns(queue, [("0-1", turn_commit)], 2.0)
        if is_confirmed:
            queues.confirm(queue, "a", USER)
        await pipe.execute()


@pytest.mark.parametrize(
    ("is_confirmed", "seconds", "outcomes"),
    [
        (False, 0.4, ["done", "done"]),  # it may be on its way
        (False, 0.6, ["reply", "done"]),
        (True, 0.6, ["done", "done"]),
        (True, 4.6, ["reply", "done"]),
    ],
)
async def test_a_copy_gets_the_reply_that_never_left_its_process(
    redis: Any, is_confirmed: bool, seconds: float, outcomes: list[str]
) -> None:
    queues = UserQueues(redis)
    await queues.admit("a", USER, JOB, "api token 9", 1.0)
    await commit_reply(redis, is_confirmed=is_confirmed)

    copies = [await queues.admit("a", USER, JOB, "b token 9", 2.0 + seconds) for _ in range(2)]

    assert [copy.outcome for copy in copies] == outcomes


async def test_a_copy_gets_nothing_where_the_reply_cannot_be_read_and_it_is_not_lost(
    redis: Any,
) -> None:
    queues = UserQueues(redis)
    await queues.admit("a", USER, JOB, "api token 9", 1.0)
    await commit_reply(redis)
    await redis.hset(keys.delivery("a"), "reply", '{"type": "of a newer version"}')

    copy = await queues.admit("a", USER, JOB, "b token 9", 2.6)

    await redis.hset(keys.delivery("a"), "reply", to_json(REPLY))  # as a newer worker reads it
    assert copy == Admission("reply", 2, None)
    assert await lease_for_sender(redis) == [UndeliveredReply("a", USER, REPLY, 1.0)]


async def hand_over_reply(redis: Any, *, is_read: bool, copies: int) -> None:
    """The first copy waits in a process that dies before it confirms the reply, after it has
    read it or not; WeChat repeats the message as often.
    """
    queues, channel = UserQueues(redis), ReplyChannel(redis=redis, api="api")
    token, future = channel.register()
    await queues.admit("a", USER, JOB, f"api {token} 5.8", 1.0)
    await commit_reply(redis)
    if is_read:
        running = asyncio.create_task(channel.run())
        await future
        channel.stop()
        await running
    for n in range(copies):
        await queues.admit("a", USER, JOB, "other token 99", 6.0 + 5 * n)


async def take_in_next_turn(redis: Any) -> list[UndeliveredReply]:
    undelivered, _ = await UndeliveredReplies(redis).take(USER, 13.0)
    return undelivered


async def lease_for_sender(redis: Any) -> list[UndeliveredReply]:
    return await UndeliveredReplies(redis).lease(20.0)


@pytest.mark.parametrize("take", [take_in_next_turn, lease_for_sender])
@pytest.mark.parametrize(
    ("is_read", "copies", "is_taken"),
    [
        (True, 0, False),  # WeChat got it: it would have repeated the message
        (False, 0, True),  # WeChat repeated it in vain
        (True, 1, True),  # it repeated the message once, so it may have repeated it in vain, too
    ],
)
async def test_a_reply_of_a_dead_process_is_taken_over_unless_wechat_got_it(
    redis: Any,
    take: Callable[[Any], Awaitable[list[UndeliveredReply]]],
    is_read: bool,
    copies: int,
    is_taken: bool,
) -> None:
    await hand_over_reply(redis, is_read=is_read, copies=copies)

    taken_over = await take(redis)

    assert taken_over == ([UndeliveredReply("a", USER, REPLY, 1.0)] if is_taken else [])


async def test_a_reply_that_counts_as_received_is_given_to_a_late_copy_all_the_same(
    redis: Any,
) -> None:
    await hand_over_reply(redis, is_read=True, copies=0)
    await take_in_next_turn(redis)

    late = await UserQueues(redis).admit("a", USER, JOB, "other token 99", 13.5)

    assert (late.outcome, late.reply) == ("reply", REPLY)
    assert await lease_for_sender(redis) == [UndeliveredReply("a", USER, REPLY, 1.0)]


async def test_while_wechat_may_repeat_a_message_its_reply_is_not_taken_over(redis: Any) -> None:
    await hand_over_reply(redis, is_read=True, copies=0)

    assert await UndeliveredReplies(redis).take(USER, 11.9) == ([], 1)


async def test_the_stream_of_a_process_lives_until_its_replies_are_taken_over(redis: Any) -> None:
    await redis.xadd(keys.reply_stream("api"), {"t": "0", "a": ""})
    await redis.pexpire(keys.reply_stream("api"), 10_000)

    await hand_over_reply(redis, is_read=False, copies=0)

    assert await redis.pttl(keys.reply_stream("api")) > 60_000


async def test_erasing_a_user_leaves_expired_deliveries_expired(redis: Any) -> None:
    queues = UserQueues(redis)
    for id_ in ("a", "b"):
        await queues.admit(id_, USER, json.dumps({"id": id_}), "api token 9", 1.0)
    await redis.delete(keys.delivery("a"))

    await queues.erase_user(USER, 99.0, by="c")

    assert await redis.exists(keys.delivery("a")) == 0
    assert await redis.hgetall(keys.delivery("b")) == {"n": "1", "at": "1", "reply": ""}
