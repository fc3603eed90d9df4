"""Answers worker requests about what is set on the platform for followers to meet."""

from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter

from app.accounts import Account, Accounts, get
from app.jobs import CreateQrChannel, MakeShortKey, ManageMenu, ReadShortKey, RenewQrCode
from app.publishing.refusals import translating_refusals
from app.touchpoints.menus.comparing import PlatformMenus
from app.touchpoints.menus.placement import MenuPlacement
from app.touchpoints.qr.channels import NewChannel
from app.touchpoints.qr.codes import ChannelCodes
from app.touchpoints.qr.short_keys import ShortKeyMaker

TouchpointRequest = CreateQrChannel | RenewQrCode | ManageMenu | MakeShortKey | ReadShortKey
PLATFORM_MENUS = TypeAdapter(PlatformMenus)


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchpointRequests:
    """Answers with JSON values. Raises Refusal; the platform's errors are said in Chinese."""

    accounts: Accounts
    codes: ChannelCodes
    menus: MenuPlacement
    short_keys: ShortKeyMaker

    async def answer(self, request: TouchpointRequest) -> Any:
        """The answer to one request."""
        with translating_refusals():
            return await self._answer(request)

    async def _answer(self, request: TouchpointRequest) -> dict[str, Any]:
        account = get(self.accounts, request.account)
        match request:
            case CreateQrChannel():
                new = NewChannel(**request.channel)
                return asdict(await self.codes.create(account, new))
            case RenewQrCode():
                return asdict(await self.codes.renew(account, request.channel, request.days))
            case ManageMenu():
                return await self._manage_menu(account, request)
            case MakeShortKey():
                key = await self.short_keys.make(
                    account, request.long_data, seconds=request.seconds,
                    note=request.note, author=request.author,
                )  # fmt: skip
                return asdict(key)
            case ReadShortKey():
                long_data = await self.short_keys.read(account, request.short_key)
                return {
                    "short_key": request.short_key,
                    "long_data": long_data.long_data,
                    "created": long_data.create_time,
                    "seconds_left": long_data.expire_seconds,
                }

    async def _manage_menu(self, account: Account, request: ManageMenu) -> dict[str, Any]:
        match request.action:
            case "put":
                await self.menus.put(account, request.menu, request.by)
            case "withdraw":
                await self.menus.withdraw(
                    account, request.menu, by=request.by, reason=request.reason
                )
            case "read":
                menus = await self.menus.read(account)
                return dict(PLATFORM_MENUS.dump_python(menus, mode="json"))
            case "try":
                buttons, menu = await self.menus.try_for(account, request.user)
                return {"buttons": buttons.model_dump(mode="json")["button"], "menu": menu}
        return {}
