"""Workers ask the platform what an account may do, and hear of each 48001."""

from dataclasses import dataclass, replace

import pytest
from redis.asyncio import Redis

from app.account_rights.store import RightsStore, StoredRights
from app.account_rights.values import AccountRight, AccountRights, find_right
from app.messages.values import Text
from app.redis import keys
from app.simulator.clock import Clock
from app.simulator.platform import Platform
from app.wechat.client.core import PlatformClient
from app.wechat.client.errors import ApiError
from app.wechat.client.families import list_families, list_interfaces
from app.wechat.client.families.basics import GET_ACCOUNT_INFO
from app.wechat.client.families.customer_service import CustomerServiceMessages
from app.wechat.probe import INTERFACES
from app.wechat.rights_refresh import RightsRefresher
from tests.wechat.client.support import SHOP, make_platform, open_client


@dataclass(frozen=True)
class WorkerSetup:
    """A worker's refresher, and its client, which records each 48001."""

    refresher: RightsRefresher
    client: PlatformClient
    rights: RightsStore

    async def read(self) -> StoredRights:
        stored = await self.rights.read(SHOP.appid)
        assert stored is not None
        return stored


def make_worker(client: PlatformClient, redis: Redis, platform: Platform) -> WorkerSetup:
    rights = RightsStore(redis, platform.clock)
    client = replace(client, requester=replace(client.requester, rights=rights))
    refresher = RightsRefresher(client, rights, {"shop": SHOP}, platform.clock)
    return WorkerSetup(refresher, client, rights)


async def test_what_the_platform_tells_is_stored_once_for_all_workers(
    redis: Redis, redis_url: str
) -> None:
    platform = make_platform(kind="personal", verified=False)
    async with open_client(redis_url, platform) as client:
        workers = [make_worker(client, redis, platform) for _ in range(2)]
        for worker in workers:
            await worker.refresher.refresh_due()

    stored = await workers[1].read()
    assert stored.answer.rights == {AccountRight.DRAFTS}
    assert platform.calls[GET_ACCOUNT_INFO.path] == 1


async def test_after_a_48001_the_right_is_off_and_the_platform_is_asked_again(
    redis: Redis, redis_url: str
) -> None:
    platform = make_platform(clock := Clock())
    async with open_client(redis_url, platform) as client:
        worker = make_worker(client, redis, platform)
        await worker.refresher.refresh_due()
        clock.turn(10)
        platform.fail_next("/cgi-bin/message/custom/send", 48001)
        with pytest.raises(ApiError):
            await CustomerServiceMessages(worker.client).send(SHOP, "oMei", Text(content="您好"))
        await redis.delete(keys.rights_asked(SHOP.appid))  # a minute passes
        await worker.refresher.refresh_due()

    stored = await worker.read()
    assert AccountRight.CUSTOMER_MESSAGES in stored.answer.rights
    assert AccountRight.CUSTOMER_MESSAGES not in stored.current(platform.clock()).rights
    assert platform.calls[GET_ACCOUNT_INFO.path] == 2


async def test_an_account_that_was_verified_meanwhile_gets_its_rights(
    redis: Redis, redis_url: str
) -> None:
    platform = make_platform()
    platform.fail_next(GET_ACCOUNT_INFO.path, 48001)
    rights = AccountRights(
        kind="service", is_verified=False, is_personal=None, rights=frozenset(), by_calls=True
    )
    async with open_client(redis_url, platform) as client:
        worker = make_worker(client, redis, platform)
        accounts = {"shop": replace(SHOP, rights=rights)}
        await replace(worker.refresher, accounts=accounts).refresh_due()

    assert (await worker.read()).answer.rights == set(AccountRight)


async def test_the_refusals_that_a_probe_asks_for_are_not_recorded(
    redis: Redis, redis_url: str
) -> None:
    platform = make_platform(kind="subscription", verified=False)
    platform.fail_next(GET_ACCOUNT_INFO.path, 48001)
    async with open_client(redis_url, platform) as client:
        worker = make_worker(client, redis, platform)
        await worker.refresher.refresh_due()

    stored = await worker.read()
    assert (stored.answer.by_calls, stored.refused_at) == (True, {})


async def test_a_platform_that_does_not_answer_is_asked_later(redis: Redis, redis_url: str) -> None:
    platform = make_platform()
    platform.fail_next(GET_ACCOUNT_INFO.path, 50002)
    async with open_client(redis_url, platform) as client:
        worker = make_worker(client, redis, platform)
        await worker.refresher.refresh_due()
        is_asked_now = await worker.rights.begin_asking(SHOP.appid)

    assert await worker.rights.read(SHOP.appid) is None
    assert is_asked_now is False


def test_a_48001_is_laid_to_a_group_only_by_interfaces_with_its_conditions() -> None:
    conditions = {
        (right, interface.accounts)
        for family in list_families()
        for interface in list_interfaces(family)
        if (right := find_right(interface.path))
    }

    assert conditions == {(right, each.accounts) for right, each in INTERFACES.items()}
