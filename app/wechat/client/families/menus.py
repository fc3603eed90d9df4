"""The menu below the chat, also different ones by tag and platform (个性化菜单)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from app.accounts import Account
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient
from app.wechat.client.errors import InvalidField
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.validation import (
    BAD_OPENID,
    BAD_PARAMETER,
    check_bytes,
    check_filled,
)

CREATE_MENU = PlatformInterface(
    path="/cgi-bin/menu/create",
    title="创建自定义菜单",
    page="/doc/service/api/custommenu/api_createcustommenu.md",
    daily=1_000,
    accounts="verified or service",
    repeatable=True,
)
GET_MENU = PlatformInterface(
    path="/cgi-bin/menu/get",
    title="获取自定义菜单配置",
    page="/doc/service/api/custommenu/api_getmenu.md",
    method="GET",
    daily=10_000,
    accounts="verified or service",
    repeatable=True,
)
GET_CONSOLE_MENU = PlatformInterface(
    path="/cgi-bin/get_current_selfmenu_info",
    title="查询自定义菜单信息",
    page="/doc/service/api/custommenu/api_getcurrentselfmenuinfo.md",
    method="GET",
    daily=10_000,
    accounts="verified or service",
    repeatable=True,
)
DELETE_MENU = PlatformInterface(
    path="/cgi-bin/menu/delete",
    title="删除自定义菜单",
    page="/doc/service/api/custommenu/api_deletemenu.md",
    method="GET",
    daily=1_000,
    accounts="verified or service",
    repeatable=True,
)
ADD_CONDITIONAL_MENU = PlatformInterface(
    path="/cgi-bin/menu/addconditional",
    title="创建个性化菜单",
    page="/doc/service/api/custommenu/api_addconditionalmenu.md",
    daily=2_000,
    accounts="verified",
)
DELETE_CONDITIONAL_MENU = PlatformInterface(
    path="/cgi-bin/menu/delconditional",
    title="删除个性化菜单",
    page="/doc/service/api/custommenu/api_deleteconditionalmenu.md",
    daily=2_000,
    accounts="verified",
)
TRY_MENU = PlatformInterface(
    path="/cgi-bin/menu/trymatch",
    title="测试个性化菜单匹配结果",
    page="/doc/service/api/custommenu/api_trymatchmenu.md",
    daily=20_000,
    accounts="verified",
    repeatable=True,
)

MOST_BUTTONS, MOST_SUB_BUTTONS = 3, 5
NAME_BYTES, SUB_NAME_BYTES, KEY_BYTES, LINK_BYTES = 16, 60, 128, 1024
BAD_COUNT, BAD_NAME, BAD_KEY, BAD_URL = 40016, 40018, 40019, 40020
BAD_SUB_COUNT, BAD_SUB_NAME = 40023, 40025

ButtonType = Literal[
    "click", "view", "miniprogram", "scancode_push", "scancode_waitmsg", "pic_sysphoto",
    "pic_photo_or_album", "pic_weixin", "location_select", "media_id", "article_id",
    "article_view_limited",
]  # fmt: skip
# The fields that a type needs; the types that open the phone's own functions need a key.
_NEEDED: dict[str, tuple[str, ...]] = {
    "view": ("url",), "miniprogram": ("url", "appid", "pagepath"), "media_id": ("media_id",),
    "article_id": ("article_id",), "article_view_limited": ("article_id",),
}  # fmt: skip
Platform = Literal["ios", "android", "others"]
_PLATFORMS: dict[Platform, str] = {"ios": "1", "android": "2", "others": "3"}
Id = Annotated[str, BeforeValidator(str)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuButton:
    """A button: it opens its `sub_buttons`, or does what its type says.

    A mini program's button needs `url` (for old clients), `appid` and `pagepath`.
    """

    name: str
    type: ButtonType | None = None
    key: str = ""
    url: str = ""
    media_id: str = ""
    article_id: str = ""
    appid: str = ""
    pagepath: str = ""
    sub_buttons: tuple["MenuButton", ...] = ()

    def check(self, place: str, *, is_sub_button: bool = False) -> None:
        """Raise InvalidField: 40016, 40018 to 40020, 40023, 40025, 47003."""
        most, code = (SUB_NAME_BYTES, BAD_SUB_NAME) if is_sub_button else (NAME_BYTES, BAD_NAME)
        check_filled(f"{place}.name", self.name, code)
        check_bytes(f"{place}.name", self.name, most, code)
        if self.sub_buttons:
            self._check_sub_buttons(place, is_sub_button=is_sub_button)
        else:
            self._check_action(place)

    def _check_sub_buttons(self, place: str, *, is_sub_button: bool) -> None:
        if is_sub_button or len(self.sub_buttons) > MOST_SUB_BUTTONS:
            limit = f"at most {MOST_SUB_BUTTONS} buttons below one of the first level"
            raise InvalidField(f"{place}.sub_button", limit, BAD_SUB_COUNT)
        for index, button in enumerate(self.sub_buttons):
            button.check(f"{place}.sub_button[{index}]", is_sub_button=True)

    def _check_action(self, place: str) -> None:
        if self.type is None:
            raise InvalidField(f"{place}.type", "a button without sub_button needs one", 40017)
        for name in find_needed_fields(self.type):
            check_filled(f"{place}.{name}", str(getattr(self, name)), BAD_PARAMETER)
        check_bytes(f"{place}.key", self.key, KEY_BYTES, BAD_KEY)
        check_bytes(f"{place}.url", self.url, LINK_BYTES, BAD_URL)

    def to_body(self) -> dict[str, Any]:
        """The button as the platform takes it; what is empty is left out."""
        if self.sub_buttons:
            return {"name": self.name, "sub_button": [each.to_body() for each in self.sub_buttons]}
        fields = {
            "type": self.type, "name": self.name, "key": self.key, "url": self.url,
            "media_id": self.media_id, "article_id": self.article_id,
            "appid": self.appid, "pagepath": self.pagepath,
        }  # fmt: skip
        return {name: value for name, value in fields.items() if value}


@dataclass(frozen=True, slots=True)
class MenuRule:
    """Who sees a conditional menu: followers with a tag, or on a platform, or both."""

    tag_id: int | None = None
    platform: Platform | None = None

    def to_body(self) -> dict[str, str]:
        """The rule as the platform takes it. Raises InvalidField with 47003 for an empty one."""
        rule: dict[str, str] = {}
        if self.tag_id is not None:
            rule["tag_id"] = str(self.tag_id)
        if self.platform is not None:
            rule["client_platform_type"] = _PLATFORMS[self.platform]
        if not rule:
            raise InvalidField("matchrule", "needs a tag or a platform", BAD_PARAMETER)
        return rule


class StoredButton(PlatformAnswer):
    """A button as the platform has it; in the console's menu, `value` is the text or the link."""

    name: str = ""
    type: str = ""
    key: str = ""
    url: str = ""
    value: str = ""
    media_id: str = ""
    article_id: str = ""
    appid: str = ""
    pagepath: str = ""
    sub_button: tuple["StoredButton", ...] = ()


class ButtonList(PlatformAnswer):
    """The buttons of a menu."""

    button: tuple[StoredButton, ...] = ()
    menuid: Id = ""


class ConditionalMenu(PlatformAnswer):
    """A conditional menu with its rule."""

    button: tuple[StoredButton, ...] = ()
    menuid: Id
    matchrule: dict[str, Id] = Field(default_factory=dict)  # the platform answers numbers, too


class Menus(PlatformAnswer):
    """The menu that is set by interface, and the conditional ones."""

    menu: ButtonList
    conditionalmenu: tuple[ConditionalMenu, ...] = ()


class ConsoleMenuInfo(PlatformAnswer):
    """The buttons of the menu that is shown; sub-buttons are nested in a list of the platform."""

    button: tuple[dict[str, Any], ...] = ()


class ConsoleMenu(PlatformAnswer):
    """The menu that is shown, whether it was set by interface or in the console."""

    is_menu_open: bool
    selfmenu_info: ConsoleMenuInfo = ConsoleMenuInfo()

    @property
    def buttons(self) -> tuple[StoredButton, ...]:
        """The buttons in the form of the other interfaces. Raises ValidationError."""
        return tuple(_unwrap_button(button) for button in self.selfmenu_info.button)


class MenuId(PlatformAnswer):
    """A conditional menu."""

    menuid: Id


@dataclass(frozen=True, slots=True)
class MenuInterfaces:
    """The menus; a change reaches followers within five minutes, or when they follow anew."""

    client: PlatformClient

    async def create(self, account: Account, buttons: Sequence[MenuButton]) -> None:
        """Set the menu: 1 to 3 buttons, each with up to 5 below it.

        Page: /doc/service/api/custommenu/api_createcustommenu.md; 1,000 a day. Raises
        InvalidField: 40016 to 40020, 40023, 40025; ApiError: 45064 for a mini program that isn't
        linked.
        """
        body = {"button": _build_buttons(buttons)}
        await self.client.call(account, CREATE_MENU, Done, body=body)

    async def get(self, account: Account) -> Menus:
        """The menus that were set by interface.

        Page: /doc/service/api/custommenu/api_getmenu.md; 10,000 a day. Raises ApiError: 46003
        where there is none.
        """
        return await self.client.call(account, GET_MENU, Menus)

    async def get_shown(self, account: Account) -> ConsoleMenu:
        """The menu that is shown, also one of the console.

        Page: /doc/service/api/custommenu/api_getcurrentselfmenuinfo.md; 10,000 a day.
        """
        return await self.client.call(account, GET_CONSOLE_MENU, ConsoleMenu)

    async def delete(self, account: Account) -> None:
        """Delete the menu and all conditional ones.

        Page: /doc/service/api/custommenu/api_deletemenu.md; 1,000 a day.
        """
        await self.client.call(account, DELETE_MENU, Done)

    async def add_conditional(
        self, account: Account, buttons: Sequence[MenuButton], rule: MenuRule
    ) -> MenuId:
        """Add a menu for some followers; the default menu has to be there first.

        Page: /doc/service/api/custommenu/api_addconditionalmenu.md; 2,000 a day. Raises
        InvalidField as `create` does.
        """
        body = {"button": _build_buttons(buttons), "matchrule": rule.to_body()}
        return await self.client.call(account, ADD_CONDITIONAL_MENU, MenuId, body=body)

    async def delete_conditional(self, account: Account, menu_id: str) -> None:
        """Delete a conditional menu.

        Page: /doc/service/api/custommenu/api_deleteconditionalmenu.md; 2,000 a day. Raises
        ApiError: 65301 for an unknown one.
        """
        check_filled("menuid", menu_id, BAD_PARAMETER)
        body = {"menuid": menu_id}
        await self.client.call(account, DELETE_CONDITIONAL_MENU, Done, body=body)

    async def try_for(self, account: Account, user: str) -> ButtonList:
        """The menu that a follower sees, by openid or 微信号.

        Page: /doc/service/api/custommenu/api_trymatchmenu.md; 20,000 a day. Raises ApiError: 40003.
        """
        check_filled("user_id", user, BAD_OPENID)
        return await self.client.call(account, TRY_MENU, ButtonList, body={"user_id": user})


def find_needed_fields(button_type: ButtonType) -> tuple[str, ...]:
    """The fields that a button of this type must fill."""
    return _NEEDED.get(button_type, ("key",))


def to_stored(buttons: Sequence[MenuButton]) -> tuple[StoredButton, ...]:
    """Buttons of ours in the form in which the platform answers them."""
    return tuple(StoredButton.model_validate(button.to_body()) for button in buttons)


def _unwrap_button(button: Mapping[str, Any]) -> StoredButton:
    """A button of the shown menu, whose sub-buttons are in `{"list": [...]}`."""
    subs = button.get("sub_button")
    if isinstance(subs, dict):
        button = {**button, "sub_button": subs.get("list", ())}
    return StoredButton.model_validate(button)


def _build_buttons(buttons: Sequence[MenuButton]) -> list[dict[str, Any]]:
    if not 1 <= len(buttons) <= MOST_BUTTONS:
        limit = f"1 to {MOST_BUTTONS} buttons; there are {len(buttons)}"
        raise InvalidField("button", limit, BAD_COUNT)
    for index, button in enumerate(buttons):
        button.check(f"button[{index}]")
    return [button.to_body() for button in buttons]
