"""Steady traffic leaves nothing behind that grows with the number of messages."""

import asyncio

import pytest

from app.redis import keys
from app.simulator.callback.wechat import WeChat
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.service import SHIPPED, Service, until

FOLLOWERS = 20
ROUNDS = 15
WITHOUT_LIFETIME = {
    keys.USER_STREAM,
    keys.REQUEST_STREAM,
    keys.UNDELIVERED,
    keys.HANDOFFS_LOADED,
}  # emptied by their readers


async def play_rounds(wechat: WeChat) -> set[str | None]:
    """Each follower writes ROUNDS messages, one after another; the set of all replies."""

    async def write(openid: str) -> list[str | None]:
        outcomes = [await Phone(wechat, openid).say(f"发货 {n}") for n in range(ROUNDS)]
        return [outcome.reply.content if outcome.reply else None for outcome in outcomes]

    replies = await asyncio.gather(*(write(f"follower{n}") for n in range(FOLLOWERS)))
    return {reply for conversation in replies for reply in conversation}


async def has_settled(running: Service, messages: int) -> bool:
    """Whether every turn is in the database and nothing waits in Redis."""
    waiting = [
        await running.redis.llen(keys.RECORDS),
        await running.redis.zcard(keys.UNDELIVERED),
        await running.redis.xlen(keys.USER_STREAM),
        (await running.redis.xpending(keys.USER_STREAM, keys.GROUP))["pending"],
    ]
    return not any(waiting) and len(await running.follower_messages()) == messages


@pytest.mark.timeout(120)
async def test_traffic_leaves_no_task_no_queue_and_no_key_without_a_lifetime(
    open_service: Open,
) -> None:
    async with open_service() as running, running.wechat() as wechat:
        replies = await play_rounds(wechat)
        await until(lambda: has_settled(running, FOLLOWERS * ROUNDS), 30)
        tasks = len(asyncio.all_tasks())
        replies |= await play_rounds(wechat)
        await until(lambda: has_settled(running, 2 * FOLLOWERS * ROUNDS), 30)
        tasks_later = len(asyncio.all_tasks())
        names = [name async for name in running.redis.scan_iter("*")]
        lasting = {name for name in names if await running.redis.ttl(name) == -1}

    assert replies == {SHIPPED}
    assert lasting <= WITHOUT_LIFETIME
    assert tasks_later <= tasks + 2  # connections of the client's pool come and go
