"""The menu below the chat, and conditional ones."""

from typing import Any

import pytest

from app.simulator.families.menus import MenuStore
from tests.simulator.calling import UNVERIFIED, Caller
from tests.simulator.serving import SharedServer

CREATE, GET, DELETE = "/cgi-bin/menu/create", "/cgi-bin/menu/get", "/cgi-bin/menu/delete"
SELF_MENU = "/cgi-bin/get_current_selfmenu_info"
ADD, REMOVE = "/cgi-bin/menu/addconditional", "/cgi-bin/menu/delconditional"
TRY = "/cgi-bin/menu/trymatch"
TEA = {"type": "click", "name": "茶", "key": "tea"}
SHOP = {"type": "view", "name": "商城", "url": "https://shop.example"}
MENU = [TEA, {"name": "更多", "sub_button": [SHOP]}]


async def test_a_menu_is_set_shown_and_deleted(caller: Caller) -> None:
    codes = [await caller.code(CREATE, button=MENU)]
    answers = [await caller.get(GET), await caller.get(SELF_MENU)]
    codes.append((await caller.get(DELETE))["errcode"])
    after = [await caller.get(GET), await caller.get(SELF_MENU)]

    assert codes == [0, 0]
    assert answers == [
        {"menu": {"button": MENU}},
        {
            "is_menu_open": 1,
            "selfmenu_info": {"button": [TEA, {"name": "更多", "sub_button": {"list": [SHOP]}}]},
        },
    ]
    assert after == [{"errcode": 46003}, {"is_menu_open": 0, "selfmenu_info": {"button": []}}]


async def test_a_conditional_menu_is_for_followers_of_its_tag(caller: Caller) -> None:
    for openid in ("mei", "lan"):
        caller.platform.interacted(openid, "message")
    book = caller.platform.account().followers
    book.tags[100], book.followers["mei"].tag_ids = "老客", [100]
    await caller.ask(CREATE, button=[TEA])

    added = await caller.ask(ADD, button=[SHOP], matchrule={"tag_id": "100"})
    tried = [await caller.ask(TRY, user_id=openid) for openid in ("mei", "lan")]
    listed = await caller.get(GET)
    codes = [await caller.code(REMOVE, menuid=added["menuid"]) for _ in range(2)]

    assert tried == [{"button": [SHOP]}, {"button": [TEA]}]
    assert listed["conditionalmenu"] == [
        {"button": [SHOP], "matchrule": {"tag_id": "100"}, "menuid": added["menuid"]}
    ]
    assert codes == [0, 65301]


async def test_the_newest_conditional_menu_is_tried_first(caller: Caller) -> None:
    caller.platform.interacted("mei", "message")
    await caller.ask(CREATE, button=[TEA])
    for platform, button in (("2", SHOP), ("2", TEA), ("1", SHOP)):
        await caller.ask(ADD, button=[button], matchrule={"client_platform_type": platform})

    assert await caller.ask(TRY, user_id="mei") == {"button": [TEA]}


async def test_a_mini_program_is_linked_before_it_is_in_a_menu(caller: Caller) -> None:
    button = {
        "type": "miniprogram", "name": "小程序", "appid": "wx9", "pagepath": "index",
        "url": "https://shop.example",
    }  # fmt: skip
    codes = [await caller.code(CREATE, button=[button])]
    caller.platform.account().store(MenuStore).linked_programs.append("wx9")
    codes.append(await caller.code(CREATE, button=[button]))

    assert codes == [45064, 0]


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        ([], 40016),
        ([TEA] * 4, 40016),
        ("茶", 47001),
        ([{**TEA, "name": "茶" * 6}], 40018),
        ([{**TEA, "name": ""}], 40018),
        ([{**TEA, "type": "dance"}], 40017),
        ([{**TEA, "key": ""}], 40019),
        ([{**TEA, "key": "k" * 129}], 40019),
        ([{**SHOP, "url": "https://" + "u" * 1017}], 40020),
        ([{**SHOP, "url": "ftp://shop.example"}], 65317),
        ([{"name": "更多", "sub_button": [TEA] * 6}], 40023),
        ([{"name": "更多", "sub_button": [{**TEA, "name": "茶" * 21}]}], 40025),
        ([{"name": "更多", "sub_button": [{**TEA, "sub_button": [TEA]}]}], 40022),
    ],
)
async def test_a_button_that_cannot_be_is_refused(
    buttons: object, errcode: int, caller: Caller
) -> None:
    assert await caller.code(CREATE, button=buttons) == errcode


@pytest.mark.parametrize(
    ("default", "rule", "errcode"),
    [
        ([TEA], {}, 65304),
        ([TEA], {"tag_id": "7"}, 45159),
        ([TEA], {"client_platform_type": "4"}, 65304),
        ([TEA], "all", 47001),
        ([], {"client_platform_type": "1"}, 65303),
    ],
)
async def test_a_rule_that_cannot_be_is_refused(
    default: list[dict[str, Any]], rule: object, errcode: int, caller: Caller
) -> None:
    caller.platform.account().store(MenuStore).buttons = default

    assert await caller.code(ADD, button=[TEA], matchrule=rule) == errcode


async def test_an_unverified_service_account_has_one_menu_for_all(server: SharedServer) -> None:
    caller = await server.start_platform(UNVERIFIED)

    codes = [
        await caller.code(CREATE, button=[TEA]),
        await caller.code(ADD, button=[TEA], matchrule={"client_platform_type": "1"}),
        await caller.code(TRY, user_id="mei"),
    ]

    assert codes == [0, 48001, 48001]
