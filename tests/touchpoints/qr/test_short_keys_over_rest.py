"""Short keys over REST, against the simulated platform."""

from app.simulator.families.qrcodes import ShortKeyStore
from tests.touchpoints.shops import Shop, detail

LINK = "https://shop.example/?from=poster&" + "q" * 200


async def test_a_key_is_made_read_and_listed_until_it_expires(shop: Shop) -> None:
    made = (await shop.post("short-keys", long_data=LINK, author="小林", note="海报")).json()
    read = await shop.read(f"short-keys/{made['short_key']}")
    brief = (await shop.post("short-keys", long_data="x", author="小林", seconds=1)).json()
    shop.platform.account().store(ShortKeyStore).keys[brief["short_key"]].expires_at = 0.0
    expired = await shop.http.get(f"/api/v1/short-keys/{brief['short_key']}")
    listed = await shop.read("short-keys")

    assert (made["long_data"], made["note"], made["author"]) == (LINK, "海报", "小林")
    assert made["expires_at"] - made["created"] == 2_592_000
    assert (read["long_data"], read["created"]) == (LINK, int(read["created"]))
    assert 2_591_000 < read["seconds_left"] <= 2_592_000
    assert detail(expired) == (404, f"没有短 key“{brief['short_key']}”，或者它已经过期。")
    assert made in listed["short_keys"]


async def test_what_cannot_be_shortened_is_refused(shop: Shop) -> None:
    long = await shop.post("short-keys", long_data="茶" * 1_366, author="小林")
    control = await shop.post("short-keys", long_data="x\x08", author="小林")
    empty = await shop.post("short-keys", long_data=" ", author="小林")
    nameless = await shop.post("short-keys", long_data="x", author="")
    month = await shop.post("short-keys", long_data="x", author="小林", seconds=2_592_001)
    shop.platform.fail_next("/cgi-bin/shorten/gen", 48001)
    rightless = await shop.post("short-keys", long_data="x", author="小林")
    listed = await shop.read("short-keys")

    assert detail(long) == (422, "要缩短的内容有 4,098 个字节，最多 4,096 个。")
    assert detail(control) == (422, "要缩短的内容里有控制字符 U+0008，请删除。")
    assert detail(empty) == (422, "要缩短的内容是空的。")
    assert detail(nameless) == (422, "请写明创建人的姓名。")
    assert month.status_code == 422
    assert (rightless.status_code, listed) == (403, {"short_keys": []})
