"""Followers, against the simulator."""

import pytest

from app.simulator.families.users import AccountMoves
from app.simulator.platform import Platform
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.users import (
    ChangedOpenid,
    ChangedOpenids,
    FollowerInfo,
    FollowerInfos,
    OpenidData,
    OpenidPage,
    Users,
)
from tests.wechat.client.support import SHOP, make_platform, open_client

NOW = 1_700_000_000
MEI = FollowerInfo(
    subscribe=True,
    openid="oMei",
    subscribe_time=NOW,
    subscribe_scene="ADD_SCENE_SEARCH",
    qr_scene=0,
)
AN_LEFT = FollowerInfo(subscribe=False, openid="oAn")


def with_one_who_left() -> Platform:
    """A platform with the follower oMei, and oAn who left."""
    platform = make_platform()
    platform.interacted("oAn", "message")
    platform.unsubscribed("oAn")
    return platform


async def test_who_follows_is_listed_page_by_page(redis_url: str) -> None:
    platform = make_platform()
    platform.interacted("oAn", "message")

    async with open_client(redis_url, platform) as client:
        users = Users(client)
        page = await users.list_page(SHOP)
        rest = await users.list_page(SHOP, after="oAn")
        end = await users.list_page(SHOP, after="oMei")

    openids = OpenidData(openid=("oAn", "oMei"))
    assert page == OpenidPage(total=2, count=2, data=openids, next_openid="oMei")
    assert (rest.data.openid, end) == (("oMei",), OpenidPage(total=2, count=0))


async def test_a_follower_is_described_and_who_left_is_not(redis_url: str) -> None:
    async with open_client(redis_url, with_one_who_left()) as client:
        users = Users(client)
        mei = await users.get(SHOP, "oMei")
        both = await users.get_many(SHOP, ["oMei", "oAn"])

    assert (mei, both) == (MEI, FollowerInfos(user_info_list=(MEI, AN_LEFT)))


async def test_a_remark_is_kept_and_removed(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        users = Users(client)
        await users.set_remark(SHOP, "oMei", "老顾客")
        named = await users.get(SHOP, "oMei")
        await users.set_remark(SHOP, "oMei", "")
        unnamed = await users.get(SHOP, "oMei")

    assert (named.remark, unnamed.remark) == ("老顾客", "")


async def test_a_stranger_is_unknown(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(ApiError) as refusal:
            await Users(client).get(SHOP, "oStranger")

    assert refusal.value.code == 40003


async def test_an_unverified_account_may_not_ask(redis_url: str) -> None:
    async with open_client(redis_url, make_platform(verified=False)) as client:
        with pytest.raises(ApiError) as refusal:
            await Users(client).list_page(SHOP)

    assert refusal.value.code == 48001


async def test_what_is_too_long_or_too_many_is_not_sent(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        users = Users(client)
        with pytest.raises(InvalidField, match="remark: at most 29 characters; this has 30"):
            await users.set_remark(SHOP, "oMei", "名" * 30)
        with pytest.raises(InvalidField, match="user_list: 1 to 100 elements; there are 101"):
            await users.get_many(SHOP, ["oMei"] * 101)
        with pytest.raises(InvalidField, match="openid: must not be empty"):
            await users.get(SHOP, "")

    assert platform.calls.total() == 0


async def test_followers_have_other_openids_after_a_move(redis_url: str) -> None:
    platform = make_platform()
    platform.account().store(AccountMoves).openids["wx0"] = {"oOldMei": "oMei"}

    async with open_client(redis_url, platform) as client:
        users = Users(client)
        changed = await users.change_openids(SHOP, "wx0", ["oOldMei", "oOldAn"])
        with pytest.raises(ApiError) as refusal:
            await users.change_openids(SHOP, "wx9", ["oOldMei"])

    assert changed == ChangedOpenids(
        result_list=(
            ChangedOpenid(ori_openid="oOldMei", new_openid="oMei", err_msg="ok"),
            ChangedOpenid(ori_openid="oOldAn", err_msg="ori_openid error"),
        )
    )
    assert refusal.value.code == 63178
