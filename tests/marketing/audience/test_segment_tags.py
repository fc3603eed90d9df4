"""A segment's followers get a tag of the platform, are compared with it, and lose it again."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.account_rights.values import AccountRights
from app.marketing.audience.segment_repository import NewSegment, Segments
from app.marketing.audience.segment_tags import SegmentTagJobHandler, name_tag, refuse_tags
from app.marketing.audience.values import Segment, TagsNotAllowed
from app.marketing.jobs.values import JsonObject, MarketingJob
from app.privacy.pseudonym import make_pseudonym
from app.publishing.refusals import PlatformRefusal
from app.publishing.sending.follower_tags import FollowerTags
from app.simulator.platform import Platform
from app.wechat.client.families.tags import Tags
from app.wechat.client.families.users import Users
from tests.marketing.audience.profile_rows import store_profiles
from tests.wechat.client.support import SHOP, make_platform, open_client

KEY = "k" * 16


def make_crowd(count: int) -> Platform:
    """A platform with that many followers, and oMei."""
    platform = make_platform()
    for number in range(count):
        platform.interacted(f"o{number:03}", "subscribe")
    return platform


async def add_segment(engine: AsyncEngine, openids: list[str], name: str = "茶客") -> Segment:
    pseudonyms = [make_pseudonym(openid, KEY) for openid in openids]
    await store_profiles(engine, SHOP.name, pseudonyms)
    new = NewSegment(name=name, origin="cluster", members=pseudonyms)
    return await Segments(engine).add(SHOP.name, "小林", new)


async def run(engine: AsyncEngine, tags: FollowerTags, segment: Segment, action: str) -> JsonObject:
    handler = SegmentTagJobHandler(
        accounts={SHOP.name: SHOP}, segments=Segments(engine), tags=tags, key=KEY
    )
    job = MarketingJob(
        id="j" * 32, account=SHOP.name, kind="segment_tag", author="小林",
        request={"segment": segment.id, "action": action}, state="running", progress=0.0,
        result={}, reason="", created=0.0, finished=None,
    )  # fmt: skip

    async def ignore_progress(share: float, result: JsonObject | None) -> None:
        """Record nothing."""

    return await handler.run(job, ignore_progress)


def list_tagged(platform: Platform, tag_id: int) -> list[str]:
    book = platform.state.accounts[SHOP.appid].followers
    return sorted(book.find_subscribed(tag_id))


async def test_the_members_get_a_tag_but_for_those_with_twenty(
    engine: AsyncEngine, redis_url: str
) -> None:
    platform = make_crowd(120)
    openids = [f"o{number:03}" for number in range(110)]
    segment = await add_segment(engine, [*openids, "gone-long-ago"])
    async with open_client(redis_url, platform) as client:
        tags = FollowerTags(Tags(client), Users(client))
        for number in range(20):
            await tags.tags.create(SHOP, f"其他{number}")
        book = platform.state.accounts[SHOP.appid].followers
        book.followers["o005"].tag_ids = [tag for tag in book.tags if tag >= 100][:20]
        answer = await run(engine, tags, segment, "write")

    assert answer == {
        "tag_id": 120, "tag": f"茶客·{segment.id[:8]}", "followers": 111, "tagged": 109,
        "full": 1, "gone": 0, "unknown": 1,
    }  # fmt: skip
    assert list_tagged(platform, 120) == [openid for openid in openids if openid != "o005"]


async def test_a_tag_is_compared_renamed_with_its_segment_and_removed(
    engine: AsyncEngine, redis_url: str
) -> None:
    platform = make_crowd(60)
    segment = await add_segment(engine, [f"o{number:03}" for number in range(51)])
    new = NewSegment(name="爱喝茶的老朋友们", origin="cluster")
    async with open_client(redis_url, platform) as client:
        tags = FollowerTags(Tags(client), Users(client))
        await run(engine, tags, segment, "write")
        followers = platform.state.accounts[SHOP.appid].followers.followers
        followers["o007"].tag_ids, followers["oMei"].tag_ids = [], [100]
        comparison = await run(engine, tags, segment, "read")
        next_version = await Segments(engine).edit(segment, 1, "小林", new)
        answers = [
            await run(engine, tags, next_version, action)
            for action in ("write", "remove", "remove")
        ]

    assert comparison == {
        "tag_id": 100, "tag": f"茶客·{segment.id[:8]}", "followers": 51, "tagged": 50,
        "missing": 1, "extra": 1, "unknown": 0,
    }  # fmt: skip
    name = f"爱喝茶的老朋·{segment.id[:8]}"
    counts = {"followers": 51, "full": 0, "gone": 0, "unknown": 0}
    assert answers == [
        {"tag_id": 100, "tag": name, "tagged": 51} | counts,
        {"tag_id": 100, "tag": name, "tagged": 0},
        {"tag_id": None, "tag": "", "tagged": 0},
    ]


async def test_a_hundred_tags_are_told(engine: AsyncEngine, redis_url: str) -> None:
    segment = await add_segment(engine, ["oMei"])
    async with open_client(redis_url, make_platform()) as client:
        tags = FollowerTags(Tags(client), Users(client))
        for number in range(100):
            await tags.tags.create(SHOP, f"其他{number}")
        with pytest.raises(PlatformRefusal, match="标签数量超过 100 个") as refusal:
            await run(engine, tags, segment, "write")

    assert refusal.value.status == 422


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a" * 64, "a" * 20), ("茶" * 64, "茶" * 6), ("茶 客", "茶 客"), ("🍵" * 9, "🍵" * 5)],
)
def test_a_tags_name_has_thirty_bytes_at_most(name: str, expected: str) -> None:
    fields: dict[str, Any] = dict.fromkeys(Segment.__dataclass_fields__, "")
    segment = Segment(**fields | {"id": "0123456789abcdef", "name": name})

    assert name_tag(segment) == f"{expected}·01234567"


def test_an_account_without_tags_is_refused() -> None:
    rights = AccountRights(
        kind="subscription", is_verified=False, is_personal=True, rights=frozenset()
    )

    with pytest.raises(TagsNotAllowed, match="群发只能发给全部粉丝"):
        refuse_tags(replace(SHOP, rights=rights))
