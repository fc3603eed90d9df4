"""Groups of followers become tags of the platform, are read back and removed."""

from app.publishing.sending.follower_tags import FollowerTags, TaggedGroup
from app.simulator.platform import Platform
from app.wechat.client.core import PlatformClient
from app.wechat.client.families.tags import Tags
from app.wechat.client.families.users import Users
from tests.wechat.client.support import SHOP, make_platform, open_client


def make_tags(client: PlatformClient) -> FollowerTags:
    return FollowerTags(Tags(client), Users(client))


def make_followers(count: int) -> tuple[Platform, list[str]]:
    """A platform with followers, who have just followed."""
    platform = make_platform()
    openids = [f"o{number:03}" for number in range(count)]
    for openid in openids:
        platform.interacted(openid, "subscribe")
    return platform, openids


async def test_a_group_is_written_changed_read_back_and_removed(redis_url: str) -> None:
    platform, openids = make_followers(120)
    async with open_client(redis_url, platform) as client:
        tags = make_tags(client)
        first = await tags.write_group(SHOP, "实验 A", openids)
        second = await tags.write_group(SHOP, "实验 A", openids[100:])
        members = await tags.read_group(SHOP, first.tag_id)
        all_followers = await tags.list_followers(SHOP)
        await tags.remove_group(SHOP, first.tag_id)
        await tags.remove_group(SHOP, first.tag_id)
        left = await Tags(client).list_all(SHOP)

    assert first == TaggedGroup(tag_id=first.tag_id, followers=120)
    assert second == TaggedGroup(tag_id=first.tag_id, followers=20)
    assert members == frozenset(openids[100:])
    assert sorted(all_followers) == sorted(["oMei", *openids])
    assert left.tags == ()


async def test_who_cannot_get_the_tag_is_named_and_stops_nobody(redis_url: str) -> None:
    platform, openids = make_followers(60)
    async with open_client(redis_url, platform) as client:
        for number in range(20):
            tag = await Tags(client).create(SHOP, f"旧标签 {number}")
            await Tags(client).add_followers(SHOP, tag.id, [openids[3]])
        group = await make_tags(client).write_group(SHOP, "实验 B", [*openids, "oStranger"])

    assert (group.followers, group.full, group.gone) == (59, (openids[3],), ("oStranger",))
