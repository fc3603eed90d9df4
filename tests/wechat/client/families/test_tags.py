"""Tags of followers, against the simulator."""

import pytest

from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.tags import TagInfo, TagList, Tags
from app.wechat.client.families.users import OpenidData, OpenidPage
from tests.wechat.client.support import SHOP, make_platform, open_client


async def test_a_tag_is_given_listed_and_taken(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        tags = Tags(client)
        tag = await tags.create(SHOP, "老顾客")
        await tags.add_followers(SHOP, tag.id, ["oMei"])
        all_tags = await tags.list_all(SHOP)
        tagged = await tags.list_followers(SHOP, tag.id)
        of_mei = await tags.list_of_follower(SHOP, "oMei")
        await tags.remove_followers(SHOP, tag.id, ["oMei"])
        nobody = await tags.list_followers(SHOP, tag.id)

    assert all_tags == TagList(tags=(TagInfo(id=tag.id, name="老顾客", count=1),))
    openids = OpenidData(openid=("oMei",))
    assert tagged == OpenidPage(count=1, data=openids, next_openid="oMei")
    assert (of_mei, nobody) == ((tag.id,), OpenidPage(count=0))


async def test_a_tag_is_renamed_and_deleted(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        tags = Tags(client)
        tag = await tags.create(SHOP, "老顾客")
        await tags.rename(SHOP, tag.id, "会员")
        renamed = await tags.list_all(SHOP)
        await tags.delete(SHOP, tag.id)
        with pytest.raises(ApiError) as refusal:
            await tags.add_followers(SHOP, tag.id, ["oMei"])

    assert [each.name for each in renamed.tags] == ["会员"]
    assert refusal.value.code == 45159


async def test_the_platforms_own_tags_stay(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        tags = Tags(client)
        await tags.create(SHOP, "老顾客")
        with pytest.raises(ApiError) as own:
            await tags.delete(SHOP, 2)
        with pytest.raises(ApiError) as name_error:
            await tags.create(SHOP, "老顾客")

    assert (own.value.code, name_error.value.code) == (45058, 45157)


async def test_there_are_at_most_a_hundred_and_twenty_for_one(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        tags = Tags(client)
        ids = [(await tags.create(SHOP, f"标签{number}")).id for number in range(100)]
        for tag_id in ids[:20]:
            await tags.add_followers(SHOP, tag_id, ["oMei"])
        with pytest.raises(ApiError) as too_many:
            await tags.create(SHOP, "一百零一")
        with pytest.raises(ApiError) as too_many_of_one:
            await tags.add_followers(SHOP, ids[20], ["oMei"])

    assert (too_many.value.code, too_many_of_one.value.code) == (45056, 45059)


@pytest.mark.parametrize(
    ("name", "limit", "code"),
    [(" ", "must not be empty", 45157), ("名" * 31, "at most 30 characters; this has 31", 45158)],
)
async def test_a_name_has_one_to_thirty_characters(
    redis_url: str, name: str, limit: str, code: int
) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField, match=f"tag.name: {limit}") as refusal:
            await Tags(client).create(SHOP, name)
        with pytest.raises(InvalidField):
            await Tags(client).rename(SHOP, 100, name)

    assert refusal.value.code == code


@pytest.mark.parametrize("count", [0, 51])
async def test_one_to_fifty_are_tagged_at_once(redis_url: str, count: int) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField):
            await Tags(client).add_followers(SHOP, 100, ["oMei"] * count)
        with pytest.raises(InvalidField):
            await Tags(client).remove_followers(SHOP, 100, ["oMei"] * count)
