"""Text, codes and crops of images, against the simulator."""

from dataclasses import replace

import pytest

from app.simulator.families.recognition import RecognitionStore
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.recognition.image_tools import (
    CropArea,
    CropAreas,
    ImageCode,
    ImageCodes,
    ImageSize,
    ImageText,
    ImageTools,
    TextLine,
)
from tests.wechat.client.families.files import COVER
from tests.wechat.client.support import SHOP, make_platform, open_client

SIZE = ImageSize(w=600, h=400)


async def test_text_and_codes_are_read(redis_url: str) -> None:
    platform = make_platform()
    store = platform.account().store(RecognitionStore)
    store.lines.append("生产日期 2026-01-01")
    store.codes.append({"type_name": "EAN_13", "data": "6901234567892"})

    async with open_client(redis_url, platform) as client:
        tools = ImageTools(client)
        text = await tools.read_text(SHOP, COVER)
        codes = await tools.read_codes(SHOP, COVER)

    assert text == ImageText(items=(TextLine(text="生产日期 2026-01-01"),), img_size=SIZE)
    code = ImageCode(type_name="EAN_13", data="6901234567892")
    assert codes == ImageCodes(code_results=(code,), img_size=SIZE)


async def test_an_area_for_each_ratio(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        tools = ImageTools(client)
        areas = await tools.find_crops(SHOP, COVER, [1, 2.35])
        free = await tools.find_crops(SHOP, COVER)

    square = CropArea(crop_left=0, crop_top=0, crop_right=400, crop_bottom=400)
    wide = CropArea(crop_left=0, crop_top=0, crop_right=600, crop_bottom=255)
    assert areas == CropAreas(results=(square, wide), img_size=SIZE)
    assert len(free.results) == 1


async def test_what_is_no_image_is_refused(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        tools = ImageTools(client)
        with pytest.raises(ApiError) as refusal:
            await tools.read_text(SHOP, replace(COVER, content=b"no image"))
        with pytest.raises(InvalidField, match="ratios: 0 to 5 elements; there are 6"):
            await tools.find_crops(SHOP, COVER, [1.0] * 6)
        with pytest.raises(InvalidField, match="img: at most 2,097,151 bytes"):
            await tools.read_codes(SHOP, replace(COVER, content=bytes(2 * 1024 * 1024)))

    assert refusal.value.code == 101002
