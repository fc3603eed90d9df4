"""The menu below the chat, and conditional ones.

Pages: /doc/service/api/custommenu/api_createcustommenu.html, api_getmenu.html,
api_getcurrentselfmenuinfo.html, api_deletemenu.html, api_addconditionalmenu.html,
api_deleteconditionalmenu.html, api_trymatchmenu.html.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from app.simulator.accounts.quotas import Budget
from app.simulator.accounts.rights import Right
from app.simulator.accounts.state import Body
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.families.users import find_follower
from app.simulator.gateway.routing import OK, Answer, Call, Family, Handler, Interface

MOST_BUTTONS, MOST_SUB_BUTTONS = 3, 5
NAME_BYTES, SUB_NAME_BYTES, KEY_BYTES, URL_BYTES = 16, 60, 128, 1024
NEEDED = {
    "click": "key", "scancode_push": "key", "scancode_waitmsg": "key", "pic_sysphoto": "key",
    "pic_photo_or_album": "key", "pic_weixin": "key", "location_select": "key",
    "view": "url", "miniprogram": "pagepath", "media_id": "media_id",
    "article_id": "article_id", "article_view_limited": "article_id",
}  # fmt: skip
PLATFORMS = ("1", "2", "3")  # iOS, Android, others
MOST_DOMAINS = 3  # that the links of a conditional menu lead to


@dataclass(kw_only=True)
class RuledMenu:
    """A conditional menu."""

    menu_id: int
    buttons: list[Body]
    rule: dict[str, str]


@dataclass
class MenuStore:
    """The menus of an account; `buttons` is empty where there is none.

    `console_buttons` is a menu that an operator set in the web console: shown while there is none
    that was set by interface.
    """

    buttons: list[Body] = field(default_factory=list)
    console_buttons: list[Body] = field(default_factory=list)
    ruled: list[RuledMenu] = field(default_factory=list)
    linked_programs: list[str] = field(default_factory=list)  # appids


def create_menu(call: Call) -> Answer:
    """Set the menu."""
    call.account.store(MenuStore).buttons = _read_buttons(call)
    return OK


def get_menu(call: Call) -> Answer:
    """All menus that were set by interface. 46003 where there is none."""
    menus = call.account.store(MenuStore)
    refuse_unless(menus.buttons, 46003)
    answer: dict[str, Any] = {"menu": {"button": menus.buttons}}
    if menus.ruled:
        answer["conditionalmenu"] = [
            {"button": menu.buttons, "matchrule": menu.rule, "menuid": menu.menu_id}
            for menu in menus.ruled
        ]
    return answer


def get_shown_menu(call: Call) -> Answer:
    """The menu that followers see; sub-buttons are in a list of their own."""
    menus = call.account.store(MenuStore)
    buttons = [
        button | {"sub_button": {"list": button["sub_button"]}}
        if "sub_button" in button
        else button
        for button in menus.buttons or menus.console_buttons
    ]
    return {"is_menu_open": int(bool(buttons)), "selfmenu_info": {"button": buttons}}


def delete_menu(call: Call) -> Answer:
    """Remove all menus."""
    menus = call.account.store(MenuStore)
    menus.buttons, menus.ruled = [], []
    return OK


def add_conditional(call: Call) -> Answer:
    """A menu for some followers. 65303 without a default menu, 65316 for too many domains."""
    menus, buttons = call.account.store(MenuStore), _read_buttons(call)
    refuse_unless(menus.buttons, 65303)
    refuse_unless(len(_find_domains(buttons)) <= MOST_DOMAINS, 65316)
    menu = RuledMenu(menu_id=call.account.next_number(), buttons=buttons, rule=_read_rule(call))
    menus.ruled.insert(0, menu)  # the newest is tried first
    return {"menuid": menu.menu_id}


def delete_conditional(call: Call) -> Answer:
    """Remove a conditional menu. 65301 unknown."""
    menus, menu_id = call.account.store(MenuStore), call.number("menuid")
    refuse_unless(any(menu.menu_id == menu_id for menu in menus.ruled), 65301)
    menus.ruled = [menu for menu in menus.ruled if menu.menu_id != menu_id]
    return OK


def try_menu(call: Call) -> Answer:
    """The menu of a follower; the simulator's followers are on Android."""
    follower = find_follower(call, call.text("user_id", 40003))
    menus = call.account.store(MenuStore)
    for menu in menus.ruled:
        tag = menu.rule.get("tag_id", "")
        has_tag = not tag or int(tag) in follower.tag_ids
        if has_tag and menu.rule.get("client_platform_type", "2") == "2":
            return {"button": menu.buttons}
    refuse_unless(menus.buttons, 46003)
    return {"button": menus.buttons}


def _read_buttons(call: Call) -> list[Body]:
    """The buttons. Raises Refused: 40016, 40023 number, 40018, 40025 name and so on."""
    buttons = call.body.get("button")
    if not isinstance(buttons, list) or not all(isinstance(each, dict) for each in buttons):
        raise Refused(47001)
    refuse_unless(1 <= len(buttons) <= MOST_BUTTONS, 40016)
    programs = call.account.store(MenuStore).linked_programs
    return [_check_button(button, programs.__contains__) for button in buttons]


def _check_button(button: Body, is_linked: Callable[[str], bool]) -> Body:
    _check_name(button, NAME_BYTES, 40018)
    subs = button.get("sub_button") or []
    if not isinstance(subs, list) or not all(isinstance(each, dict) for each in subs):
        raise Refused(47001)
    if not subs:
        return _check_action(button, is_linked)
    refuse_unless(len(subs) <= MOST_SUB_BUTTONS, 40023)
    for sub in subs:
        refuse_unless(not sub.get("sub_button"), 40022)
        _check_name(sub, SUB_NAME_BYTES, 40025)
    return {
        "name": button["name"],
        "sub_button": [_check_action(each, is_linked) for each in subs],
    }


def _check_name(button: Body, most: int, errcode: int) -> None:
    name = button.get("name")
    refuse_unless(isinstance(name, str) and 0 < len(name.encode()) <= most, errcode)


def _check_action(button: Body, is_linked: Callable[[str], bool]) -> Body:
    needed = NEEDED.get(str(button.get("type")))
    if needed is None:
        raise Refused(40017)
    refuse_unless(isinstance(button.get(needed), str) and button[needed], 40019)
    refuse_unless(len(str(button.get("key", "")).encode()) <= KEY_BYTES, 40019)
    refuse_unless(len(str(button.get("url", "")).encode()) <= URL_BYTES, 40020)
    if url := str(button.get("url", "")):
        refuse_unless(url.startswith(("http://", "https://")), 65317)
    if button["type"] == "miniprogram":
        refuse_unless(is_linked(str(button.get("appid"))), 45064)
    return button


def _read_rule(call: Call) -> dict[str, str]:
    """The rule. Raises Refused: 65304 without a condition, 45159 for an unknown tag."""
    rule = call.body.get("matchrule")
    if not isinstance(rule, dict):
        raise Refused(47001)
    conditions = {name: str(value) for name, value in rule.items() if value}
    refuse_unless(conditions, 65304)
    tag = conditions.get("tag_id")
    if tag is not None:
        refuse_unless(tag.isdecimal() and int(tag) in call.account.followers.tags, 45159)
    refuse_unless(conditions.get("client_platform_type", "1") in PLATFORMS, 65304)
    return conditions


def _find_domains(buttons: list[Body]) -> set[str]:
    subs = [sub for button in buttons for sub in button.get("sub_button", ())]
    links = [button.get("url") for button in (*buttons, *subs)]
    return {urlsplit(link).netloc for link in links if link}


def _post(path: str, answer: Handler, a_day: int, right: Right = Right.MENU) -> Interface:
    return Interface(
        method="POST", path=path, answer=answer, right=right, budget=Budget(path, a_day=a_day)
    )


def _get(path: str, answer: Handler, a_day: int) -> Interface:
    budget = Budget(path, a_day=a_day)
    return Interface(method="GET", path=path, answer=answer, right=Right.MENU, budget=budget)


FAMILY = Family(
    "menus",
    (
        _post("/cgi-bin/menu/create", create_menu, 1000),
        _get("/cgi-bin/menu/get", get_menu, 10_000),
        _get("/cgi-bin/get_current_selfmenu_info", get_shown_menu, 10_000),
        _get("/cgi-bin/menu/delete", delete_menu, 1000),
        _post("/cgi-bin/menu/addconditional", add_conditional, 2000, Right.CONDITIONAL_MENU),
        _post("/cgi-bin/menu/delconditional", delete_conditional, 2000, Right.CONDITIONAL_MENU),
        _post("/cgi-bin/menu/trymatch", try_menu, 20_000, Right.CONDITIONAL_MENU),
    ),
    stores=(MenuStore,),
)
