"""The blacklist, against the simulator."""

import pytest

from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.blacklist import Blacklist
from app.wechat.client.families.users import OpenidData, OpenidPage
from tests.wechat.client.support import SHOP, make_platform, open_client


async def test_a_follower_is_put_on_the_list_and_taken_off(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        blacklist = Blacklist(client)
        await blacklist.add(SHOP, ["oMei"])
        page = await blacklist.list_page(SHOP)
        await blacklist.remove(SHOP, ["oMei"])
        empty = await blacklist.list_page(SHOP)

    openids = OpenidData(openid=("oMei",))
    assert page == OpenidPage(total=1, count=1, data=openids, next_openid="oMei")
    assert empty == OpenidPage(total=0, count=0)


async def test_a_stranger_can_not_be_listed(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(ApiError) as refusal:
            await Blacklist(client).add(SHOP, ["oStranger"])

    assert refusal.value.code == 40003


@pytest.mark.parametrize("count", [0, 21])
async def test_one_to_twenty_at_once(redis_url: str, count: int) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField, match=f"there are {count}"):
            await Blacklist(client).add(SHOP, ["oMei"] * count)
        with pytest.raises(InvalidField):
            await Blacklist(client).remove(SHOP, ["oMei"] * count)
