"""What goes wrong in a week: processes die, Redis too, the platform stumbles and is away."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

from app.simulator.gateway.faults import Odds
from app.simulator.platform import Platform
from tests.bench.conversation.crew import APIS, WORKERS, Crew
from tests.support.serve import serving

STUMBLES = Odds(
    errcodes={-1: 0.05, 40001: 0.03, 45009: 0.01, 45011: 0.01},
    bad_gateway=0.03,
    hangs=0.01,
    cut=0.01,
    seconds=(0.02, 0.4),
)
KILL_EVERY = (5.0, 10.0)  # seconds; one process of the four, while its sibling is well
DOWN_FOR = (0.0, 2.0)  # seconds
REDIS_DOWN_FOR = 3.0  # seconds
API_AWAY_FOR = 6.0  # seconds: nothing listens at the platform's address


@dataclass
class Address:
    """Where the platform answers; it may be away for a while and come back."""

    platform: Platform
    base: str = ""
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def open(self) -> None:
        port = int(self.base.rpartition(":")[2] or 0)
        self.base = await self._stack.enter_async_context(serving(self.platform.app, port))

    async def close(self) -> None:
        await self._stack.aclose()


@dataclass
class Mischief:
    """One kind of trouble at a time for each part; the same seed makes the same choices."""

    crew: Crew
    address: Address
    seed: int
    deaf: float = 0.0  # share of the platform's yeses that are not heard
    _coming: "list[asyncio.Task[None]]" = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._quiet = asyncio.Lock()  # held while Redis is away: its loss is enough

    @asynccontextmanager
    async def afoot(self) -> AsyncIterator[None]:
        """Processes die at random while the block lasts; after it all are well again."""
        self.address.platform.faults.odds = replace(STUMBLES, deaf=self.deaf)
        killing = asyncio.create_task(self._kill_on())
        try:
            yield
        finally:
            killing.cancel()
            await asyncio.wait({killing})
            await asyncio.gather(*self._coming)
            self.address.platform.faults.odds = Odds()
            if not killing.cancelled():  # it ended by an error of its own
                killing.result()

    async def restart_redis(self) -> None:
        """With its append-only file."""
        async with self._quiet:
            self.crew.kill("redis")
            await asyncio.sleep(REDIS_DOWN_FOR)
            self.crew.start("redis")
            await self.crew.ready("redis")

    async def close_api(self) -> None:
        """Connections to the platform are refused for some seconds."""
        await self.address.close()
        await asyncio.sleep(API_AWAY_FOR)
        await self.address.open()

    async def _kill_on(self) -> None:
        while True:
            await asyncio.sleep(self._random.uniform(*KILL_EVERY))
            name = self._random.choice((*APIS, *WORKERS))
            async with self._quiet:
                self._coming = [task for task in self._coming if not task.done()]
                if not self._coming:
                    self.crew.kill(name)
                    pause = self._random.uniform(*DOWN_FOR)
                    self._coming.append(asyncio.create_task(self._again(name, pause)))

    async def _again(self, name: str, pause: float) -> None:
        await asyncio.sleep(pause)
        async with self._quiet:
            self.crew.start(name)
        with contextlib.suppress(asyncio.CancelledError):
            await self.crew.ready(name)
