"""Runs an ASGI app under uvicorn on a free port, inside the running loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Literal

import uvicorn

from app.kit.bounded_http import KEEP_ALIVE_SECONDS


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self.leaving = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # several servers live in one process; signals belong to whoever runs it

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit as error:  # uvicorn would take the whole test run down
            raise RuntimeError("the app did not start") from error
        self.listening.set()

    async def main_loop(self) -> None:
        await self.leaving.wait()  # uvicorn's own looks ten times a second: 0.1 s more a test


@asynccontextmanager
async def serving(
    app: Any,  # any ASGI app
    port: int = 0,
    http: type[asyncio.Protocol] | Literal["auto"] = "auto",
) -> AsyncIterator[str]:
    """The base URL of `app`, for as long as the block lasts; requests get a second to finish.

    Before and after it the port refuses connections: name it to come back where one was before.
    """
    # uvicorn binds the socket itself: on one from socket.create_server, asyncio leaves Nagle's
    # algorithm on, and every answer on a kept-alive connection comes 40 ms late.
    config = uvicorn.Config(
        app,
        port=port,
        http=http,
        log_config=None,
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve())
    ready = asyncio.create_task(server.listening.wait())
    await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if not running.done():
            port = server.servers[0].sockets[0].getsockname()[1]
            yield f"http://127.0.0.1:{port}"
    finally:
        ready.cancel()
        server.leaving.set()
        await running
