"""A menu as its editors write it."""

from dataclasses import dataclass
from typing import Literal

from app.wechat.client.families.menus import MenuButton, MenuRule


@dataclass(frozen=True, kw_only=True)
class Menu:
    """A default menu, or with a rule a conditional one. `name` is for editors only."""

    name: str
    buttons: tuple[MenuButton, ...]
    rule: MenuRule | None = None
    kind: Literal["menu"] = "menu"
