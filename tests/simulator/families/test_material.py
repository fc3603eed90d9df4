"""Permanent material."""

from typing import Any

import pytest

from app.simulator.publishing import media_store
from tests.simulator.calling import Caller, calling
from tests.simulator.uploads import ADD_MATERIAL, AMR, JPG, MP4, PNG, add_picture

GET, DELETE = "/cgi-bin/material/get_material", "/cgi-bin/material/del_material"
COUNT, LIST = "/cgi-bin/material/get_materialcount", "/cgi-bin/material/batchget_material"


async def add_video(caller: Caller, **fields: str) -> dict[str, Any]:
    query = {"access_token": caller.token, "type": "video"}
    files = {"media": ("film.mp4", MP4)}
    answer = await caller.http.post(ADD_MATERIAL, params=query, files=files, data=fields)
    return dict(answer.json())


async def test_material_stays_until_it_is_deleted() -> None:
    async with calling() as caller:
        media_id = await add_picture(caller)
        caller.clock.turn(30 * 86_400)
        await caller.log_in()
        answer = await caller.http.post(
            GET, params={"access_token": caller.token}, json={"media_id": media_id}
        )
        codes = [await caller.code(DELETE, media_id=media_id) for _ in range(2)]
        after = await caller.ask(GET, media_id=media_id)

    assert (answer.headers["content-type"], answer.content) == ("image/jpeg", JPG)
    assert (codes, after) == ([0, 40007], {"errcode": 40007})


async def test_temporary_media_are_no_material() -> None:
    async with calling() as caller:
        media = await caller.upload("/cgi-bin/media/upload", JPG, type="image")
        codes = [await caller.code(path, media_id=media["media_id"]) for path in (GET, DELETE)]

    assert codes == [40007, 40007]


async def test_a_video_has_a_title() -> None:
    async with calling() as caller:
        described = await add_video(caller, description='{"title": "茶", "introduction": "采茶"}')
        video = await caller.ask(GET, media_id=described["media_id"])
        codes = [
            (await add_video(caller, **fields))["errcode"]
            for fields in ({}, {"description": "{"}, {"description": "[]"})
        ]

    assert (video["title"], video["description"]) == ("茶", "采茶")
    assert codes == [47001] * 3


async def test_material_is_counted_and_listed_by_kind() -> None:
    async with calling() as caller:
        first, second = [await add_picture(caller, content) for content in (JPG, PNG)]
        await caller.upload(ADD_MATERIAL, AMR, type="voice")
        await add_video(caller, description='{"title": "茶"}')
        counts = await caller.get(COUNT)
        page = await caller.ask(LIST, type="image", offset=1, count=20)
        news = await caller.ask(LIST, type="news", offset=0, count=1)

    assert counts == {"voice_count": 1, "video_count": 1, "image_count": 2, "news_count": 0}
    assert (page["total_count"], page["item_count"]) == (2, 1)
    assert [item["media_id"] for item in page["item"]] == [first]
    assert second != first
    assert news == {"total_count": 0, "item_count": 0, "item": []}


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"type": "poem", "offset": 0, "count": 1}, 40004),
        ({"type": "image", "offset": 0, "count": 21}, 40097),
        ({"type": "image", "offset": "first", "count": 1}, 47001),
    ],
)
async def test_a_wrong_list_is_refused(body: dict[str, Any], errcode: int) -> None:
    async with calling() as caller:
        answer = await caller.ask(LIST, **body)

    assert answer == {"errcode": errcode}


async def test_an_account_keeps_a_thousand_voices() -> None:
    async with calling() as caller:
        library = caller.platform.account().store(media_store.MediaStore)
        first = await caller.upload(ADD_MATERIAL, AMR, type="voice")
        voice = library.files[first["media_id"]]
        library.files |= {str(number): voice for number in range(999)}
        answer = await caller.upload(ADD_MATERIAL, AMR, type="voice")

    assert answer == {"errcode": 45034}
