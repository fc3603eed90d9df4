"""Quotas, their clearing and refused requests, against the simulator."""

import pytest

from app.wechat.client.budgets import RemainingCalls
from app.wechat.client.errors import ApiError, BudgetUsedUp, InvalidField
from app.wechat.client.families.basics import CHECK_CALLBACK, Basics
from app.wechat.client.families.customer_service import SEND_MESSAGE
from app.wechat.client.families.quota_interfaces import (
    DailyQuota,
    InterfaceQuota,
    QuotaInterfaces,
)
from app.wechat.client.interfaces import PlatformInterface
from tests.wechat.client.support import SHOP, make_platform, open_client

OAUTH = PlatformInterface(path="/sns/userinfo", title="", page="")


async def test_the_platforms_count_is_taken_over(redis_url: str) -> None:
    async with open_client(redis_url, make_platform(), {SEND_MESSAGE.path: 1}) as client:
        quota = await QuotaInterfaces(client).read_quota(SHOP, SEND_MESSAGE)
        remaining = await client.budgets.remaining(SHOP, SEND_MESSAGE)

    daily = DailyQuota(daily_limit=500_000, used=0, remain=500_000)
    assert quota == InterfaceQuota(quota=daily)
    assert remaining == RemainingCalls(0, 500_000)


async def test_a_path_of_oauth_has_no_quota(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(ApiError) as refusal:
            await QuotaInterfaces(client).read_quota(SHOP, OAUTH)

    assert refusal.value.code == 76022


async def test_a_cleared_interface_may_be_called_again(redis_url: str) -> None:
    async with open_client(redis_url, make_platform(), {CHECK_CALLBACK.path: 1}) as client:
        quotas, basics = QuotaInterfaces(client), Basics(client)
        await basics.check_callback(SHOP)
        with pytest.raises(BudgetUsedUp):
            await basics.check_callback(SHOP)
        await quotas.clear_interface_quota(SHOP, CHECK_CALLBACK)
        await basics.check_callback(SHOP)

        remaining = await client.budgets.remaining(SHOP, CHECK_CALLBACK)

    assert remaining == RemainingCalls(1, 1)


async def test_all_quotas_are_cleared_ten_times_a_month(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        quotas = QuotaInterfaces(client)
        for _ in range(5):
            await quotas.clear_all_quotas(SHOP)
            await quotas.clear_all_quotas_by_secret(SHOP)
        with pytest.raises(ApiError) as refusal:
            await quotas.clear_all_quotas(SHOP)

    assert refusal.value.code == 48006


async def test_a_refused_request_tells_our_address_and_not_the_token(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        quotas = QuotaInterfaces(client)
        with pytest.raises(ApiError) as refusal:
            await quotas.read_quota(SHOP, OAUTH)
        assert refusal.value.rid
        request = await quotas.read_request(SHOP, refusal.value.rid)
        token = await client.tokens.get(SHOP)

    assert request.client_ip == "127.0.0.1"
    assert request.request_body == '{"cgi_path": "/sns/userinfo"}'
    assert token not in repr(request)


async def test_a_rid_must_be_known(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField, match="rid: must not be empty"):
            await QuotaInterfaces(client).read_request(SHOP, " ")
        with pytest.raises(ApiError) as refusal:
            await QuotaInterfaces(client).read_request(SHOP, "no-such-rid")

    assert refusal.value.code == 76001
