"""Answers worker requests about what is set on the platform for followers to meet."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.accounts import Accounts, get
from app.jobs import CreateQrChannel, RenewQrCode
from app.publishing.refusals import translating_refusals
from app.touchpoints.qr.channels import NewChannel
from app.touchpoints.qr.codes import ChannelCodes

TouchpointRequest = CreateQrChannel | RenewQrCode


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchpointRequests:
    """Answers with JSON values. Raises Refusal; the platform's errors are said in Chinese."""

    accounts: Accounts
    codes: ChannelCodes

    async def answer(self, request: TouchpointRequest) -> Any:
        """The answer to one request."""
        with translating_refusals():
            return await self._answer(request)

    async def _answer(self, request: TouchpointRequest) -> Mapping[str, Any]:
        account = get(self.accounts, request.account)
        match request:
            case CreateQrChannel():
                new = NewChannel(**request.channel)
                return asdict(await self.codes.create(account, new))
            case RenewQrCode():
                return asdict(await self.codes.renew(account, request.channel, request.days))
