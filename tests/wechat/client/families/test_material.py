"""Permanent material, against the simulator."""

import pytest

from app.simulator.clock import Clock
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.material import (
    MaterialCounts,
    MaterialItem,
    MaterialPage,
    Materials,
    MaterialVideo,
)
from app.wechat.client.http import Download
from tests.wechat.client.families.files import COVER, JPEG_BYTES, VIDEO, VOICE
from tests.wechat.client.support import SHOP, make_platform, open_client


async def test_material_stays_until_it_is_deleted(redis_url: str) -> None:
    clock = Clock()

    async with open_client(redis_url, make_platform(clock)) as client:
        materials = Materials(client)
        image = await materials.add(SHOP, "image", COVER)
        clock.turn(400 * 86_400)
        file = await materials.get(SHOP, image.media_id)
        page = await materials.list_page(SHOP, "image")
        await materials.delete(SHOP, image.media_id)
        with pytest.raises(ApiError) as refusal:
            await materials.get(SHOP, image.media_id)

    item = MaterialItem(
        media_id=image.media_id, name="cover.jpg", update_time=1_700_000_000, url=image.url
    )
    assert file == Download(JPEG_BYTES, "image/jpeg", 'attachment; filename="media.jpg"')
    assert page == MaterialPage(total_count=1, item_count=1, item=(item,))
    assert refusal.value.code == 40007


async def test_a_video_has_a_title(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        materials = Materials(client)
        added = await materials.add_video(SHOP, VIDEO, "新品上市", "春季新品")
        video = await materials.get(SHOP, added.media_id)

    assert isinstance(video, MaterialVideo)
    assert (video.title, video.description) == ("新品上市", "春季新品")


async def test_material_is_counted_by_kind(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        materials = Materials(client)
        await materials.add(SHOP, "image", COVER)
        await materials.add(SHOP, "voice", VOICE)
        counts = await materials.count(SHOP)

    assert counts == MaterialCounts(voice_count=1, video_count=0, image_count=1, news_count=0)


@pytest.mark.parametrize(
    ("title", "introduction", "field", "code"),
    [
        ("题" * 31, "", "title: at most 30 characters; this has 31", 45003),
        (" ", "", "title: must not be empty", 45003),
        ("题", "介" * 121, "introduction: at most 120 characters; this has 121", 45004),
    ],
)
async def test_a_video_without_a_usable_title_is_not_sent(
    redis_url: str, title: str, introduction: str, field: str, code: int
) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        with pytest.raises(InvalidField, match=field) as refusal:
            await Materials(client).add_video(SHOP, VIDEO, title, introduction)

    assert (refusal.value.code, platform.calls.total()) == (code, 0)


@pytest.mark.parametrize(("offset", "count"), [(-1, 20), (0, 0), (0, 21)])
async def test_a_page_has_bounds(redis_url: str, offset: int, count: int) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField) as refusal:
            await Materials(client).list_page(SHOP, "image", offset, count)

    assert refusal.value.code == 40097
