"""How the menus that we put on the platform differ from those that it has. No I/O."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.publishing.diffs import compare_texts
from app.touchpoints.menus.lines import list_lines
from app.touchpoints.menus.values import Menu
from app.touchpoints.review.values import LiveVersion, ReviewedContent
from app.wechat.client.families.menus import ConditionalMenu, MenuRule, StoredButton, to_stored

Origin = Literal["interface", "console", "none"]


@dataclass(frozen=True, kw_only=True)
class PlatformMenus:
    """The menus that the platform has: the default one as followers see it, and others.

    `origin`: whether the default one was set by interface, or in the platform's web console.
    """

    origin: Origin
    is_open: bool
    buttons: tuple[StoredButton, ...] = ()
    conditional: tuple[ConditionalMenu, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MenuDifference:
    """`menu` is the id of ours, "" for a menu that isn't ours; `diff` from ours to theirs."""

    menu: str
    message: str  # Chinese
    diff: str = ""


def compare_menus(
    live_menus: Sequence[ReviewedContent], theirs: PlatformMenus
) -> list[MenuDifference]:
    """All differences: none means that followers see what was approved."""
    return [*_compare_default(live_menus, theirs), *_compare_conditional(live_menus, theirs)]


def find_same(
    buttons: Sequence[StoredButton], rule: MenuRule, theirs: Sequence[ConditionalMenu]
) -> str | None:
    """The menuid of a conditional menu with these buttons and this rule."""
    lines, conditions = list_lines(buttons), rule.to_body()
    for menu in theirs:
        if list_lines(menu.button) == lines and _read_conditions(menu) == conditions:
            return menu.menuid
    return None


def list_live_lines(live: LiveVersion | None) -> list[str]:
    """The lines of a menu that is live."""
    menu = live.content if live else None
    return list_lines(to_stored(menu.buttons)) if isinstance(menu, Menu) else []


def read_rule(item: ReviewedContent) -> MenuRule | None:
    """The rule of the live version; None for a default menu."""
    menu = item.live.content if item.live else item.content
    return menu.rule if isinstance(menu, Menu) else None


def _compare_default(
    live_menus: Sequence[ReviewedContent], theirs: PlatformMenus
) -> Iterator[MenuDifference]:
    lines = list_lines(theirs.buttons)
    ours = next((item for item in live_menus if read_rule(item) is None), None)
    if ours is None:
        if lines:
            message = "平台上的默认菜单不是在这里设置的。"
            yield MenuDifference(menu="", message=message, diff=_diff([], lines))
    elif not lines:
        yield MenuDifference(menu=ours.id, message="平台上没有菜单：可能在别处被删除或停用了。")
    elif (our_lines := list_live_lines(ours.live)) != lines:
        message = "平台上的默认菜单和这里上线的不一样。"
        yield MenuDifference(menu=ours.id, message=message, diff=_diff(our_lines, lines))


def _compare_conditional(
    live_menus: Sequence[ReviewedContent], theirs: PlatformMenus
) -> Iterator[MenuDifference]:
    menus_by_id = {menu.menuid: menu for menu in theirs.conditional}
    for item in live_menus:
        rule = read_rule(item)
        if item.live is None or rule is None:
            continue
        menu = menus_by_id.pop(item.live.platform_id, None)
        if menu is None:
            yield MenuDifference(menu=item.id, message="平台上没有这个个性化菜单。")
            continue
        our_lines, lines = list_live_lines(item.live), list_lines(menu.button)
        if our_lines != lines:
            message = "平台上的这个个性化菜单和这里上线的不一样。"
            yield MenuDifference(menu=item.id, message=message, diff=_diff(our_lines, lines))
        if rule.to_body() != _read_conditions(menu):
            message = "平台上的这个个性化菜单是给另外一些粉丝看的：匹配条件不一样。"
            yield MenuDifference(menu=item.id, message=message)
    for menu_id, menu in menus_by_id.items():
        message = f"平台上编号 {menu_id} 的个性化菜单不是在这里设置的。"
        yield MenuDifference(menu="", message=message, diff=_diff([], list_lines(menu.button)))


def _read_conditions(menu: ConditionalMenu) -> dict[str, str]:
    """The conditions that we know; the platform also answers empty ones of earlier years."""
    names = ("tag_id", "client_platform_type")
    return {name: value for name in names if (value := menu.matchrule.get(name))}


def _diff(ours: Sequence[str], theirs: Sequence[str]) -> str:
    return compare_texts("\n".join(ours), "\n".join(theirs))
