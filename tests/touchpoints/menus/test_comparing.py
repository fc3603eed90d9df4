"""Menus of ours against what the platform answers, in the forms that it has had over the years."""

from app.touchpoints.menus.comparing import MenuDifference, PlatformMenus, compare_menus
from app.touchpoints.menus.values import Menu
from app.touchpoints.review.values import LiveVersion, ReviewedContent, ReviewState
from app.wechat.client.families.menus import (
    ConditionalMenu,
    ConsoleMenu,
    MenuButton,
    MenuRule,
    StoredButton,
)

LINK = MenuButton(name="商城", type="view", url="https://shop.example")
STORED_LINK = StoredButton(name="商城", type="view", url="https://shop.example")


def make_live(name: str, rule: MenuRule | None = None, platform_id: str = "") -> ReviewedContent:
    """A menu of one link that is live."""
    menu = Menu(name=name, buttons=(LINK,), rule=rule)
    live = LiveVersion(version=1, content=menu, by="王敏", at=0.0, platform_id=platform_id)
    return ReviewedContent(
        id=name, account="shop", author="小林", content=menu, state=ReviewState.LIVE, live=live
    )


def make_conditional(menu_id: int, rule: dict[str, object], name: str = "商城") -> ConditionalMenu:
    """A conditional menu of one link, as the platform answers it."""
    button = {"type": "view", "name": name, "url": "https://shop.example", "sub_button": []}
    return ConditionalMenu.model_validate(
        {"button": [button], "menuid": menu_id, "matchrule": rule}
    )


def compare(*live_menus: ReviewedContent, conditional: tuple[ConditionalMenu, ...] = ()) -> object:
    """The differences where the platform shows the link."""
    theirs = PlatformMenus(
        origin="interface", is_open=True, buttons=(STORED_LINK,), conditional=conditional
    )
    return compare_menus(live_menus, theirs)


def test_numbers_and_empty_conditions_of_the_platform_are_no_difference() -> None:
    special = make_live("会员", MenuRule(tag_id=100, platform="ios"), "7")
    rule: dict[str, object] = {
        "group_id": "", "sex": "", "tag_id": 100, "client_platform_type": 1, "language": ""
    }  # fmt: skip

    assert compare(make_live("夏季"), special, conditional=(make_conditional(7, rule),)) == []


def test_conditional_menus_that_are_gone_changed_or_foreign_are_told() -> None:
    gone = make_live("会员", MenuRule(tag_id=100), "7")
    changed = make_live("新客", MenuRule(tag_id=101), "8")
    moved = make_live("老客", MenuRule(tag_id=102), "9")
    theirs = (
        make_conditional(8, {"tag_id": "101"}, name="店铺"),
        make_conditional(9, {"tag_id": "103"}),
        make_conditional(10, {"tag_id": "104"}),
    )

    assert compare(make_live("夏季"), gone, changed, moved, conditional=theirs) == [
        MenuDifference(menu="会员", message="平台上没有这个个性化菜单。"),
        MenuDifference(
            menu="新客",
            message="平台上的这个个性化菜单和这里上线的不一样。",
            diff="--- \n+++ \n@@ -1 +1 @@\n-商城：view https://shop.example"
            "\n+店铺：view https://shop.example",
        ),
        MenuDifference(
            menu="老客", message="平台上的这个个性化菜单是给另外一些粉丝看的：匹配条件不一样。"
        ),
        MenuDifference(
            menu="",
            message="平台上编号 10 的个性化菜单不是在这里设置的。",
            diff="--- \n+++ \n@@ -0,0 +1 @@\n+商城：view https://shop.example",
        ),
    ]


def test_a_menu_that_was_deleted_elsewhere_is_told() -> None:
    theirs = PlatformMenus(origin="none", is_open=False)

    assert compare_menus([make_live("夏季")], theirs) == [
        MenuDifference(menu="夏季", message="平台上没有菜单：可能在别处被删除或停用了。")
    ]


def test_the_menu_of_the_web_console_is_read_in_its_own_form() -> None:
    shown_menu = ConsoleMenu.model_validate(
        {
            "is_menu_open": 1,
            "selfmenu_info": {
                "button": [
                    {"name": "简介", "type": "text", "value": "我们是一家茶店。"},
                    {
                        "name": "更多",
                        "sub_button": {
                            "list": [
                                {"name": "视频", "type": "video", "value": "http://v.example/1"},
                                {"name": "图文", "type": "news", "value": "KQ", "news_info": {}},
                            ]
                        },
                    },
                ]
            },
        }
    )

    assert shown_menu.buttons == (
        StoredButton(name="简介", type="text", value="我们是一家茶店。"),
        StoredButton(
            name="更多",
            sub_button=(
                StoredButton(name="视频", type="video", value="http://v.example/1"),
                StoredButton(name="图文", type="news", value="KQ"),
            ),
        ),
    )
