"""Access tokens against the platform's stand-in, with a clock that the test turns."""

import asyncio
from dataclasses import replace

import pytest

from app.redis import keys
from app.simulator.clock import Clock
from app.simulator.families.tokens import STABLE_TOKEN
from app.simulator.gateway.faults import Odds
from app.simulator.platform import Platform
from app.wechat.client.access_tokens import tokens
from app.wechat.client.access_tokens.token_store import StoredToken
from app.wechat.client.errors import ApiError
from tests.wechat.client.support import SHOP, make_platform, open_client


def count_requests(platform: Platform) -> int:
    return platform.calls[STABLE_TOKEN]


async def test_a_token_is_asked_for_once(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        values = [await client.tokens.get(SHOP) for _ in range(3)]

    assert (len(set(values)), count_requests(platform)) == (1, 1)


async def test_callers_without_a_token_share_one_renewal(redis_url: str) -> None:
    platform = make_platform()
    platform.faults.odds = Odds(seconds=(0.2, 0.2))

    async with open_client(redis_url, platform) as client:
        values = await asyncio.gather(*(client.tokens.get(SHOP) for _ in range(20)))

    assert (len(set(values)), count_requests(platform)) == (1, 1)


async def test_callers_without_a_token_share_one_failure(redis_url: str) -> None:
    platform = make_platform()
    platform.faults.odds = Odds(seconds=(0.2, 0.2))
    stranger = replace(SHOP, secret="another-secret")

    async with open_client(redis_url, platform) as client:
        failures = await asyncio.gather(
            *(client.tokens.get(stranger) for _ in range(20)), return_exceptions=True
        )

    assert {getattr(failure, "code", failure) for failure in failures} == {40125}
    assert all(isinstance(failure, ApiError) and failure.unheard for failure in failures)
    assert count_requests(platform) == 1


async def test_in_its_last_five_minutes_one_renews_it_and_the_others_go_on(redis_url: str) -> None:
    clock = Clock()
    platform = make_platform(clock)

    async with open_client(redis_url, platform) as client:
        old = await client.tokens.get(SHOP)
        clock.turn(6_901)
        holder = await client.tokens.store.take_lock(SHOP.appid)
        meanwhile = await client.tokens.get(SHOP)
        assert holder is not None
        await client.tokens.store.release_lock(SHOP.appid, holder)
        new = await client.tokens.get(SHOP)
        afterwards = await client.tokens.get(SHOP)

    assert (meanwhile == old, new == old, afterwards == new) == (True, False, True)
    assert count_requests(platform) == 2


async def test_an_early_renewal_that_fails_leaves_the_old_token(redis_url: str) -> None:
    clock = Clock()
    platform = make_platform(clock)

    async with open_client(redis_url, platform) as client:
        old = await client.tokens.get(SHOP)
        clock.turn(6_901)
        platform.fail_next(STABLE_TOKEN, 45009)
        values = [await client.tokens.get(SHOP) for _ in range(3)]

    assert (set(values), count_requests(platform)) == ({old}, 2)


async def test_a_refused_token_is_replaced_and_its_successor_stays(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        old = await client.tokens.get(SHOP)
        platform.tokens.revoke(old)
        new = await client.tokens.renew(SHOP, refused=old)
        late = await client.tokens.renew(SHOP, refused=old)

    assert (new == old, late == new, count_requests(platform)) == (False, True, 2)


async def test_a_token_that_the_platform_refuses_and_gives_again_is_forced(redis_url: str) -> None:
    clock = Clock()
    platform = make_platform(clock)

    async with open_client(redis_url, platform) as client:
        old = await client.tokens.get(SHOP)
        clock.turn(31)
        new = await client.tokens.renew(SHOP, refused=old)
        # The new one is younger than 30 s: another forced refresh would change nothing.
        same = await client.tokens.renew(SHOP, refused=new)

    assert (new == old, same == new, count_requests(platform)) == (False, True, 4)


async def test_no_more_than_twenty_refreshes_a_day_are_forced(redis_url: str) -> None:
    clock = Clock()
    platform = make_platform(clock)

    async with open_client(redis_url, platform) as client:
        token = await client.tokens.get(SHOP)
        await client.budgets.record_quota(SHOP, tokens.FORCED_REFRESH, limit=20, used=20)
        clock.turn(31)
        same = await client.tokens.renew(SHOP, refused=token)

    assert (same == token, count_requests(platform)) == (True, 2)


async def test_an_account_that_the_platform_does_not_know_gets_none(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(ApiError) as failure:
            await client.tokens.get(replace(SHOP, appid="wx2"))

    assert (failure.value.code, failure.value.unheard) == (40013, True)


async def test_a_lock_whose_holder_died_is_waited_for_and_then_taken(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        lock = keys.token_lock(SHOP.appid)
        await client.budgets.redis.set(lock, "a-dead-process", px=300)
        token = await client.tokens.get(SHOP)
        is_locked = await client.budgets.redis.exists(lock)

    assert (bool(token), count_requests(platform), is_locked) == (True, 1, 0)


async def test_a_lock_that_another_took_meanwhile_is_not_released(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        store = client.tokens.store
        await client.budgets.redis.set(keys.token_lock(SHOP.appid), "another")
        await store.release_lock(SHOP.appid, "a-slow-process")
        token = StoredToken("late", expires_at=1.7e9 + 7200, obtained_at=1.7e9)
        await store.store(SHOP.appid, token, "a-slow-process")

        assert await store.read_holder(SHOP.appid) == "another"
        assert await store.read(SHOP.appid) is None
