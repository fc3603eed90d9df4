"""Visitors of web pages, against the simulator."""

from dataclasses import replace

import pytest

from app.simulator.clock import Clock
from app.simulator.families.oauth import authorize
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.oauth import (
    OAuth,
    Visitor,
    VisitorToken,
    build_authorize_address,
)
from tests.wechat.client.support import SHOP, make_platform, open_client

NOW = 1_700_000_000.0


async def test_a_code_names_its_visitor_once(redis_url: str) -> None:
    platform = make_platform()
    code = authorize(platform.account(), "oMei", NOW)

    async with open_client(redis_url, platform) as client:
        oauth = OAuth(client)
        token = await oauth.get_token(SHOP, code)
        visitor = await oauth.get_visitor(SHOP, token)
        await oauth.check_token(SHOP, token)
        with pytest.raises(ApiError) as refusal:
            await oauth.get_token(SHOP, code)

    assert token == VisitorToken(
        access_token=token.access_token,
        expires_in=7200,
        refresh_token=token.refresh_token,
        openid="oMei",
        scope="snsapi_userinfo",
    )
    head = "https://thirdwx.qlogo.cn/mmopen/head/132"
    assert visitor == Visitor(openid="oMei", nickname="微信用户", headimgurl=head)
    assert refusal.value.code == 40163
    assert token.access_token not in repr(token)


async def test_a_token_is_refreshed_for_thirty_days(redis_url: str) -> None:
    clock = Clock()
    platform = make_platform(clock)
    code = authorize(platform.account(), "oMei", NOW)

    async with open_client(redis_url, platform) as client:
        oauth = OAuth(client)
        token = await oauth.get_token(SHOP, code)
        clock.turn(7200)
        with pytest.raises(ApiError) as expired:
            await oauth.check_token(SHOP, token)
        refreshed = await oauth.refresh_token(SHOP, token.refresh_token)
        await oauth.check_token(SHOP, refreshed)
        clock.turn(30 * 86_400)
        with pytest.raises(ApiError) as too_late:
            await oauth.refresh_token(SHOP, token.refresh_token)

    assert (expired.value.code, too_late.value.code) == (42001, 42002)


async def test_a_snapshot_visitor_is_marked(redis_url: str) -> None:
    platform = make_platform()
    code = authorize(platform.account(), "oThrowAway", NOW, is_snapshot=True)

    async with open_client(redis_url, platform) as client:
        token = await OAuth(client).get_token(SHOP, code)

    assert token.is_snapshotuser


async def test_a_profile_needs_the_visitors_consent(redis_url: str) -> None:
    platform = make_platform()
    code = authorize(platform.account(), "oMei", NOW, scope="snsapi_base")

    async with open_client(redis_url, platform) as client:
        token = await OAuth(client).get_token(SHOP, code)
        with pytest.raises(ApiError) as no_consent:
            await OAuth(client).get_visitor(SHOP, token)
        with pytest.raises(ApiError) as stranger:
            await OAuth(client).check_token(SHOP, token.model_copy(update={"openid": "oAn"}))

    assert (no_consent.value.code, stranger.value.code) == (48001, 40003)


async def test_an_unknown_or_late_code_names_nobody(redis_url: str) -> None:
    clock = Clock()
    platform = make_platform(clock)
    code = authorize(platform.account(), "oMei", NOW)
    clock.turn(300)

    async with open_client(redis_url, platform) as client:
        with pytest.raises(ApiError) as late:
            await OAuth(client).get_token(SHOP, code)
        with pytest.raises(InvalidField, match="code: must not be empty"):
            await OAuth(client).get_token(SHOP, "")

    assert late.value.code == 40029


async def test_no_error_tells_a_secret(redis_url: str) -> None:
    wrong = replace(SHOP, secret="wrong-secret-of-shop")

    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(ApiError) as refusal:
            await OAuth(client).get_token(wrong, "CODE")

    assert refusal.value.code == 40125
    assert wrong.secret not in repr(refusal.value)


def test_the_address_that_asks_for_consent() -> None:
    address = build_authorize_address(SHOP, "https://shop.example/a?b=1", "snsapi_base", "x&y")

    assert address == (
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1"
        "&redirect_uri=https%3A%2F%2Fshop.example%2Fa%3Fb%3D1"
        "&response_type=code&scope=snsapi_base&state=x%26y#wechat_redirect"
    )
