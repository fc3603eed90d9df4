"""Menus, against the simulator."""

from typing import Any

import pytest

from app.simulator.families.menus import MenuStore
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.menus import (
    ButtonList,
    ConditionalMenu,
    ConsoleMenu,
    ConsoleMenuInfo,
    MenuButton,
    MenuInterfaces,
    MenuRule,
    Menus,
    StoredButton,
)
from app.wechat.client.families.tags import Tags
from tests.wechat.client.support import SHOP, make_platform, open_client

SHIPPING = MenuButton(name="查物流", type="click", key="SHIPPING")
SHOP_LINK = MenuButton(name="商城", type="view", url="https://shop.example")
MENU = [MenuButton(name="服务", sub_buttons=(SHIPPING, SHOP_LINK)), SHOP_LINK]
STORED_SHIPPING = StoredButton(name="查物流", type="click", key="SHIPPING")
STORED_LINK = StoredButton(name="商城", type="view", url="https://shop.example")
STORED = (StoredButton(name="服务", sub_button=(STORED_SHIPPING, STORED_LINK)), STORED_LINK)


async def test_a_menu_is_set_read_and_deleted(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        menus = MenuInterfaces(client)
        await menus.create(SHOP, MENU)
        stored = await menus.get(SHOP)
        menu = await menus.get_shown(SHOP)
        await menus.delete(SHOP)
        with pytest.raises(ApiError) as refusal:
            await menus.get(SHOP)

    subs = {"list": [SHIPPING.to_body(), SHOP_LINK.to_body()]}
    assert stored == Menus(menu=ButtonList(button=STORED))
    assert menu == ConsoleMenu(
        is_menu_open=True,
        selfmenu_info=ConsoleMenuInfo(
            button=({"name": "服务", "sub_button": subs}, SHOP_LINK.to_body())
        ),
    )
    assert refusal.value.code == 46003


async def test_a_tag_sees_a_menu_of_its_own(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        menus, tags = MenuInterfaces(client), Tags(client)
        tag = await tags.create(SHOP, "会员")
        await menus.create(SHOP, MENU)
        menu = await menus.add_conditional(SHOP, [SHIPPING], MenuRule(tag_id=tag.id))
        before = await menus.try_for(SHOP, "oMei")
        await tags.add_followers(SHOP, tag.id, ["oMei"])
        after = await menus.try_for(SHOP, "oMei")
        stored = await menus.get(SHOP)
        await menus.delete_conditional(SHOP, menu.menuid)
        with pytest.raises(ApiError) as refusal:
            await menus.delete_conditional(SHOP, menu.menuid)

    assert (before, after) == (ButtonList(button=STORED), ButtonList(button=(STORED_SHIPPING,)))
    assert stored.conditionalmenu == (
        ConditionalMenu(
            button=(STORED_SHIPPING,), menuid=menu.menuid, matchrule={"tag_id": str(tag.id)}
        ),
    )
    assert refusal.value.code == 65301


async def test_a_mini_program_has_to_be_linked(redis_url: str) -> None:
    platform = make_platform()
    button = MenuButton(
        name="下单", type="miniprogram", url="https://shop.example", appid="wx9", pagepath="index"
    )

    async with open_client(redis_url, platform) as client:
        menus = MenuInterfaces(client)
        with pytest.raises(ApiError) as refusal:
            await menus.create(SHOP, [button])
        platform.account().store(MenuStore).linked_programs.append("wx9")
        await menus.create(SHOP, [button])

    assert refusal.value.code == 45064


async def test_a_conditional_menu_needs_a_default_one(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(ApiError) as refusal:
            await MenuInterfaces(client).add_conditional(SHOP, MENU, MenuRule(platform="ios"))

    assert refusal.value.code == 65303


def button(**fields: Any) -> MenuButton:
    return MenuButton(**({"name": "按钮", "type": "click", "key": "K"} | fields))


@pytest.mark.parametrize(
    ("buttons", "field", "code"),
    [
        ([], "button: 1 to 3 buttons; there are 0", 40016),
        ([button()] * 4, "button: 1 to 3 buttons; there are 4", 40016),
        ([button(name="六个汉字以上")], r"button\[0\].name: at most 16 bytes; this has 18", 40018),
        ([button(name="")], r"button\[0\].name: must not be empty", 40018),
        ([button(type=None)], r"button\[0\].type: a button without sub_button", 40017),
        ([button(key="")], r"button\[0\].key: must not be empty", 47003),
        ([button(key="K" * 129)], r"button\[0\].key: at most 128 bytes", 40019),
        ([button(type="view")], r"button\[0\].url: must not be empty", 47003),
        (
            [button(type="view", url="https://x/" + "a" * 1020)],
            r"button\[0\].url: at most 1,024 bytes",
            40020,
        ),
        (
            [button(type="miniprogram", url="https://x", appid="wx9")],
            r"button\[0\].pagepath: must not be empty",
            47003,
        ),
        (
            [button(sub_buttons=(button(),) * 6)],
            r"button\[0\].sub_button: at most 5 buttons below",
            40023,
        ),
        (
            [button(sub_buttons=(button(name="名" * 21),))],
            r"button\[0\].sub_button\[0\].name: at most 60 bytes; this has 63",
            40025,
        ),
        (
            [button(sub_buttons=(button(sub_buttons=(button(),)),))],
            r"button\[0\].sub_button\[0\].sub_button: at most 5 buttons",
            40023,
        ),
    ],
)
async def test_a_menu_that_would_be_refused_is_named_before_the_call(
    redis_url: str, buttons: list[MenuButton], field: str, code: int
) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        with pytest.raises(InvalidField, match=field) as refusal:
            await MenuInterfaces(client).create(SHOP, buttons)

    assert (refusal.value.code, platform.calls.total()) == (code, 0)


async def test_a_rule_is_not_empty(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField, match="matchrule: needs a tag or a platform"):
            await MenuInterfaces(client).add_conditional(SHOP, MENU, MenuRule())
