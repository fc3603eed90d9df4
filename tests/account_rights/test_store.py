"""What the platform told of an account, in Redis, and what of it counts when."""

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from app.account_rights.store import ASKED_EVERY, REFUSED_FOR, RightsStore, StoredRights
from app.account_rights.values import AccountRight, AccountRights
from app.accounts import Account
from app.redis import keys
from app.served_accounts import ServedAccounts

PLATFORM_RIGHTS = AccountRights(
    kind="service", is_verified=True, is_personal=False, rights=frozenset(AccountRight)
)
NOW = 1_800_000_000.0
SHOP = Account(name="shop", appid="wx1", token="token")


def make_store(redis: Redis, now: float = NOW) -> RightsStore:
    return RightsStore(redis, lambda: now)


async def test_what_was_told_is_read_by_every_process(redis: Redis) -> None:
    await make_store(redis).store("wx1", PLATFORM_RIGHTS)

    stored = await make_store(redis).read_all(["wx1", "wx2"])

    assert stored == {"wx1": StoredRights(PLATFORM_RIGHTS, NOW, {}), "wx2": None}
    assert await redis.ttl(keys.account_rights("wx1")) == keys.ACCOUNT_RIGHTS_FOR.total_seconds()


async def test_a_right_that_48001_refused_is_missing_for_a_day(redis: Redis) -> None:
    await make_store(redis).store("wx1", PLATFORM_RIGHTS)
    await make_store(redis, NOW + 10).mark_refused("wx1", AccountRight.PUBLISHING)

    stored = await make_store(redis).read("wx1")

    assert stored is not None
    assert stored.current(NOW + 11).rights == PLATFORM_RIGHTS.rights - {AccountRight.PUBLISHING}
    assert stored.current(NOW + 10 + REFUSED_FOR) == PLATFORM_RIGHTS


async def test_a_refusal_outlives_the_answer_that_came_after_it_by_a_day_at_most(
    redis: Redis,
) -> None:
    await make_store(redis).mark_refused("wx1", AccountRight.MENUS)
    await make_store(redis, NOW + 60).store("wx1", PLATFORM_RIGHTS)
    soon = await make_store(redis).read("wx1")
    await make_store(redis, NOW + REFUSED_FOR).store("wx1", PLATFORM_RIGHTS)
    next_day = await make_store(redis).read("wx1")

    assert soon == StoredRights(PLATFORM_RIGHTS, NOW + 60, {AccountRight.MENUS: NOW})
    assert next_day == StoredRights(PLATFORM_RIGHTS, NOW + REFUSED_FOR, {})


@pytest.mark.parametrize(
    ("refused_at", "now", "is_due"),
    [
        ({}, NOW + 60, False),
        ({}, NOW + ASKED_EVERY, True),
        ({AccountRight.TAGS: NOW - 60}, NOW + 60, False),
        ({AccountRight.TAGS: NOW + 30}, NOW + 60, True),
    ],
    ids=["told today", "told a day ago", "refused before", "refused since"],
)
def test_the_platform_is_asked_again_daily_and_after_a_refusal(
    refused_at: dict[AccountRight, float], now: float, is_due: bool
) -> None:
    assert StoredRights(PLATFORM_RIGHTS, NOW, refused_at).is_due(now) is is_due


async def test_what_another_version_stored_counts_as_nothing(redis: Redis) -> None:
    fields = {"answer": '{"kind": "service", "rights": ["flying"]}', "asked_at": "1"}
    await redis.hset(keys.account_rights("wx1"), mapping=fields)  # type: ignore[arg-type]

    assert await make_store(redis).read("wx1") is None


async def test_one_worker_at_a_time_asks(redis: Redis) -> None:
    assert [await make_store(redis).begin_asking("wx1") for _ in range(2)] == [True, False]


async def test_until_the_platform_told_an_account_is_as_the_settings_say(redis: Redis) -> None:
    configured = {"shop": SHOP, "brand": replace(SHOP, name="brand", appid="wx2", verified=True)}
    served = ServedAccounts(configured, make_store(redis), lambda: NOW)
    before = {name: account.may(AccountRight.CUSTOMER_MESSAGES) for name, account in served.items()}
    await make_store(redis).store("wx1", PLATFORM_RIGHTS)
    await make_store(redis).store(
        "wx2", replace(PLATFORM_RIGHTS, rights=frozenset({AccountRight.DRAFTS}))
    )

    await served.refresh()

    after = {name: account.may(AccountRight.CUSTOMER_MESSAGES) for name, account in served.items()}
    assert before == {"shop": False, "brand": True}
    assert after == {"shop": True, "brand": False}


def test_a_right_is_refused_only_where_the_platform_told_so() -> None:
    answer = replace(PLATFORM_RIGHTS, rights=frozenset({AccountRight.DRAFTS}))

    assert not SHOP.is_refused(AccountRight.PUBLISHING)
    assert replace(SHOP, rights=answer).is_refused(AccountRight.PUBLISHING)
    assert not replace(SHOP, rights=answer).is_refused(AccountRight.DRAFTS)
