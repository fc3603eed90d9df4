"""The service with its simulated platform, followers' WeChat and the CMS."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr

from app.simulator.accounts.state import PlatformAccount
from app.simulator.callback.wechat import WeChat
from app.simulator.phones.phone import Phone
from app.simulator.platform import Platform
from tests.conftest import Open
from tests.service import ACCOUNT, Service, client
from tests.support.serve import serving


@dataclass(frozen=True)
class Shop:
    """What a test may do as a follower, as the CMS, and as the platform."""

    running: Service
    platform: Platform
    wechat: WeChat
    http: httpx.AsyncClient

    def phone(self, openid: str) -> Phone:
        return Phone(self.wechat, openid, self.platform)

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.http.post(f"/api/v1/{path}", json=body)

    async def read(self, path: str, **query: Any) -> dict[str, Any]:
        response = await self.http.get(f"/api/v1/{path}", params=query)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def approve(self, content: str, version: int = 1) -> None:
        """Submit the version, and approve it as 王敏."""
        for step, body in [("submit", {}), ("approve", {"by": "王敏"})]:
            response = await self.post(f"reviews/{content}/{step}", version=version, **body)
            assert response.status_code == 200, response.text


@asynccontextmanager
async def open_shop(open_service: Open, **account: Any) -> AsyncIterator[Shop]:
    """The shop, whose account is a verified service account unless `account` says otherwise."""
    platform = Platform([PlatformAccount(appid=ACCOUNT.appid, secret="secret", **account)])
    async with (
        serving(platform.app) as base,
        open_service(wechat_api_base=base, wechat_secret=SecretStr("secret")) as running,
        running.wechat() as wechat,
        client(running) as http,
    ):
        yield Shop(running, platform, wechat, http)


def detail(response: httpx.Response) -> tuple[int, str]:
    """Status and sentence of a refusal."""
    return response.status_code, str(response.json()["detail"])
