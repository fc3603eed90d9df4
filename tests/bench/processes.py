"""The service as users start it: Redis, api and worker as processes; their CPU and memory."""

import asyncio
import contextlib
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from redis.asyncio import Redis

from app.resources import private_redis
from app.settings import Settings
from app.simulator.callback.connections import Connections
from app.simulator.callback.wechat import NO_ANSWER
from app.simulator.callback.wire import CallbackAccount
from tests.postgres import private_database

ROOT = Path(__file__).parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
START_WITHIN = 120.0  # seconds
LOG_LINES = 20
OWN_SETTINGS = {
    "DEVICE",
    "THREADS",
    "ENCODER_DTYPE",
}  # taken over from the caller's environment, as LIMITS__* are


class Died(Exception):
    """A process of the service did not come up."""


@dataclass(frozen=True)
class Service:
    """Warm and ready to be asked."""

    base: str
    account: CallbackAccount
    pids: Mapping[str, int]  # api, worker, redis, postgres
    start_s: Mapping[str, float]  # api, worker
    dtype: str  # that the worker's encoder computes in
    key: str  # of the REST interface

    def cpu(self) -> dict[str, float]:
        """CPU seconds of each process and its children so far: user and system, all threads."""
        return {name: count_cpu_seconds(pid) for name, pid in self.pids.items()}

    def memory(self, field: str) -> dict[str, float]:
        """MB of api and worker; `field` is VmRSS, or VmHWM for the peak."""
        return {name: round(_status(self.pids[name], field), 1) for name in ("api", "worker")}


@asynccontextmanager
async def running() -> AsyncIterator[Service]:
    """Everything is stopped and removed afterwards, on Ctrl-C too. Raises Died."""
    folder = ROOT / "var" / f"bench-redis-{os.getpid()}"
    try:
        async with (
            private_redis(folder) as redis,
            private_database(folder / "postgres") as database,
        ):
            port, metrics_port, token = free_port(), free_port(), secrets.token_hex(16)
            settings = {
                "HOST": "127.0.0.1",
                "PORT": str(port),
                "METRICS_PORT": str(metrics_port),
                "REDIS_URL": redis,
                "WECHAT_APPID": "wx" + secrets.token_hex(8),
                "WECHAT_TOKEN": token,
                "CMS_API_KEY": secrets.token_urlsafe(24),
                "DATABASE_URL": database,
                "LOG_LEVEL": "warning",
                # A caller writes faster than any follower.
                "LIMITS__MESSAGES_A_MINUTE": "1000000",
                "LIMITS__MESSAGES_A_DAY": "1000000",
            }
            base = f"http://127.0.0.1:{port}"
            async with (
                role_running("api", folder, settings, f"{base}/health/live") as (api, api_s),
                role_running("worker", folder, settings, f"{base}/health/ready") as (
                    worker,
                    worker_s,
                ),
            ):
                yield Service(
                    base,
                    CallbackAccount(settings["WECHAT_APPID"], token, "/wechat/default"),
                    {
                        "api": api,
                        "worker": worker,
                        "redis": await _pid_of(redis),
                        "postgres": _postmaster_in(folder / "postgres"),
                    },
                    {"api": round(api_s, 2), "worker": round(worker_s, 2)},
                    await asyncio.to_thread(_dtype, metrics_port, settings["CMS_API_KEY"]),
                    settings["CMS_API_KEY"],
                )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def role_running(
    role: str, folder: Path, settings: Mapping[str, str], probe: str
) -> AsyncIterator[tuple[int, float]]:
    """Its pid, and the seconds from its start until `probe` answered 200. Raises Died."""
    log = folder / f"{role}.log"
    began = time.perf_counter()
    process = spawn(role, folder, settings, log)
    try:
        await _until_200(probe, process)
        yield process.pid, time.perf_counter() - began
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, 10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        tell(role, log)


def spawn(
    role: str, folder: Path, settings: Mapping[str, str], log: Path
) -> "subprocess.Popen[bytes]":
    """`python -m app ROLE`, with none of the caller's settings but OWN_SETTINGS."""
    command = [sys.executable, "-m", "app", role]
    with log.open("wb") as out:
        # Run in `folder`, away from the operator's .env.
        return subprocess.Popen(
            command, cwd=folder, env=_environment(settings), stdout=out, stderr=out
        )


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    ours = {name.upper() for name in Settings.model_fields} - OWN_SETTINGS
    around = os.environ  # noqa: TID251 - PATH and the like go on to the processes
    environment = {name: value for name, value in around.items() if name.upper() not in ours}
    return {**environment, "PYTHONPATH": str(ROOT), **settings}


async def _until_200(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.perf_counter() + START_WITHIN
    while time.perf_counter() < until and process.poll() is None:
        if await is_200(url):
            return
        await asyncio.sleep(0.02)
    raise Died(f"{url} does not answer 200; what the process said is above")


async def is_200(url: str) -> bool:
    """It answers, and well, within two seconds."""
    line = Connections()
    try:
        async with asyncio.timeout(2):
            return (await line.ask("GET", url)).status == 200
    except NO_ANSWER:
        return False
    finally:
        await line.close()


def tell(role: str, log: Path) -> None:
    """What a process had to say must not vanish with the folder."""
    lines = log.read_text("utf-8", errors="replace").splitlines()
    if len(lines) > LOG_LINES:
        print(f"{role}: {len(lines) - LOG_LINES} lines more before these", file=sys.stderr)
    for line in lines[-LOG_LINES:]:
        print(f"{role}: {line}", file=sys.stderr)


def _dtype(metrics_port: int, key: str) -> str:
    """What the worker's metrics say its encoder computes in."""
    request = Request(
        f"http://127.0.0.1:{metrics_port}/metrics", headers={"Authorization": f"Bearer {key}"}
    )
    with urlopen(request, timeout=5) as response:
        text = response.read().decode()
    value = re.search(r'^huiyin_encoder_dtype\{dtype="(\w+)"\} 1', text, re.MULTILINE)
    return value[1] if value else "unknown"


async def _pid_of(url: str) -> int:
    async with Redis.from_url(url) as client:
        return int((await client.info("server"))["process_id"])


def free_port() -> int:
    """One of this host that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _postmaster_in(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def count_cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process and of its children, ended ones too."""
    seconds = _cpu(pid)
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with contextlib.suppress(OSError):  # has ended meanwhile
            seconds += _cpu(int(child))
    return seconds


def _cpu(pid: int) -> float:
    # After the name in parentheses, which may hold anything, the third field comes first.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def _status(pid: int, field: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1024
