"""Welcome texts over REST: approved by a named person, then read by who follows."""

import itertools
from typing import Any

import pytest

from app.touchpoints.welcomes.checking import check_welcome
from app.touchpoints.welcomes.placement import MOST_SCENES
from app.touchpoints.welcomes.values import WelcomeText
from tests.service import until
from tests.touchpoints.shops import Shop, detail

NEWCOMERS = itertools.count(1)


async def create(shop: Shop, **body: Any) -> str:
    """The id of a new welcome text by 小林."""
    response = await shop.post("welcomes", **{"author": "小林"} | body)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def put(shop: Shop, content: str, version: int = 1) -> dict[str, Any]:
    """Approve the version and let followers read it."""
    await shop.approve(content, version)
    response = await shop.post(f"welcomes/{content}/put", by="王敏")
    assert response.status_code == 200, response.text
    return dict(response.json())


async def wait_for_welcome(shop: Shop, text: str, scene: str | None = None) -> None:
    """Let new followers come until one reads this text: workers take rules over each second."""

    async def is_read() -> bool:
        outcome = await shop.phone(f"new-{next(NEWCOMERS)}").subscribe(scene)
        return bool(outcome.reply and outcome.reply.content == text)

    await until(is_read)


async def test_newcomers_read_what_was_approved_for_their_channel(shop: Shop) -> None:
    channel = (
        await shop.post(
            "qr-channels", name="海报", scene="poster", author="小林", welcome="海报来的，欢迎！"
        )
    ).json()
    everybody = await create(shop, reply="欢迎关注{brand}！", scan="欢迎回来！")
    draft = await shop.read(f"welcomes/{everybody}")
    live = await put(shop, everybody)
    await put(shop, channel["welcome"])
    await wait_for_welcome(shop, "海报来的，欢迎！", "poster")
    await wait_for_welcome(shop, draft["preview"]["reply"])
    await shop.post(f"qr-channels/{channel['id']}/retire", by="王敏")
    await wait_for_welcome(shop, draft["preview"]["reply"], "poster")
    retired = await shop.read(f"welcomes/{channel['welcome']}")
    rules = await shop.read("rules")

    assert (draft["is_effective"], live["is_effective"]) == (False, True)
    assert "{brand}" not in draft["preview"]["reply"]
    assert (retired["state"], retired["reason"]) == ("withdrawn", "王敏：渠道停用")
    assert rules["rules"]["welcome"] == {
        "scenes": [], "default": "欢迎关注{brand}！", "scan": "欢迎回来！"
    }  # fmt: skip


async def test_an_edit_is_read_only_after_its_own_approval(shop: Shop) -> None:
    content = await create(shop, reply="欢迎！")
    await put(shop, content)
    edit = {"editor": "小林", "version": 1, "reply": "您好，欢迎！"}
    edited = (await shop.http.put(f"/api/v1/welcomes/{content}", json=edit)).json()
    early = await shop.post(f"welcomes/{content}/put", by="王敏")
    waiting = await shop.post(f"reviews/{content}/submit", version=2)
    reviews = await shop.read("reviews", state="submitted")
    own = await shop.post(f"reviews/{content}/approve", version=2, by="小林")
    rules = (await shop.read("rules"))["rules"]["welcome"]["default"]

    assert (edited["state"], edited["live"]["version"], edited["is_effective"]) == (
        "draft", 1, True
    )  # fmt: skip
    assert edited["changes"] == [
        {"field": "reply", "diff": "--- \n+++ \n@@ -1 +1 @@\n-欢迎！\n+您好，欢迎！"}
    ]
    assert early.status_code == 409
    assert [each["id"] for each in reviews["reviews"]] == [content]
    assert (waiting.status_code, own.status_code, rules) == (200, 403, "欢迎！")


async def test_what_cannot_be_sent_is_named_by_place_and_limit(shop: Shop) -> None:
    long = await create(shop, reply="茶" * 683, scan="{price}元\u0008")
    empty = await create(shop, reply=" ")
    refused_long = await shop.post(f"reviews/{long}/submit", version=1)
    refused_empty = await shop.post(f"reviews/{empty}/submit", version=1)
    channel = await shop.post("welcomes", author="小林", reply="欢迎！", channel="0" * 16)
    poster = {"name": "海报", "scene": "poster", "author": "小林", "welcome": "茶" * 683}
    with_code = await shop.post("qr-channels", **poster)

    assert detail(refused_long) == (
        422,
        "reply：有 2,049 个字节，一条消息最多 2,048 个（一个汉字 3 个字节）。\n"
        "scan：没有 {price} 这个占位符，可以用的是 {brand}、{hours}、{items}。\n"
        "scan：含有不能发送的控制字符 U+0008，请删除。",
    )
    assert detail(refused_empty) == (422, "reply：欢迎语是空的，请写点内容。")
    assert detail(channel) == (404, "没有编号为 0000000000000000 的渠道。")
    assert (with_code.status_code, (await shop.read("qr-channels"))["channels"]) == (422, [])


async def test_rules_that_others_write_are_kept_and_told(shop: Shop) -> None:
    scenes = [{"scene": f"s{n}", "reply": "欢迎！"} for n in range(MOST_SCENES)]
    rules = {"welcome": {"scenes": scenes}, "unmatched": "请换个说法。"}
    await shop.http.put("/api/v1/rules", json={"revision": 0, "rules": rules})
    poster = {"name": "海报", "scene": "poster", "author": "小林", "welcome": "欢迎！"}
    channel = (await shop.post("qr-channels", **poster)).json()
    await shop.approve(channel["welcome"])
    full = await shop.post(f"welcomes/{channel['welcome']}/put", by="王敏")
    everybody = await create(shop, reply="欢迎！")
    await put(shop, everybody)
    stored_rules = await shop.read("rules")
    overwrite = {"revision": stored_rules["revision"], "rules": {"unmatched": "请换个说法。"}}
    await shop.http.put("/api/v1/rules", json=overwrite)
    overwritten = await shop.read(f"welcomes/{everybody}")

    assert detail(full) == (409, "运营规则里最多有 500 个渠道的欢迎语，请先撤下不用的。")
    assert stored_rules["rules"]["unmatched"] == "请换个说法。"
    assert (overwritten["state"], overwritten["is_effective"]) == ("live", False)


async def test_newcomers_are_offered_items_where_the_text_has_a_place(shop: Shop) -> None:
    tea = {"id": "tea", "title": "明前龙井", "link": "https://shop.example.com/tea"}
    await shop.post("items", items=[tea])
    await shop.http.get("/api/v1/recommendations/mei", params={"record": False})  # warm
    content = await create(shop, reply="欢迎来到茶店！\n先看看：\n{items}")
    preview = (await shop.read(f"welcomes/{content}"))["preview"]
    await put(shop, content)

    async def is_offered() -> bool:
        outcome = await shop.phone(f"new-{next(NEWCOMERS)}").subscribe()
        link = '先看看：\n· <a href="https://shop.example.com/tea">明前龙井</a>（'
        return outcome.reply is not None and link in outcome.reply.content

    await until(is_offered)
    exposures = (await shop.read("events", kind="exposure"))["events"]

    assert preview["reply"].endswith("先看看：\n（推荐的 1 到 3 条内容，各有链接和理由）")
    assert {event["item"] for event in exposures} == {"tea"}


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        ("{items}", "没有可推荐的内容时会是空的"), ("茶" * 600 + "\n{items}", "放不下推荐内容"),
        ("欢迎！{item}", "没有 {item} 这个占位符"),
    ],
)  # fmt: skip
def test_a_place_for_items_that_cannot_be_filled_is_found(reply: str, sentence: str) -> None:
    [finding] = check_welcome(WelcomeText(reply=reply))

    assert sentence in finding.message
