"""One server for all tests of a module; each test has a platform of its own behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from app.kit.http_clients import open_async_client
from app.simulator.accounts.state import PlatformAccount
from app.simulator.clock import Clock
from app.simulator.platform import Platform
from tests.pace import seconds
from tests.simulator.calling import ACCOUNT, Caller
from tests.support.serve import serving


@dataclass
class ReplaceableApp:
    """Hands each request to the app of the running test."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@dataclass(frozen=True)
class SharedServer:
    """A server on a socket, with a client for it."""

    replaceable: ReplaceableApp
    http: httpx.AsyncClient

    async def start_platform(self, *accounts: PlatformAccount) -> Caller:
        """A caller of the first account at a new platform of these accounts."""
        clock = Clock()
        platform = Platform(accounts or [ACCOUNT], clock=clock)
        self.replaceable.app = platform.app
        caller = Caller(self.http, clock, platform)
        await caller.log_in()
        return caller


@asynccontextmanager
async def sharing_server() -> AsyncIterator[SharedServer]:
    """A server that tests share one after the other.

    No connection is kept: the server closes one that is idle for long between two tests.
    """
    replaceable = ReplaceableApp(Platform([ACCOUNT]).app)
    limits = httpx.Limits(max_keepalive_connections=0)
    async with (
        serving(replaceable) as base,
        open_async_client(base_url=base, limits=limits, timeout=seconds(30)) as http,
    ):
        yield SharedServer(replaceable, http)
