"""The platform on a socket, a clock to turn, and a brand's server that calls it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.kit.http_clients import open_async_client
from app.simulator.accounts.state import PlatformAccount
from app.simulator.clock import Clock
from app.simulator.families.customer_messages import SEND, TYPING
from app.simulator.families.tokens import STABLE_TOKEN
from app.simulator.gateway.faults import Faults
from app.simulator.platform import Platform
from tests.support.serve import serving

ACCOUNT = PlatformAccount(appid="wx1", secret="secret")
PERSONAL = PlatformAccount(appid="wx1", secret="secret", kind="personal", verified=False)
SUBSCRIPTION = PlatformAccount(appid="wx1", secret="secret", kind="subscription")
UNVERIFIED = PlatformAccount(appid="wx1", secret="secret", verified=False)
CREDENTIAL = {"grant_type": "client_credential", "appid": "wx1", "secret": "secret"}


@dataclass
class Caller:
    """A brand's server that calls the API."""

    http: httpx.AsyncClient
    clock: Clock
    platform: Platform
    token: str = field(default="")

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        """The answer to a JSON body, without a token."""
        return dict((await self.http.post(path, json=body)).json())

    async def log_in(self, **other: Any) -> str:
        self.token = (await self.post(STABLE_TOKEN, **{**CREDENTIAL, **other}))["access_token"]
        return self.token

    async def ask(self, path: str, **body: Any) -> dict[str, Any]:
        """The answer to a JSON body, with the token; `errmsg` is left out."""
        answer = await self.http.post(path, params={"access_token": self.token}, json=body)
        return _without_message(answer.json())

    async def code(self, path: str, **body: Any) -> int:
        """The errcode of the answer; 0 where it has none."""
        return int((await self.ask(path, **body)).get("errcode", 0))

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """The answer to a GET, with the token; `errmsg` is left out."""
        answer = await self.http.get(path, params={"access_token": self.token, **query})
        return _without_message(answer.json())

    async def upload(
        self, path: str, content: bytes, name: str = "media.jpg", **query: str
    ) -> dict[str, Any]:
        """The answer to a file."""
        parameters = {"access_token": self.token, **query}
        answer = await self.http.post(path, params=parameters, files={"media": (name, content)})
        return _without_message(answer.json())

    async def send(self, **message: Any) -> int:
        return await self.code(SEND, **message)

    async def text(self, openid: str, content: str = "您好") -> int:
        return await self.send(touser=openid, msgtype="text", text={"content": content})

    async def typing(self, openid: str, command: str = "Typing") -> int:
        return await self.code(TYPING, touser=openid, command=command)


@asynccontextmanager
async def calling(
    account: PlatformAccount = ACCOUNT, faults: Faults | None = None
) -> AsyncIterator[Caller]:
    """A caller with a token of the account."""
    clock = Clock()
    platform = Platform([account], faults=faults, clock=clock)
    async with (
        serving(platform.app) as base,
        open_async_client(base_url=base) as http,
    ):
        caller = Caller(http, clock, platform)
        await caller.log_in()
        yield caller


def _without_message(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "errmsg"}
