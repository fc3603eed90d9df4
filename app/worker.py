"""The worker: takes users who have mail, has them answered in one batch, acknowledges last."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from pydantic import ValidationError
from redis.exceptions import RedisError, ResponseError

from app.dialogue.asks import Asks
from app.dialogue.letter import Letter
from app.dialogue.letters import Entry, Letters
from app.jobs import Ask
from app.kit import metrics
from app.sessions import keys
from app.wechat.outbox import Outbox

log = structlog.get_logger()

WRITING = 256  # batches whose answers are not all written down: some wait for a language model
LAST_WORDS = 8.0  # seconds for them when the worker is stopped; what is left goes to another one
TAKE = 64  # users a batch: 850 tokens at 13 a message, two or three forward passes
GATHER = 0.005  # seconds, at most GATHERINGS times: only after a larger batch
GATHERINGS = 6
REUNION = 0.5  # seconds once Redis is back: by then each api process has handed over what it held
HEARTBEAT = 1.0  # seconds between signs of life for what is in flight


Step = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to be done again and again; `last`: once more when the worker stops."""

    step: Step
    every: float = HEARTBEAT  # seconds
    last: bool = False


@dataclass(slots=True)
class Worker:
    """One of any number in the consumer group."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    letters: Letters
    asks: Asks
    outbox: Outbox
    preparing: Sequence[Step]  # before anybody is answered
    chores: Sequence[Chore]
    claim_after: float  # seconds without a sign of life, then a worker is dead
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    name: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    _in_flight: dict[str, set[str]] = field(
        default_factory=lambda: {keys.TALK: set(), keys.ASKS: set()}
    )
    _last_batch: int = 0
    _writing: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Work until `stop`; then finish what is in flight."""
        while not (self.stopping.is_set() or await self._tried(self._begin)):
            pass
        steps = [self._work, self._ask, self._show_life, self._claim]
        steps += [partial(self._do, chore) for chore in self.chores]
        await asyncio.gather(*(self._until_stopped(step) for step in steps))
        await self._finish()
        for chore in self.chores:
            if chore.last:
                await chore.step()

    def stop(self) -> None:
        """Take nothing new."""
        self.stopping.set()

    async def _begin(self) -> None:
        await self._join_group()
        for step in self.preparing:
            await step()
        await self.redis.set(keys.WARM, self.name, ex=keys.WARM_FOR)

    async def _join_group(self) -> None:
        for stream in (keys.TALK, keys.ASKS):
            with contextlib.suppress(ResponseError):  # it exists already
                await self.redis.xgroup_create(stream, keys.GROUP, "0", mkstream=True)

    async def _until_stopped(self, step: Callable[[], Awaitable[None]]) -> None:
        while not self.stopping.is_set():
            await self._tried(step)

    async def _tried(self, step: Callable[[], Awaitable[None]]) -> bool:
        """Whether it went through; a short pause where it didn't."""
        try:
            await step()
            return True
        except (RedisError, OSError) as error:
            log.warning("worker_waits_for_redis", error=repr(error))
            await asyncio.sleep(0.2)
            with contextlib.suppress(RedisError, OSError):
                await self._join_group()  # a Redis that lost its data lost the group too
                await asyncio.sleep(REUNION)
        except Exception:
            metrics.FAILURES.labels("worker").inc()
            log.exception("worker_failed")
            await asyncio.sleep(0.2)
        return False

    # --- Conversation --------------------------------------------------------------------------

    async def _work(self) -> None:
        """Judge what has come; the answers are written down while the next batch computes."""
        if len(self._writing) >= WRITING:
            await asyncio.wait(self._writing, return_when=asyncio.FIRST_COMPLETED)
        entries = await self._take()
        if not entries:
            return
        mine = self._in_flight[keys.TALK]
        mine.update(entry for entry, _ in entries)
        try:
            judged = await self.letters.judge(entries)
        except BaseException:
            mine.difference_update(entry for entry, _ in entries)
            raise
        self._start(self._tried(lambda: self._write(entries, judged)))

    def _start(self, writing: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(writing)
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _finish(self) -> None:
        """Let what was begun end; what takes too long is left to another worker."""
        until = time.monotonic() + LAST_WORDS
        while self._writing and time.monotonic() < until:
            await asyncio.wait(self._writing, timeout=HEARTBEAT)
            await self._tried(self._sign)
        late = list(self._writing)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _take(self) -> list[Entry]:
        found = await self._read(block=500)
        for _ in range(GATHERINGS):
            if not found or len(found) >= self._last_batch:
                break
            # The senders of the last batch are just writing again: the first of them would
            # otherwise be a batch of its own, at twice the cost a text.
            await asyncio.sleep(GATHER)
            found += await self._read(block=None)
        self._last_batch = min(len(found), TAKE)
        return found

    async def _read(self, block: int | None) -> list[Entry]:
        found = await self.redis.xreadgroup(
            keys.GROUP, self.name, {keys.TALK: ">"}, count=TAKE, block=block
        )
        return [(entry, fields["user"]) for _, entries in found or [] for entry, fields in entries]

    async def answer(self, entries: Sequence[Entry]) -> None:
        """One turn for each user who stands on the stream."""
        self._in_flight[keys.TALK].update(entry for entry, _ in entries)
        await self._write(entries, await self.letters.judge(entries))

    async def _write(self, entries: Sequence[Entry], judged: Sequence[Letter]) -> None:
        try:
            await self.letters.answer(entries, judged)
        finally:
            mine = self._in_flight[keys.TALK]
            mine.difference_update(entry for entry, _ in entries)

    # --- What the CMS asks ---------------------------------------------------------------------

    async def _ask(self) -> None:
        found = await self.redis.xreadgroup(
            keys.GROUP, self.name, {keys.ASKS: ">"}, count=1, block=500
        )
        if not found:
            return
        [(_, [(entry, fields)])] = found
        try:
            ask = self.asks.read(fields["job"])
        except ValidationError:  # of another version's api
            await self._drop_ask(entry)
            raise
        self._in_flight[keys.ASKS].add(entry)
        if self.asks.waits(ask):
            self._start(self._tried(lambda: self._answer_ask(entry, ask)))
        else:
            await self._answer_ask(entry, ask)

    async def _answer_ask(self, entry: str, ask: Ask) -> None:
        try:
            await self.asks.answer(ask)
        finally:
            self._in_flight[keys.ASKS].discard(entry)
            await self._drop_ask(entry)

    async def _drop_ask(self, entry: str) -> None:
        await self.redis.xack(keys.ASKS, keys.GROUP, entry)
        await self.redis.xdel(keys.ASKS, entry)

    # --- Keeping house -------------------------------------------------------------------------

    async def _show_life(self) -> None:
        await self._pause()
        await self._sign()

    async def _sign(self) -> None:
        for stream, entries in self._in_flight.items():
            if entries:
                await self.redis.xclaim(
                    stream, keys.GROUP, self.name, 0, list(entries), justid=True
                )
        await self.redis.set(keys.WARM, self.name, ex=keys.WARM_FOR)
        metrics.QUEUE.set(await self.redis.xlen(keys.TALK))

    async def _claim(self) -> None:
        """Take over from workers that show no life, and send out what no delivery carried."""
        await self._pause()
        silent = int(self.claim_after * 1000)
        _, entries, *_ = await self.redis.xautoclaim(
            keys.TALK, keys.GROUP, self.name, silent, count=TAKE
        )
        # A worker that stood still for so long finds its own among them, and goes on with those.
        mine = self._in_flight[keys.TALK]
        taken = [(e, fields["user"]) for e, fields in entries if fields and e not in mine]
        if taken:
            log.warning("claimed_from_dead_worker", users=len(taken))
            fit = await self.letters.without_poison(taken)
            self._start(self._tried(lambda: self.answer(fit)))
        _, asks, *_ = await self.redis.xautoclaim(
            keys.ASKS, keys.GROUP, self.name, silent, count=TAKE
        )
        for entry, _ in asks:  # whoever asked has heard an error by now
            await self._drop_ask(entry)
        await self.outbox.empty()

    async def _do(self, chore: Chore) -> None:
        await self._pause(chore.every)
        await chore.step()

    async def _pause(self, seconds: float = HEARTBEAT) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.stopping.wait()
