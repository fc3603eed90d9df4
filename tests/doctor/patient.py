"""An account on the simulator, and an examination of it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.accounts import Account
from app.doctor.runner import Examination
from app.doctor.values import CheckResult
from app.settings import Settings
from app.simulator.platform import Platform
from models.hub.describe import BaseFacts, write_base_facts
from models.hub.sources import E5_SMALL
from tests.pace import seconds
from tests.support.serve import serving
from tests.wechat.client.support import SHOP

ACCOUNT = replace(SHOP, aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")


@dataclass(kw_only=True)
class Patient:
    """What `examine` needs; a test changes what it wants to be ill."""

    redis_url: str
    database_url: str
    weights: Path
    account: Account = ACCOUNT
    settings: dict[str, Any] = field(default_factory=dict)
    examination: dict[str, Any] = field(default_factory=dict)

    async def examine_at(self, api_base: str) -> dict[str, CheckResult]:
        """All results by the name of their check."""
        values: dict[str, Any] = {
            "redis_url": self.redis_url,
            "database_url": self.database_url,
            "wechat_api_base": api_base,
            "wechat_appid": self.account.appid,
            "wechat_token": SecretStr("lotus-pond"),
            "cms_api_key": SecretStr("the-key-of-the-cms-in-tests"),
        }
        options: dict[str, Any] = {"weights": self.weights, "seconds": seconds(4.0)}
        results = await Examination(
            settings=Settings(_env_file=None, **(values | self.settings)),
            account=self.account,
            **(options | self.examination),
        ).run()
        return {result.name: result for result in results}

    async def examine(self, platform: Platform) -> dict[str, CheckResult]:
        """The same, where the simulated platform answers."""
        async with serving(_add_date(platform.app)) as base:
            return await self.examine_at(base)


def _add_date(app: ASGIApp) -> ASGIApp:
    """The header that uvicorn writes only where its own loop runs."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = formatdate(usegmt=True).encode()
                message["headers"] = [*message["headers"], (b"date", now)]
            await send(message)

        await app(scope, receive, send_dated)

    return answer


def write_weights(folder: Path) -> Path:
    """A folder that looks like the complete weights of the encoder."""
    weights = folder / E5_SMALL.folder
    weights.mkdir(parents=True)
    (weights / "model.safetensors").touch()
    facts = BaseFacts(
        name=E5_SMALL.name, kind="encoder", origin=E5_SMALL.origin, licence="MIT", revision="",
        pooling="mean", prefix="", max_tokens=512, sha256=E5_SMALL.wheel.sha256,
    )  # fmt: skip
    write_base_facts(weights, facts)
    return folder


@contextlib.asynccontextmanager
async def hanging_port() -> AsyncIterator[int]:
    """A port that takes connections and never answers."""
    release = asyncio.Event()

    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        release.set()
        server.close()
        await server.wait_closed()


@contextlib.asynccontextmanager
async def unreachable_port() -> AsyncIterator[int]:
    """A port whose host drops what arrives: connecting to it never ends.

    Linux drops connections to a socket that listens and has not accepted as many as it queues.
    """
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as server,
        contextlib.ExitStack() as queue,
    ):
        port = int(server.getsockname()[1])
        for _ in range(4):
            waiting = queue.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        yield port
