"""Temporary media and images of articles, against the simulator."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.simulator.clock import Clock
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.media import MediaFiles, TemporaryMedia
from app.wechat.client.http import Download, FileUpload
from tests.wechat.client.families.files import COVER, JPEG_BYTES, PICTURE, VIDEO, VOICE
from tests.wechat.client.support import SHOP, make_platform, open_client

MB = 1024 * 1024


async def test_a_file_is_there_for_three_days(redis_url: str) -> None:
    clock = Clock()

    async with open_client(redis_url, make_platform(clock)) as client:
        files = MediaFiles(client)
        media = await files.upload(SHOP, "image", COVER)
        clock.turn(3 * 86_400 - 1)
        file = await files.download(SHOP, media.media_id)
        clock.turn(1)
        with pytest.raises(ApiError) as refusal:
            await files.download(SHOP, media.media_id)

    assert media == TemporaryMedia("image", media.media_id, 1_700_000_000)
    assert file == Download(JPEG_BYTES, "image/jpeg", 'attachment; filename="media.jpg"')
    assert refusal.value.code == 40007


async def test_a_thumbnail_has_a_media_id_as_well(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        media = await MediaFiles(client).upload(SHOP, "thumb", COVER)

    assert (media.kind, len(media.media_id)) == ("thumb", 43)


async def test_of_a_video_the_address_is_told(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        files = MediaFiles(client)
        media = await files.upload(SHOP, "video", VIDEO)
        address = await files.download(SHOP, media.media_id)

    assert isinstance(address, str)
    assert address.startswith("http://")


async def test_a_recording_is_loaded(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        files = MediaFiles(client)
        media = await files.upload(SHOP, "voice", VOICE)
        recording = await files.download_voice(SHOP, media.media_id)

    assert recording.content == VOICE.content


async def test_an_image_of_articles_has_an_address(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        image = await MediaFiles(client).upload_article_image(SHOP, PICTURE)

    assert image.url.startswith("http://mmbiz.qpic.cn/mmbiz_png/")


@pytest.mark.parametrize(
    ("file", "code", "limit"),
    [
        (replace(COVER, content=b""), 41005, "must not be empty"),
        (replace(COVER, content=bytes(MB + 1)), 45001, "at most 1,048,576 bytes; this has"),
        (replace(COVER, content_type="image/webp"), 40005, "one of image/jpeg, image/png; this"),
    ],
)
async def test_what_an_article_can_not_show_is_said_before_the_call(
    redis_url: str, file: FileUpload, code: int, limit: str
) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        with pytest.raises(InvalidField, match=f"media: {limit}") as refusal:
            await MediaFiles(client).upload_article_image(SHOP, file)

    assert (refusal.value.code, platform.calls.total()) == (code, 0)


@pytest.mark.parametrize("place", ["gone.jpg", "."], ids=["no file", "a folder"])
async def test_an_image_that_is_not_there_is_said_before_the_call(
    redis_url: str, tmp_path: Path, place: str
) -> None:
    platform, file = make_platform(), replace(COVER, content=tmp_path / place)

    async with open_client(redis_url, platform) as client:
        with pytest.raises(InvalidField, match="media: must be a file; there is none") as refusal:
            await MediaFiles(client).upload_article_image(SHOP, file)

    assert (refusal.value.code, platform.calls.total()) == (41005, 0)


async def test_a_media_id_has_no_spaces(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField, match="media_id: must be a media_id"):
            await MediaFiles(client).download(SHOP, "a b")
