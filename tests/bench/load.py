"""Followers who write to the webhook, one message after another, and how they fared."""

import asyncio
import itertools
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.simulator.callback.wechat import Outcome, WeChat
from app.simulator.phones import messages
from tests.bench.processes import Service

LEVELS = (1, 8, 32, 128)  # callers at once
IN_TIME = 4.5  # seconds
SETTLE = 1.2  # seconds: the worker writes its record of the last turns a second later


@dataclass(frozen=True)
class Run:
    """One level, once."""

    callers: int
    seconds: float  # from the first message to the last reply
    waits: Sequence[float]  # seconds, of messages that got a reply, in ascending order
    lost: int
    cpu: Mapping[str, float]  # seconds, of api, worker, redis and postgres

    @property
    def replies_per_s(self) -> float:
        return len(self.waits) / self.seconds

    @property
    def replies_per_server_cpu_s(self) -> float:
        return len(self.waits) / max(sum(self.cpu.values()), 0.01)

    @property
    def share_in_time(self) -> float:
        sent = len(self.waits) + self.lost
        return sum(wait <= IN_TIME for wait in self.waits) / sent if sent else 0.0

    def ms(self, percent: int) -> float:
        """The wait that `percent` of the replies kept within."""
        if not self.waits:
            return float("inf")
        return self.waits[min(len(self.waits) * percent // 100, len(self.waits) - 1)] * 1000

    def __str__(self) -> str:
        return (
            f"{self.callers} callers: {self.replies_per_s:.0f}/s, p50 {self.ms(50):.1f} ms, "
            f"p99 {self.ms(99):.1f} ms, {self.replies_per_server_cpu_s:.0f}/CPU-s, "
            f"{self.lost} lost"
        )


async def measure(service: Service, texts: Sequence[str], seconds: float) -> list[Run]:
    """Each level once, in the order of LEVELS."""
    async with WeChat(
        account=service.account, bases=[service.base], connections=max(LEVELS)
    ) as wechat:
        await _run(wechat, service, texts, 32, 1.0)  # warm-up
        runs = []
        for callers in LEVELS:
            runs.append(await _run(wechat, service, texts, callers, seconds))
            print(f"webhook  {runs[-1]}", flush=True)
    return runs


async def _run(
    wechat: WeChat, service: Service, texts: Sequence[str], callers: int, seconds: float
) -> Run:
    before, began = service.cpu(), time.perf_counter()
    outcomes_by_caller = await asyncio.gather(
        *(
            _caller(wechat, texts, number * len(texts) // callers, began + seconds)
            for number in range(callers)
        )
    )
    took = time.perf_counter() - began
    await asyncio.sleep(SETTLE)
    after = service.cpu()
    outcomes = [outcome for each in outcomes_by_caller for outcome in each]
    waits = sorted(o.seconds for o in outcomes if o.reply and o.reply.content)
    cpu = {name: after[name] - before[name] for name in after}
    return Run(callers, took, waits, len(outcomes) - len(waits), cpu)


async def _caller(wechat: WeChat, texts: Sequence[str], start: int, until: float) -> list[Outcome]:
    """A follower of their own. At least one message, and none after `until`."""
    openid = "o" + secrets.token_hex(13)
    outcomes: list[Outcome] = []
    for number in itertools.count(start):
        message = messages.text(texts[number % len(texts)])
        outcomes.append(await wechat.push(wechat.stamp(message, openid)))
        if time.perf_counter() >= until:
            break
    return outcomes
