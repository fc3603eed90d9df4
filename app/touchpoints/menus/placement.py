"""Puts approved menus on the platform, takes them off, and reads what the platform has."""

from dataclasses import dataclass
from functools import partial

from app.accounts import Account
from app.touchpoints.menus.comparing import PlatformMenus, find_same, list_live_lines, read_rule
from app.touchpoints.menus.lines import list_lines
from app.touchpoints.menus.values import Menu
from app.touchpoints.review import lifecycle
from app.touchpoints.review.repository import ReviewedContents
from app.touchpoints.review.values import ReviewedContent
from app.wechat.client.errors import ApiError
from app.wechat.client.families.menus import (
    ButtonList,
    ConditionalMenu,
    MenuInterfaces,
    MenuRule,
    to_stored,
)

NO_MENU, UNKNOWN_MENU = 46003, 65301


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuPlacement:
    """Each step may be repeated: after a crash it finds what its first try has done."""

    menus: MenuInterfaces
    contents: ReviewedContents

    async def put(self, account: Account, menu_id: str, by: str) -> ReviewedContent:
        """Put the approved version on the platform; an earlier one is replaced.

        Raises UnknownContent, WrongState, NameMissing, InvalidField, ApiError.
        """
        async with self.contents.lock(account.name, "menu"):
            item = await self.contents.get(account.name, menu_id, "menu")
            lifecycle.check_approved(item, by)
            menu = item.content
            assert isinstance(menu, Menu)
            if menu.rule is None:
                platform_id = await self._put_default(account, item, menu)
            else:
                platform_id = await self._put_conditional(account, item, menu, menu.rule)
            step = partial(
                lifecycle.go_live, by=by, now=self.contents.clock(), platform_id=platform_id
            )
            return await self.contents.change(account.name, menu_id, step)

    async def withdraw(
        self, account: Account, menu_id: str, *, by: str, reason: str
    ) -> ReviewedContent:
        """Take the menu off the platform; with the default one go all conditional ones.

        Raises UnknownContent, WrongState, NameMissing, ApiError.
        """
        step = partial(lifecycle.withdraw, by=by, reason=reason)
        async with self.contents.lock(account.name, "menu"):
            item = await self.contents.get(account.name, menu_id, "menu")
            step(item)  # refused before anything is called
            if item.live is not None and read_rule(item) is None:
                await self.menus.delete(account)
                await self._leave_all(account.name, but=menu_id)
            elif item.live is not None:
                await self._delete_conditional(account, item.live.platform_id)
            return await self.contents.change(account.name, menu_id, step)

    async def read(self, account: Account) -> PlatformMenus:
        """The menus that the platform has. Raises ApiError."""
        shown_menu = await self.menus.get_shown(account)
        try:
            stored_menus = await self.menus.get(account)
        except ApiError as error:
            if error.code != NO_MENU:
                raise
            return PlatformMenus(
                origin="console" if shown_menu.buttons else "none",
                is_open=shown_menu.is_menu_open,
                buttons=shown_menu.buttons,
            )
        return PlatformMenus(
            origin="interface",
            is_open=shown_menu.is_menu_open,
            buttons=shown_menu.buttons,
            conditional=stored_menus.conditionalmenu,
        )

    async def try_for(self, account: Account, user: str) -> tuple[ButtonList, str]:
        """The menu that a follower sees, and the id of ours that it is ("" for none of ours).

        Raises InvalidField, ApiError.
        """
        buttons = await self.menus.try_for(account, user)
        lines = list_lines(buttons.button)
        for item in await self.contents.list_live(account.name, "menu"):
            if list_live_lines(item.live) == lines:
                return buttons, item.id
        return buttons, ""

    async def _put_default(self, account: Account, item: ReviewedContent, menu: Menu) -> str:
        await self.menus.create(account, menu.buttons)
        for other in await self.contents.list_live(account.name, "menu"):
            if other.id != item.id and read_rule(other) is None:
                await self.contents.change(account.name, other.id, lifecycle.leave)
        return ""

    async def _put_conditional(
        self, account: Account, item: ReviewedContent, menu: Menu, rule: MenuRule
    ) -> str:
        """Add the menu, unless an earlier try did, and delete its former version."""
        former_id = item.live.platform_id if item.live else ""
        stored_menus = await self._list_free(account, item)
        menu_id = find_same(to_stored(menu.buttons), rule, stored_menus)
        if menu_id is None:
            menu_id = (await self.menus.add_conditional(account, menu.buttons, rule)).menuid
        if former_id and former_id != menu_id:
            await self._delete_conditional(account, former_id)
        return menu_id

    async def _list_free(self, account: Account, item: ReviewedContent) -> list[ConditionalMenu]:
        """The platform's conditional menus that are not another one of ours."""
        try:
            stored_menus = (await self.menus.get(account)).conditionalmenu
        except ApiError as error:
            if error.code != NO_MENU:
                raise
            return []
        live_menus = await self.contents.list_live(account.name, "menu")
        others = {each.live.platform_id for each in live_menus if each.live and each.id != item.id}
        return [menu for menu in stored_menus if menu.menuid not in others]

    async def _delete_conditional(self, account: Account, platform_id: str) -> None:
        try:
            await self.menus.delete_conditional(account, platform_id)
        except ApiError as error:
            if error.code != UNKNOWN_MENU:  # it is gone already
                raise

    async def _leave_all(self, account: str, *, but: str) -> None:
        for other in await self.contents.list_live(account, "menu"):
            if other.id != but:
                await self.contents.change(account, other.id, lifecycle.leave)
