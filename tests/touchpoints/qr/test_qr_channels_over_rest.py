"""QR channels over REST, against the simulated platform, with followers who scan, come and go."""

import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from app.simulator.families.qrcodes import SceneCodes
from app.simulator.phones import messages
from tests.conftest import Open
from tests.service import until
from tests.touchpoints.shops import Shop, detail, open_shop

CHANNELS = "/api/v1/qr-channels"
POSTER = {"name": "门店海报", "scene": "poster", "author": "小林"}


async def create(shop: Shop, **changed: Any) -> httpx.Response:
    return await shop.post("qr-channels", **POSTER | changed)


async def test_a_channel_counts_who_came_by_its_code_and_who_left(shop: Shop) -> None:
    channel = (await create(shop)).json()
    for openid in ("mei", "lan"):
        await shop.phone(openid).subscribe("poster")
    await shop.phone("mei").scan("poster")
    await shop.phone("lan").unsubscribe()
    await shop.phone("lan").subscribe()  # by no code: gained for no channel
    await shop.phone("lan").unsubscribe()
    await shop.phone("bo").deliver_at_once(messages.subscribe("poster"), copies=3)
    expected = {"gained": 3, "lost": 1, "following": 2, "scans": 4}

    async def is_counted() -> bool:
        stored_channel = await shop.read(f"qr-channels/{channel['id']}")
        return bool(stored_channel["counts"] == expected)

    await until(is_counted)
    today = datetime.fromtimestamp(time.time(), ZoneInfo("Asia/Shanghai")).date()
    span = {"first": f"{today - timedelta(days=1)}", "last": f"{today + timedelta(days=1)}"}
    statistics = await shop.http.get(f"{CHANNELS}/{channel['id']}/statistics", params=span)

    assert statistics.json()["total"] == expected
    assert sum(day["gained"] for day in statistics.json()["days"]) == expected["gained"]


async def test_a_code_is_made_renewed_and_retired(shop: Shop) -> None:
    channel = (await create(shop, days=1, note="六月")).json()
    renewed = (await shop.http.post(f"{CHANNELS}/{channel['id']}/renew", json={"days": 30})).json()
    lasting = (await create(shop, name="包装", scene=7, is_lasting=True)).json()
    endless = await shop.http.post(f"{CHANNELS}/{lasting['id']}/renew", json={})
    retire = f"{CHANNELS}/{channel['id']}/retire"
    retired = (await shop.http.post(retire, json={"by": "王敏"})).json()
    again = await shop.http.post(retire, json={"by": "王敏"})
    in_use = (await shop.http.get(CHANNELS)).json()["channels"]
    out_of_use = (await shop.http.get(CHANNELS, params={"is_retired": True})).json()["channels"]

    codes = shop.platform.account().store(SceneCodes).codes
    assert [(code.scene, code.expires_at is None) for code in codes.values()] == [
        ("poster", False), ("poster", False), (7, True)
    ]  # fmt: skip
    assert renewed["url"] != channel["url"]
    assert 29 * 86_400 < renewed["expires_at"] - time.time() <= 30 * 86_400
    assert (lasting["scene"], lasting["expires_at"], lasting["is_expired"]) == ("7", None, False)
    assert lasting["image_address"].startswith("https://mp.weixin.qq.com/cgi-bin/showqrcode?")
    assert (endless.status_code, again.status_code) == (409, 409)
    assert again.json()["detail"] == "渠道“门店海报”已由 王敏 停用。"
    assert (retired["retired_by"], [each["id"] for each in out_of_use]) == ("王敏", [channel["id"]])
    assert in_use == [lasting]


async def test_what_cannot_be_made_is_refused_and_leaves_nothing(shop: Shop) -> None:
    await create(shop)
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"scene": "茶" * 65}, 422, "场景值要有 1 到 64 个字符，现在有 65 个。"),
        ({"scene": ""}, 422, "场景值要有 1 到 64 个字符，现在有 0 个。"),
        ({"scene": "a\nb"}, 422, "场景值的开头和结尾不能有空格，里面不能有换行等控制字符。"),
        ({"scene": 0}, 422, "临时二维码的场景值要在 1 到 4,294,967,295 之间，现在是 0。"),
        (
            {"scene": 100_001, "is_lasting": True}, 422,
            "永久二维码的场景值要在 1 到 100,000 之间，现在是 100001。",
        ),
        ({}, 409, "场景值“poster”已经属于渠道“门店海报”，请换一个。"),
        ({"scene": "x", "author": " "}, 422, "请写明渠道的名称和创建人的姓名。"),
    ]  # fmt: skip

    answers = [await create(shop, **changed) for changed, _, _ in cases]
    unknown = await shop.http.get(f"{CHANNELS}/{'0' * 16}")
    listed = (await shop.http.get(CHANNELS)).json()["channels"]

    assert [detail(answer) for answer in answers] == [
        (status, detail) for _, status, detail in cases
    ]
    assert detail(unknown) == (
        404, "没有编号为 0000000000000000 的渠道。"
    )  # fmt: skip
    assert [channel["scene"] for channel in listed] == ["poster"]


async def test_the_platforms_refusals_are_said_in_chinese(shop: Shop) -> None:
    shop.platform.fail_next("/cgi-bin/qrcode/create", 45029)
    full = await create(shop, is_lasting=True)
    shop.platform.fail_next("/cgi-bin/qrcode/create", 45009)
    used_up = await create(shop)
    listed = (await shop.http.get(CHANNELS)).json()["channels"]

    assert detail(full) == (
        403, "二维码生成数已达上限（45029）。永久二维码最多 10 万个：改用临时二维码。"
    )  # fmt: skip
    assert (used_up.status_code, "45009" in used_up.json()["detail"]) == (429, True)
    assert listed == []


async def test_an_account_without_the_right_is_told_so(open_service: Open) -> None:
    async with open_shop(open_service, kind="subscription") as shop:
        refused = await create(shop)

    assert (refused.status_code, refused.json()["detail"][:12]) == (403, "接口未授权（48001）")
