"""Speech to text, and what is read in images."""

from typing import Any

import pytest

from app.simulator.families.recognition import RecognitionStore
from tests.simulator.calling import Caller
from tests.simulator.uploads import GIF, JPG, PNG

ADD_VOICE = "/cgi-bin/media/voice/addvoicetorecofortext"
GET_TEXT = "/cgi-bin/media/voice/queryrecoresultfortext"
READ, CODES, CROP = "/cv/ocr/comm", "/cv/img/qrcode", "/cv/img/aicrop"
MP3 = b"ID3" + b"m" * 60
SIZE = {"w": 600, "h": 400}


async def read_image(
    caller: Caller, path: str, content: bytes = JPG, **fields: str
) -> dict[str, Any]:
    """The answer to an image; `errmsg` is left out."""
    answer = await caller.http.post(
        path, params={"access_token": caller.token}, files={"img": ("a.jpg", content)}, data=fields
    )
    return {name: value for name, value in answer.json().items() if name != "errmsg"}


async def get_text(caller: Caller, voice_id: str = "one") -> dict[str, Any]:
    query = {"access_token": caller.token, "voice_id": voice_id}
    answer = (await caller.http.post(GET_TEXT, params=query)).json()
    return {name: value for name, value in answer.items() if name != "errmsg"}


async def test_a_recording_is_read_ten_seconds_after_its_upload(caller: Caller) -> None:
    uploaded = await caller.upload(ADD_VOICE, MP3, voice_id="one", format="mp3")
    early = await get_text(caller)
    caller.clock.turn(10)
    late = await get_text(caller)

    assert (uploaded, early, late) == (
        {"errcode": 0},
        {"errcode": 0, "result": ""},
        {"errcode": 0, "result": "什么时候发货"},
    )
    assert await get_text(caller, "guess") == {"errcode": 40097}


@pytest.mark.parametrize(
    ("content", "query", "errcode"),
    [
        (MP3, {"voice_id": "one", "format": "amr"}, 40097),
        (MP3, {"format": "mp3"}, 40097),
        (JPG, {"voice_id": "one", "format": "mp3"}, 40005),
    ],
)
async def test_a_recording_is_mp3_and_has_an_id(
    content: bytes, query: dict[str, str], errcode: int, caller: Caller
) -> None:
    assert await caller.upload(ADD_VOICE, content, **query) == {"errcode": errcode}


async def test_texts_and_codes_of_an_image_are_read(caller: Caller) -> None:
    store = caller.platform.account().store(RecognitionStore)
    store.lines, store.codes = ["订单 7"], [{"type_name": "QR_CODE", "data": "7"}]

    answers = [await read_image(caller, READ, PNG), await read_image(caller, CODES)]

    assert answers == [
        {"errcode": 0, "items": [{"text": "订单 7", "pos": {}}], "img_size": SIZE},
        {"errcode": 0, "code_results": store.codes, "img_size": SIZE},
    ]


@pytest.mark.parametrize("path", [READ, CODES, CROP])
async def test_an_image_is_jpg_or_png(path: str, caller: Caller) -> None:
    assert await read_image(caller, path, GIF) == {"errcode": 101002}
    assert await caller.upload(path, JPG) == {"errcode": 41005}


async def test_crops_have_the_ratios_that_are_asked_for(caller: Caller) -> None:
    answer = await read_image(caller, CROP, ratios="1,2.35")

    sizes = [(area["crop_right"], area["crop_bottom"]) for area in answer["results"]]
    assert sizes == [(400, 400), (600, 255)]


@pytest.mark.parametrize("ratios", ["wide", "0", "-1", "nan", "1,,2", "1," * 5 + "1", "9" * 400])
async def test_wrong_ratios_are_refused(ratios: str, caller: Caller) -> None:
    assert await read_image(caller, CROP, ratios=ratios) == {"errcode": 47001}
