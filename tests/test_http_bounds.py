"""The api as it is started: strangers who send without end or not at all don't stop it."""

import asyncio
import contextlib
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from app.kit.bounded_http import raise_file_limit
from app.kit.http_clients import open_async_client
from app.simulator.callback.wechat import WeChat
from app.simulator.callback.wire import CallbackAccount
from tests import pace

ROOT = Path(__file__).parents[1]
ACCOUNT = CallbackAccount(appid="wx1", token="lotus-pond", path="/wechat/default")
SILENT = 1_200
MIB = 1024 * 1024


@asynccontextmanager
async def api(folder: Path, redis_url: str, database_url: str) -> AsyncIterator[tuple[int, int]]:
    """An api process of its own: its port and its id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    settings = {
        "PORT": str(port), "REDIS_URL": redis_url, "DATABASE_URL": database_url,
        "WECHAT_APPID": ACCOUNT.appid, "WECHAT_TOKEN": ACCOUNT.token,
        "CMS_API_KEY": "the-key-of-the-cms",
        "LIMITS__CONNECTIONS": "400", "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin",
    }  # fmt: skip
    command = (sys.executable, "-m", "app", "api")
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=settings)
    try:
        async with asyncio.timeout(60):
            while not await is_live(port):  # noqa: ASYNC110 - another process sends no event
                await asyncio.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        await process.wait()


async def is_live(port: int) -> bool:
    try:
        async with open_async_client() as http:
            return (await http.get(f"http://127.0.0.1:{port}/health/live")).is_success
    except httpx.TransportError:
        return False


def resident_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def send_endless_head(port: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.suppress(OSError):
        writer.write(b"POST /wechat/default HTTP/1.1\r\n")
        for number in range(2_000):
            writer.write(f"X-{number}: ".encode() + b"a" * 64_000 + b"\r\n")
            await writer.drain()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def connect_silently(port: int, stack: AsyncExitStack) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    stack.callback(writer.close)


async def test_endless_heads_take_no_memory(
    tmp_path: Path, redis_url: str, database_url: str
) -> None:
    async with api(tmp_path, redis_url, database_url) as (port, pid):
        before = resident_bytes(pid)
        await asyncio.gather(*(send_endless_head(port) for _ in range(20)))
        grown = resident_bytes(pid) - before

    assert grown < 64 * MIB  # 20 times 128 MB were sent


async def test_wechat_is_answered_among_silent_connections(
    tmp_path: Path, redis_url: str, database_url: str
) -> None:
    silent = min(SILENT, raise_file_limit(4 * SILENT) - 100)
    async with api(tmp_path, redis_url, database_url) as (port, _), AsyncExitStack() as stack:
        for _ in range(silent):
            await connect_silently(port, stack)
        wechat = WeChat(account=ACCOUNT, bases=[f"http://127.0.0.1:{port}"])
        await stack.enter_async_context(wechat)
        began = time.monotonic()
        verified = await wechat.verify_url()
        seconds = time.monotonic() - began

    assert (verified, seconds < pace.seconds(5)) == (True, True)
