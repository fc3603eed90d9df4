"""QR codes with a scene, against the simulator."""

import pytest

from app.simulator.families.qrcodes import SceneCodes, StoredScene
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.qrcodes import QrCode, QrCodes, Scene
from tests.wechat.client.support import SHOP, make_platform, open_client

NOW = 1_700_000_000.0


@pytest.mark.parametrize("scene", ["门店-01", 7])
async def test_a_code_stands_for_a_scene_for_a_time(redis_url: str, scene: Scene) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        code = await QrCodes(client).create(SHOP, scene, seconds=600)

    stored = platform.account().store(SceneCodes).codes[code.ticket]
    assert code == QrCode(ticket=code.ticket, url=code.url, expire_seconds=600)
    assert stored == StoredScene(scene=scene, expires_at=NOW + 600, url=code.url)


@pytest.mark.parametrize("scene", ["门店-01", 100_000])
async def test_a_lasting_code_has_no_end(redis_url: str, scene: Scene) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        code = await QrCodes(client).create_lasting(SHOP, scene)

    assert (code.expire_seconds, platform.account().store(SceneCodes).codes[code.ticket]) == (
        None, StoredScene(scene=scene, expires_at=None, url=code.url),
    )  # fmt: skip


def test_the_picture_has_an_address_without_a_token() -> None:
    code = QrCode(ticket="gQH+8/=", url="http://weixin.qq.com/q/x")

    assert code.image_address == "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=gQH%2B8%2F%3D"


@pytest.mark.parametrize(
    ("scene", "seconds", "field"),
    [
        ("", 60, "scene_str: 1 to 64 elements; there are 0"),
        ("a" * 65, 60, "scene_str: 1 to 64 elements; there are 65"),
        (0, 60, "scene_id: from 1 to 4294967295; this is 0"),
        (1, 2_592_001, "expire_seconds: from 1 to 2592000; this is 2592001"),
    ],
)
async def test_a_scene_or_time_out_of_bounds_is_not_sent(
    redis_url: str, scene: Scene, seconds: int, field: str
) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        with pytest.raises(InvalidField, match=field):
            await QrCodes(client).create(SHOP, scene, seconds)

    assert platform.calls.total() == 0


async def test_a_lasting_number_is_at_most_a_hundred_thousand(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField, match="scene_id: from 1 to 100000"):
            await QrCodes(client).create_lasting(SHOP, 100_001)


async def test_a_subscription_account_has_no_codes(redis_url: str) -> None:
    async with open_client(redis_url, make_platform(kind="subscription")) as client:
        with pytest.raises(ApiError) as refusal:
            await QrCodes(client).create(SHOP, "a")

    assert refusal.value.code == 48001
