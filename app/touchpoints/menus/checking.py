"""Checks a menu before anything is called: each finding names its place and the limit.

Limits: /doc/service/api/custommenu/api_createcustommenu.html, api_addconditionalmenu.html.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from urllib.parse import urlsplit

from app.errors import Refusal
from app.publishing.article_html.values import Finding
from app.touchpoints.menus.values import Menu
from app.wechat.client.families.menus import (
    KEY_BYTES,
    LINK_BYTES,
    MOST_BUTTONS,
    MOST_SUB_BUTTONS,
    NAME_BYTES,
    SUB_NAME_BYTES,
    MenuButton,
    MenuRule,
    find_needed_fields,
)

HANZI, SUB_HANZI = 4, 8  # that phones show of a name
MOST_DOMAINS = 3  # that the links of a conditional menu lead to; more is 65316
_APPID = re.compile(r"wx[0-9a-f]{16}")


class BadMenu(Refusal):
    """A menu that the platform would refuse; the message names each fault."""

    status = 422
    name = "bad_menu"


def check_menu(menu: Menu, answered_keys: Collection[str] | None = None) -> list[Finding]:
    """What is wrong with the menu.

    `answered_keys`: the keys that the account's rules answer; None: keys aren't checked.
    """
    findings = [*_check_count(menu.buttons), *_check_rule(menu)]
    for place, button, is_sub in list_places(menu.buttons):
        findings += _check_name(place, button.name, is_sub=is_sub)
        if not button.sub_buttons:
            findings += _check_action(place, button)
            findings += _check_answer(place, button, answered_keys)
    return findings


def refuse_faults(menu: Menu) -> None:
    """Raise BadMenu, which names all errors, where there is one."""
    errors = [each for each in check_menu(menu) if each.severity == "error"]
    if errors:
        raise BadMenu("\n".join(f"{error.place}：{error.message}" for error in errors))


def list_places(buttons: Sequence[MenuButton]) -> Iterator[tuple[str, MenuButton, bool]]:
    """All buttons with their places, and whether they are below another one."""
    for index, button in enumerate(buttons):
        place = f"button[{index}]"
        yield place, button, False
        for sub_index, sub in enumerate(button.sub_buttons):
            yield f"{place}.sub_button[{sub_index}]", sub, True


def _check_count(buttons: Sequence[MenuButton]) -> Iterator[Finding]:
    if not buttons:
        yield Finding("count", "button", "菜单是空的：至少要有 1 个一级菜单。")
    if (count := len(buttons)) > MOST_BUTTONS:
        yield Finding("count", "button", f"一级菜单有 {count} 个，最多 {MOST_BUTTONS} 个。")
    for index, button in enumerate(buttons):
        if (count := len(button.sub_buttons)) > MOST_SUB_BUTTONS:
            message = f"二级菜单有 {count} 个，最多 {MOST_SUB_BUTTONS} 个。"
            yield Finding("count", f"button[{index}].sub_button", message)


def _check_rule(menu: Menu) -> Iterator[Finding]:
    if menu.rule is None:
        return
    if menu.rule == MenuRule():
        yield Finding("rule", "matchrule", "至少写一个条件：标签，或手机系统。")
    links = [button.url for _, button, _ in list_places(menu.buttons) if button.url]
    if (count := len({urlsplit(link).netloc for link in links})) > MOST_DOMAINS:
        message = f"链接到 {count} 个域名，个性化菜单最多 {MOST_DOMAINS} 个。"
        yield Finding("domains", "button", message)


def _check_name(place: str, name: str, *, is_sub: bool) -> Iterator[Finding]:
    place = f"{place}.name"
    most, hanzi = (SUB_NAME_BYTES, SUB_HANZI) if is_sub else (NAME_BYTES, HANZI)
    if not name.strip():
        yield Finding("name", place, "缺少名称。")
    elif not name.isprintable():
        yield Finding("name", place, "名称里不能有换行等控制字符。")
    elif (size := len(name.encode())) > most:
        message = f"名称有 {size} 个字节，最多 {most} 个（一个汉字 3 个字节），请缩短。"
        yield Finding("name", place, message)
    elif _measure_width(name) > 2 * hanzi:
        message = f"手机上只显示前 {hanzi} 个汉字，后面变成省略号。"
        yield Finding("name", place, message, "warning")


def _check_action(place: str, button: MenuButton) -> Iterator[Finding]:
    if button.type is None:
        yield Finding("type", f"{place}.type", "没有写类型，也没有二级菜单。")
        return
    for name in find_needed_fields(button.type):
        if not str(getattr(button, name)).strip():
            message = f"类型是 {button.type} 的菜单要填写 {name}。"
            yield Finding(name, f"{place}.{name}", message)
    for name, most in (("key", KEY_BYTES), ("url", LINK_BYTES)):
        if (size := len(str(getattr(button, name)).encode())) > most:
            message = f"{name} 有 {size:,} 个字节，最多 {most:,} 个，请缩短。"
            yield Finding(name, f"{place}.{name}", message)
    for name in ("key", "url", "media_id", "article_id", "appid", "pagepath"):
        if not str(getattr(button, name)).isprintable():  # JSON's escapes of it are 40033
            yield Finding(name, f"{place}.{name}", f"{name} 里不能有换行等控制字符。")
    yield from _check_addresses(place, button)


def _check_addresses(place: str, button: MenuButton) -> Iterator[Finding]:
    if button.url and not button.url.startswith(("http://", "https://")):
        yield Finding("url", f"{place}.url", "链接要以 https:// 或 http:// 开头。")
    if button.appid and not _APPID.fullmatch(button.appid):
        message = "小程序的 AppID 是 wx 加 16 位小写的十六进制数字。"
        yield Finding("appid", f"{place}.appid", message)


def _check_answer(
    place: str, button: MenuButton, answered_keys: Collection[str] | None
) -> Iterator[Finding]:
    """What a follower hears who taps it."""
    if button.type == "scancode_waitmsg":
        message = "扫码后手机会等回复，而这里不回复扫码结果：请改用 scancode_push。"
        yield Finding("answer", f"{place}.type", message, "warning")
    if button.type == "click" and answered_keys is not None and button.key not in answered_keys:
        message = (
            f"运营规则没有回答“{button.key}”：点了只会听到一句通用的话。"
            "请在规则的 menu 里给它写上回复，或写上要替粉丝问的问题。"
        )
        yield Finding("answer", f"{place}.key", message, "warning")


def _measure_width(name: str) -> int:
    """Columns: two for a Chinese character, one for a letter."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in name)
