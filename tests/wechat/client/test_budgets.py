"""Calls of a day and a minute, counted in a real Redis."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from app.simulator.clock import Clock
from app.wechat.client.budgets import Budgets, RemainingCalls
from app.wechat.client.errors import BudgetUsedUp
from app.wechat.client.interfaces import PlatformInterface
from tests.wechat.client.support import SHOP

ADD = PlatformInterface(path="/cgi-bin/draft/add", title="新建草稿", page="/x.md", daily=2)
GET = PlatformInterface(path="/cgi-bin/draft/get", title="获取草稿", page="/x.md", a_minute=1)
LAST_SECOND = 1_700_063_999.0  # 2023-11-15 23:59:59 in China


@pytest.fixture
def clock() -> Clock:
    return Clock(LAST_SECOND)


@pytest.fixture
async def budgets(redis_url: str, clock: Clock) -> AsyncIterator[Budgets]:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        yield Budgets(redis, {}, clock)


async def test_what_is_left_of_a_day_is_told_before_it_is_spent(budgets: Budgets) -> None:
    before = await budgets.remaining(SHOP, ADD)
    await budgets.spend(SHOP, ADD)
    after = await budgets.remaining(SHOP, ADD)

    assert (before, before.left) == (RemainingCalls(0, 2), 2)
    assert (after, after.left) == (RemainingCalls(1, 2), 1)


async def test_a_day_used_up_is_refused_until_midnight_in_china(
    budgets: Budgets, clock: Clock
) -> None:
    for _ in range(2):
        await budgets.spend(SHOP, ADD)
    with pytest.raises(BudgetUsedUp) as refusal:
        await budgets.spend(SHOP, ADD)
    clock.turn(1)
    await budgets.spend(SHOP, ADD)

    assert (refusal.value.code, refusal.value.status) == (45009, 429)
    assert await budgets.remaining(SHOP, ADD) == RemainingCalls(1, 2)


async def test_a_minute_used_up_is_refused_until_the_next(budgets: Budgets, clock: Clock) -> None:
    await budgets.spend(SHOP, GET)
    with pytest.raises(BudgetUsedUp) as refusal:
        await budgets.spend(SHOP, GET)
    clock.turn(1)
    await budgets.spend(SHOP, GET)

    assert refusal.value.code == 45011
    assert await budgets.remaining(SHOP, GET) == RemainingCalls(1, None)


async def test_an_interface_without_a_limit_is_counted_all_the_same(budgets: Budgets) -> None:
    unlimited = PlatformInterface(path="/x", title="", page="")
    for _ in range(3):
        await budgets.spend(SHOP, unlimited)

    remaining = await budgets.remaining(SHOP, unlimited)

    assert (remaining, remaining.left) == (RemainingCalls(3, None), None)


async def test_a_setting_replaces_a_default(budgets: Budgets, clock: Clock) -> None:
    of_a_test_account = Budgets(budgets.redis, {ADD.path: 1}, clock)
    await of_a_test_account.spend(SHOP, ADD)

    with pytest.raises(BudgetUsedUp):
        await of_a_test_account.spend(SHOP, ADD)


async def test_the_platforms_own_count_replaces_ours(budgets: Budgets) -> None:
    await budgets.record_quota(SHOP, ADD, limit=100, used=99)
    await budgets.spend(SHOP, ADD)

    with pytest.raises(BudgetUsedUp):
        await budgets.spend(SHOP, ADD)
    assert await budgets.remaining(SHOP, ADD) == RemainingCalls(100, 100)


async def test_an_interface_that_the_platform_closed_stays_closed(
    budgets: Budgets, clock: Clock
) -> None:
    await budgets.close_day(SHOP, GET)
    with pytest.raises(BudgetUsedUp):
        await budgets.spend(SHOP, GET)
    clock.turn(1)
    await budgets.close_minute(SHOP, GET)
    with pytest.raises(BudgetUsedUp) as refusal:
        await budgets.spend(SHOP, GET)
    clock.turn(60)
    await budgets.spend(SHOP, GET)

    assert refusal.value.code == 45011


async def test_a_quota_cleared_by_hand_is_counted_anew(budgets: Budgets) -> None:
    for _ in range(2):
        await budgets.spend(SHOP, ADD)
    await budgets.spend(SHOP, GET)
    await budgets.forget_day(SHOP, ADD)
    after_one = await budgets.remaining(SHOP, ADD), await budgets.remaining(SHOP, GET)
    await budgets.forget_day(SHOP)

    assert after_one == (RemainingCalls(0, 2), RemainingCalls(1, None))
    assert await budgets.remaining(SHOP, GET) == RemainingCalls(0, None)


async def test_interfaces_may_share_a_budget(budgets: Budgets) -> None:
    upload = PlatformInterface(path="/a", title="", page="", daily=2, shared_budget="uploads")
    image = PlatformInterface(path="/b", title="", page="", daily=2, shared_budget="uploads")
    await budgets.spend(SHOP, upload)
    await budgets.spend(SHOP, image)

    with pytest.raises(BudgetUsedUp):
        await budgets.spend(SHOP, upload)
