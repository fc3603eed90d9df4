"""QR codes with a scene, and short keys."""

from typing import Any

import pytest

from app.simulator.families.qrcodes import SceneCodes, StoredScene
from tests.simulator.calling import Caller

CREATE, GEN, FETCH = "/cgi-bin/qrcode/create", "/cgi-bin/shorten/gen", "/cgi-bin/shorten/fetch"


def describe_scene(scene: int | str) -> dict[str, Any]:
    name = "scene_str" if isinstance(scene, str) else "scene_id"
    return {"scene": {name: scene}}


@pytest.mark.parametrize(
    ("kind", "scene", "lifetime_asked", "seconds"),
    [
        ("QR_SCENE", 7, 120, 120),
        ("QR_STR_SCENE", "poster", None, 60),
        ("QR_STR_SCENE", "poster", 9_999_999, 2_592_000),
        ("QR_LIMIT_SCENE", 100_000, None, None),
        ("QR_LIMIT_STR_SCENE", "茶" * 64, None, None),
    ],
)
async def test_a_code_of_each_kind_is_made(
    kind: str, scene: int | str, lifetime_asked: int | None, seconds: int | None, caller: Caller
) -> None:
    lifetime = {"expire_seconds": lifetime_asked} if lifetime_asked else {}
    answer = await caller.ask(
        CREATE, action_name=kind, action_info=describe_scene(scene), **lifetime
    )

    expires = {"expire_seconds": seconds} if seconds else {}
    assert answer == {"ticket": answer["ticket"], "url": answer["url"], **expires}
    assert caller.platform.account().store(SceneCodes).codes == {
        answer["ticket"]: StoredScene(
            scene=scene,
            expires_at=caller.clock.now + seconds if seconds else None,
            url=answer["url"],
        )
    }


@pytest.mark.parametrize(
    ("kind", "info"),
    [
        ("QR_CODE", describe_scene("poster")),
        ("QR_SCENE", describe_scene("poster")),
        ("QR_SCENE", describe_scene(0)),
        ("QR_SCENE", describe_scene(2**32)),
        ("QR_LIMIT_SCENE", describe_scene(100_001)),
        ("QR_STR_SCENE", describe_scene(7)),
        ("QR_STR_SCENE", describe_scene("")),
        ("QR_LIMIT_STR_SCENE", describe_scene("s" * 65)),
        ("QR_STR_SCENE", None),
    ],
)
async def test_a_wrong_scene_is_refused(kind: str, info: object, caller: Caller) -> None:
    assert await caller.code(CREATE, action_name=kind, action_info=info) == 40053


async def test_an_account_has_a_hundred_thousand_lasting_codes(caller: Caller) -> None:
    codes = caller.platform.account().store(SceneCodes).codes
    codes.update(dict.fromkeys(map(str, range(100_000)), StoredScene(scene=1, expires_at=None)))
    info = describe_scene("poster")

    answers = [
        await caller.code(CREATE, action_name=kind, action_info=info)
        for kind in ("QR_LIMIT_STR_SCENE", "QR_STR_SCENE")
    ]

    assert answers == [45029, 0]


async def test_a_short_key_stands_for_a_text_until_it_ends(caller: Caller) -> None:
    key = (await caller.ask(GEN, long_data="订单 7 的详情", expire_seconds=60))["short_key"]

    caller.clock.turn(59)
    answer = await caller.ask(FETCH, short_key=key)
    caller.clock.turn(1)
    codes = [await caller.code(FETCH, short_key=each) for each in (key, "guess")]

    assert len(key) == 15
    assert answer == {
        "errcode": 0, "long_data": "订单 7 的详情", "create_time": 1_700_000_000,
        "expire_seconds": 1,
    }  # fmt: skip
    assert codes == [40097, 40097]


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"long_data": ""}, 47001),
        ({"long_data": "茶" * 1366}, 45002),
        ({"long_data": "茶" * 1365}, 0),
        ({"long_data": "茶", "expire_seconds": 0}, 40097),
        ({"long_data": "茶", "expire_seconds": 2_592_001}, 40097),
    ],
)
async def test_a_short_key_has_limits(body: dict[str, Any], errcode: int, caller: Caller) -> None:
    assert await caller.code(GEN, **body) == errcode
