"""Temporary media and pictures of articles."""

import pytest

from app.simulator.accounts.state import PlatformAccount
from app.simulator.publishing.media_store import PICTURE_HOST
from tests.simulator.calling import ACCOUNT, PERSONAL, Caller, calling
from tests.simulator.uploads import AMR, GIF, JPG, MP4, PNG, WEBP

UPLOAD, GET, HD_VOICE = "/cgi-bin/media/upload", "/cgi-bin/media/get", "/cgi-bin/media/get/jssdk"
UPLOAD_PICTURE = "/cgi-bin/media/uploadimg"
MEGABYTE = 1024 * 1024


async def download(caller: Caller, path: str, media_id: str) -> tuple[str, bytes]:
    """Kind and content of the answer."""
    query = {"access_token": caller.token, "media_id": media_id}
    answer = await caller.http.get(path, params=query)
    return answer.headers["content-type"], answer.content


async def test_temporary_media_live_for_three_days() -> None:
    async with calling() as caller:
        answer = await caller.upload(UPLOAD, JPG, type="image")
        stored = await download(caller, GET, answer["media_id"])
        caller.clock.turn(3 * 86_400)
        await caller.log_in()
        later = await caller.get(GET, media_id=answer["media_id"])

    assert (answer["type"], answer["created_at"]) == ("image", 1_700_000_000)
    assert (stored, later) == (("image/jpeg", JPG), {"errcode": 40007})


async def test_a_video_is_told_by_its_address_and_a_thumb_by_another_name() -> None:
    async with calling() as caller:
        video = await caller.upload(UPLOAD, MP4, type="video")
        answer = await caller.get(GET, media_id=video["media_id"])
        thumb = await caller.upload(UPLOAD, JPG, type="thumb")

    assert answer["video_url"].startswith(PICTURE_HOST)
    assert (thumb["type"], "thumb_media_id" in thumb, "media_id" in thumb) == ("thumb", True, False)


@pytest.mark.parametrize(("account", "kind"), [(ACCOUNT, "audio/amr"), (PERSONAL, "48001")])
async def test_a_voice_of_the_js_sdk_is_for_verified_accounts(
    account: PlatformAccount, kind: str
) -> None:
    async with calling(account) as caller:
        voice = await caller.upload(UPLOAD, AMR, type="voice")
        kind_of_answer, content = await download(caller, HD_VOICE, voice["media_id"])

    assert kind in (kind_of_answer, content.decode()[12:17])


async def test_a_picture_is_no_voice_of_the_js_sdk() -> None:
    async with calling() as caller:
        picture = await caller.upload(UPLOAD, JPG, type="image")
        answer = await caller.get(HD_VOICE, media_id=picture["media_id"])

    assert answer == {"errcode": 40007}


@pytest.mark.parametrize(
    ("kind", "content", "errcode"),
    [
        ("poem", JPG, 40004),
        ("image", b"", 44001),
        ("image", b"no picture", 40005),
        ("image", WEBP, 40137),
        ("thumb", PNG, 40137),
        ("video", JPG, 40005),
        ("image", JPG + b"x" * 10 * MEGABYTE, 45001),
        ("thumb", JPG + b"x" * 64 * 1024, 45001),
    ],
)
async def test_a_file_of_another_kind_or_size_is_refused(
    kind: str, content: bytes, errcode: int
) -> None:
    async with calling() as caller:
        answer = await caller.upload(UPLOAD, content, type=kind)

    assert answer == {"errcode": errcode}


async def test_a_picture_for_articles_gets_an_address_of_the_platform() -> None:
    async with calling() as caller:
        answer = await caller.upload(UPLOAD_PICTURE, PNG)

    assert answer == {"errcode": 0, "url": answer["url"]}
    assert answer["url"].startswith("http://mmbiz.qpic.cn/mmbiz_png/")


@pytest.mark.parametrize(
    ("content", "errcode"),
    [(WEBP, 40137), (GIF, 40137), (b"no picture", 40005), (PNG + b"x" * MEGABYTE, 40009)],
)
async def test_a_picture_for_articles_is_jpg_or_png_of_a_megabyte(
    content: bytes, errcode: int
) -> None:
    async with calling() as caller:
        answer = await caller.upload(UPLOAD_PICTURE, content)

    assert answer == {"errcode": errcode}


async def test_an_upload_without_a_file_is_refused() -> None:
    async with calling() as caller:
        as_json = await caller.code(UPLOAD_PICTURE, media="picture")
        other_name = await caller.http.post(
            UPLOAD_PICTURE, params={"access_token": caller.token}, files={"file": ("a.png", PNG)}
        )

    assert (as_json, other_name.json()["errcode"]) == (41005, 41005)
