"""A menu goes from a draft over REST to the simulated platform, approved by a named person."""

from typing import Any

from app.simulator.accounts.followers import Follower
from app.simulator.families.menus import MenuStore
from tests.conftest import Open
from tests.touchpoints.shops import Shop, detail, open_shop

LINK = {"name": "商城", "type": "view", "url": "https://shop.example"}
ORDER = {"name": "查物流", "type": "click", "key": "ORDER"}
BUTTONS = [{"name": "服务", "sub_buttons": [ORDER, LINK]}, LINK]
EDIT = {"name": "夏季菜单", "editor": "周周", "version": 1, "buttons": [LINK]}
LINES = ["服务：", "  查物流：click ORDER", "  商城：view https://shop.example"]
LINES += ["商城：view https://shop.example"]


async def create(shop: Shop, **changed: Any) -> str:
    """The id of a new menu by 小林."""
    body = {"name": "夏季菜单", "author": "小林", "buttons": BUTTONS}
    response = await shop.post("menus", **body | changed)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def put(shop: Shop, menu: str, version: int = 1) -> dict[str, Any]:
    """Approve the version and put it on the platform."""
    await shop.approve(menu, version)
    response = await shop.post(f"menus/{menu}/put", by="王敏")
    assert response.status_code == 200, response.text
    return dict(response.json())


async def test_an_approved_menu_is_shown_edited_and_replaced(shop: Shop) -> None:
    menu = await create(shop)
    live = await put(shop, menu)
    edited = (await shop.http.put(f"/api/v1/menus/{menu}", json=EDIT)).json()
    before = await shop.read("menus/platform")
    await put(shop, menu, version=2)
    after = await shop.read("menus/platform")
    edits = (await shop.read(f"reviews/{menu}/edits"))["edits"]

    assert (live["state"], live["live"]["version"], live["live"]["by"]) == ("live", 1, "王敏")
    assert (edited["state"], edited["approval"], edited["live"]["version"]) == ("draft", None, 1)
    assert [change["field"] for change in edited["changes"]] == ["buttons"]
    assert (before["origin"], before["lines"], before["differences"]) == ("interface", LINES, [])
    assert (after["lines"], after["differences"]) == (["商城：view https://shop.example"], [])
    assert [(each["version"], each["editor"]) for each in edits] == [(1, "小林"), (2, "周周")]


async def test_followers_see_nothing_that_nobody_approved(shop: Shop) -> None:
    menu = await create(shop)
    early = await shop.post(f"menus/{menu}/put", by="王敏")
    await shop.post(f"reviews/{menu}/submit", version=1)
    own = await shop.post(f"reviews/{menu}/approve", version=1, by="小林")
    nameless = await shop.post(f"reviews/{menu}/approve", version=1, by=" ")
    stale = await shop.post(f"reviews/{menu}/approve", version=2, by="王敏")
    await shop.post(f"reviews/{menu}/approve", version=1, by="王敏")
    await shop.http.put(f"/api/v1/menus/{menu}", json=EDIT)
    late = await shop.post(f"menus/{menu}/put", by="王敏")
    rejected = await shop.post(f"reviews/{menu}/reject", by="王敏", reason="再改改")

    assert detail(early) == (409, "它的状态是“草稿”，不能上线。")
    assert detail(own) == (403, "这个公众号不允许审核自己写的内容，请换一位同事审核。")
    assert detail(nameless) == (422, "请写明操作人的姓名。")
    assert stale.status_code == 409
    assert detail(late) == (409, "它的状态是“草稿”，不能上线。")
    assert detail(rejected) == (409, "它的状态是“草稿”，不能退回。")
    assert shop.platform.account().store(MenuStore).buttons == []


async def test_faults_are_named_by_place_and_limit_before_the_call(shop: Shop) -> None:
    buttons: list[dict[str, Any]] = [
        {"name": "名称太长了吧", "type": "view", "url": "shop.example"},
        {"name": "", "type": "click", "key": "k" * 129 + "\n"},
        {"name": "更多服务项目", "sub_buttons": [ORDER] * 6},
        {"name": "下单", "type": "miniprogram", "url": "https://shop.example", "appid": "wx9"},
    ]  # fmt: skip
    menu = await create(shop, buttons=buttons)
    refused = await shop.post(f"reviews/{menu}/submit", version=1)
    conditional = await shop.post(
        "menus/check", name="会员", rule={},
        buttons=[LINK | {"url": f"https://shop{n}.example"} for n in range(3)] + [LINK],
    )  # fmt: skip
    third_level = await shop.post(
        "menus/check", name="深", buttons=[{"sub_buttons": [{"sub_buttons": [ORDER]}]}]
    )

    assert detail(refused) == (
        422,
        "button：一级菜单有 4 个，最多 3 个。\n"
        "button[2].sub_button：二级菜单有 6 个，最多 5 个。\n"
        "button[0].name：名称有 18 个字节，最多 16 个（一个汉字 3 个字节），请缩短。\n"
        "button[0].url：链接要以 https:// 或 http:// 开头。\n"
        "button[1].name：缺少名称。\n"
        "button[1].key：key 有 130 个字节，最多 128 个，请缩短。\n"
        "button[1].key：key 里不能有换行等控制字符。\n"
        "button[2].name：名称有 18 个字节，最多 16 个（一个汉字 3 个字节），请缩短。\n"
        "button[3].pagepath：类型是 miniprogram 的菜单要填写 pagepath。\n"
        "button[3].appid：小程序的 AppID 是 wx 加 16 位小写的十六进制数字。",
    )
    assert [each["place"] for each in conditional.json()["findings"]] == [
        "button", "matchrule", "button"
    ]  # fmt: skip
    assert third_level.status_code == 422


async def test_a_key_that_no_rule_answers_is_a_warning(shop: Shop) -> None:
    menu = await create(shop)
    before = await shop.read(f"menus/{menu}")
    rules = {"revision": 0, "rules": {"menu": [{"key": "ORDER", "ask": "我的订单到哪了"}]}}
    await shop.http.put("/api/v1/rules", json=rules)
    after = await shop.read(f"menus/{menu}")

    assert [(each["place"], each["severity"]) for each in before["findings"]] == [
        ("button[0].sub_button[0].key", "warning")
    ]
    assert after["findings"] == []


async def create_for_members(shop: Shop) -> str:
    """The id of an approved menu for the tag 100, which the follower oMei has."""
    account = shop.platform.account()
    account.followers.tags[100] = "会员"
    account.followers.followers["oMei"] = Follower(tag_ids=[100])
    menu = await create(shop, name="会员", buttons=[ORDER], rule={"tag_id": 100})
    await shop.approve(menu)
    return menu


async def test_a_conditional_menu_is_added_once_and_replaced_whole(shop: Shop) -> None:
    menu = await create_for_members(shop)
    early = await shop.post(f"menus/{menu}/put", by="王敏")
    await put(shop, await create(shop))
    for _ in range(2):  # the second time as after a crash
        await shop.post(f"menus/{menu}/put", by="王敏")
    [first] = shop.platform.account().store(MenuStore).ruled
    edit = EDIT | {"rule": {"tag_id": 100}}
    await shop.http.put(f"/api/v1/menus/{menu}", json=edit)
    await put(shop, menu, version=2)
    [second] = shop.platform.account().store(MenuStore).ruled
    trial = (await shop.post("menus/try", user="oMei")).json()
    moved = await shop.http.put(f"/api/v1/menus/{menu}", json=EDIT | {"version": 2})

    assert detail(early) == (
        422, "没有默认菜单，不能创建个性化菜单（65303）。先创建默认菜单。"
    )  # fmt: skip
    assert first.menu_id != second.menu_id
    assert trial == {"menu": menu, "lines": ["商城：view https://shop.example"]}
    assert moved.status_code == 422


async def test_with_the_default_menu_go_the_conditional_ones(shop: Shop) -> None:
    special, default = await create_for_members(shop), await create(shop)
    await put(shop, default)
    await shop.post(f"menus/{special}/put", by="王敏")
    withdrawn = (await shop.post(f"menus/{default}/withdraw", by="王敏", reason="换季")).json()
    left = await shop.read("menus", state="approved")
    again = await shop.post(f"menus/{default}/withdraw", by="王敏")

    assert (withdrawn["state"], withdrawn["reason"]) == ("withdrawn", "王敏：换季")
    assert [(each["id"], each["live"]) for each in left["menus"]] == [(special, None)]
    assert shop.platform.account().store(MenuStore) == MenuStore()
    assert detail(again) == (409, "它的状态是“已撤下”，不能撤下。")


async def test_menus_of_the_web_console_and_foreign_changes_are_told(shop: Shop) -> None:
    store = shop.platform.account().store(MenuStore)
    store.console_buttons = [LINK]
    console = await shop.read("menus/platform")
    menu = await create(shop)
    await put(shop, menu)
    store.buttons = [LINK]
    changed = await shop.read("menus/platform")
    again = await shop.post(f"menus/{menu}/put", by="王敏")
    healed = await shop.read("menus/platform")

    assert (console["origin"], console["lines"]) == ("console", LINES[3:])
    assert [each["message"] for each in console["differences"]] == [
        "平台上的默认菜单不是在这里设置的。"
    ]
    assert [(each["menu"], each["message"]) for each in changed["differences"]] == [
        (menu, "平台上的默认菜单和这里上线的不一样。")
    ]
    assert "-  查物流：click ORDER" in changed["differences"][0]["diff"]
    assert (again.status_code, healed["differences"]) == (200, [])


async def test_what_the_platform_refuses_leaves_the_menu_approved(open_service: Open) -> None:
    async with open_shop(open_service, kind="subscription", verified=False) as shop:
        menu = await create(shop)
        await shop.approve(menu)
        refused = await shop.post(f"menus/{menu}/put", by="王敏")
        stored_menu = await shop.read(f"menus/{menu}")
        unknown = await shop.post(f"menus/{'0' * 16}/put", by="王敏")

    assert (refused.status_code, "48001" in refused.json()["detail"]) == (403, True)
    assert (stored_menu["state"], stored_menu["live"]) == ("approved", None)
    assert detail(unknown) == (404, "没有编号为 0000000000000000 的菜单或欢迎语。")
