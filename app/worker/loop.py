"""The worker: takes users who have mail, has them answered in one batch, acknowledges last."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from redis.exceptions import RedisError, ResponseError

from app.db.engines import UNAVAILABLE
from app.observability import metrics
from app.observability.outages import Outage
from app.redis import keys
from app.wechat.outbox_sender import Outbox
from app.worker.health import Health
from app.worker.pending_turn import Letter
from app.worker.requests import Asks
from app.worker.turns import Entry, Letters

log = structlog.get_logger()

WRITING = 256  # batches whose answers are not all written down: some wait for a language model
LAST_WORDS = 8.0  # seconds for them when the worker is stopped; what is left goes to another one
TAKE = 64  # users a batch: 850 tokens at 13 a message, two or three forward passes
GATHER = 0.005  # seconds, at most GATHERINGS times: only after a larger batch
GATHERINGS = 6
REUNION = 0.5  # seconds once Redis is back: by then each api process has handed over what it held
HEARTBEAT = 1.0  # seconds between signs of life for what is in flight
# Then this worker says no more that it is at it, and another one takes it: a language model has
# half a minute, a request of the CMS a whole one.
HELD_AT_MOST = 120.0
DATABASE_PAUSE = 0.5  # seconds before what the database broke off is tried again


Step = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to be done again and again; `last`: once more when the worker stops."""

    step: Step
    every: float = HEARTBEAT  # seconds
    last: bool = False


@dataclass(slots=True, kw_only=True)
class Worker:
    """One of any number in the consumer group."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    letters: Letters
    asks: Asks
    outbox: Outbox
    preparing: Sequence[Step]  # before anybody is answered
    chores: Sequence[Chore]
    ask_database: Step  # raises when the database is away
    claim_after: float  # seconds without a sign of life, then a worker is dead
    blocking_read: float  # seconds; who stops waits as long
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    held_at_most: float = HELD_AT_MOST
    health: Health = field(default_factory=Health)
    name: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    # By stream: entries that this worker works on, and since when (time.monotonic).
    _in_flight: dict[str, dict[str, float]] = field(
        default_factory=lambda: {keys.TALK: {}, keys.ASKS: {}}
    )
    _last_batch: int = 0
    _writing: set[asyncio.Task[bool]] = field(default_factory=set)
    _redis_outage: Outage = field(default_factory=Outage)
    _database_outage: Outage = field(default_factory=Outage)

    async def run(self) -> None:
        """Work until `stop`; then finish what is in flight."""
        while not (self.stopping.is_set() or await self._tried(self._begin)):
            pass
        steps = [self._work, self._ask, self._show_life, self._check_database, self._claim]
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
        except RedisError as error:
            if self._redis_outage.fail():
                log.warning("worker_waits_for_redis", error=repr(error))
            await asyncio.sleep(0.2)
            with contextlib.suppress(RedisError):
                await self._join_group()  # a Redis that lost its data lost the group too
                await asyncio.sleep(REUNION)
        except UNAVAILABLE as error:
            metrics.FAILURES.labels("database").inc()
            if self._database_outage.fail():
                log.warning("worker_waits_for_database", error=str(error))
            await asyncio.sleep(DATABASE_PAUSE)
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
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._hold(keys.TALK, [entry for entry, _ in entries]))
            letters = await self._judge(entries)
            hold = stack.pop_all()
        self._start(self.letters.answer(entries, letters), hold)

    @contextlib.contextmanager
    def _hold(self, stream: str, entries: Sequence[str]) -> Iterator[None]:
        """Say that these entries are worked on, for as long as the block lasts and no longer."""
        in_flight = self._in_flight[stream]
        in_flight.update(dict.fromkeys(entries, time.monotonic()))
        try:
            yield
        finally:
            for entry in entries:
                in_flight.pop(entry, None)

    def _held(self, stream: str) -> list[str]:
        """Entries that are worked on, without those that take too long to be alive."""
        oldest = time.monotonic() - self.held_at_most
        return [entry for entry, since in self._in_flight[stream].items() if since > oldest]

    def _start(self, step: Coroutine[Any, Any, Any], hold: contextlib.ExitStack) -> None:
        """Run a step beside the others; the hold ends with it, also if it never gets to begin."""
        task = asyncio.create_task(self._tried(lambda: step))
        self._writing.add(task)

        def end(ended: "asyncio.Task[bool]") -> None:
            self._writing.discard(ended)
            step.close()  # of a task that was cancelled before its first step
            hold.close()

        task.add_done_callback(end)

    async def _judge(self, entries: Sequence[Entry]) -> list[Letter]:
        """The next letters. Where the database is away, their users go back to the stream."""
        try:
            return await self.letters.judge(entries)
        except UNAVAILABLE:
            await asyncio.sleep(DATABASE_PAUSE)
            await self.letters.release(entries)
            raise

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
        found = await self._read(block=int(self.blocking_read * 1000))
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
        with self._hold(keys.TALK, [entry for entry, _ in entries]):
            await self.letters.answer(entries, await self._judge(entries))

    # --- What the CMS asks ---------------------------------------------------------------------

    async def _ask(self) -> None:
        block = int(self.blocking_read * 1000)
        found = await self.redis.xreadgroup(
            keys.GROUP, self.name, {keys.ASKS: ">"}, count=1, block=block
        )
        if not found:
            return
        [(_, [(entry, fields)])] = found
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._hold(keys.ASKS, [entry]))
            answering = self._answer_ask(entry, fields)
            if self.asks.waits(fields):
                self._start(answering, stack.pop_all())
            else:
                await answering

    async def _answer_ask(self, entry: str, fields: dict[str, str]) -> None:
        try:
            await self.asks.answer(fields)
        finally:
            await self._drop_ask(entry)

    async def _drop_ask(self, entry: str) -> None:
        await self.redis.xack(keys.ASKS, keys.GROUP, entry)
        await self.redis.xdel(keys.ASKS, entry)

    # --- Keeping house -------------------------------------------------------------------------

    async def _show_life(self) -> None:
        await self._pause()
        self.health.loop_at = time.monotonic()
        await self._sign()
        self.health.redis_at = time.monotonic()
        if (seconds := self._redis_outage.end()) is not None:
            log.info("redis_answers_again", seconds=round(seconds, 1))

    async def _check_database(self) -> None:
        await self._pause()
        await self.ask_database()
        self.health.database_at = time.monotonic()
        if (seconds := self._database_outage.end()) is not None:
            log.info("database_answers_again", seconds=round(seconds, 1))

    async def _sign(self) -> None:
        for stream in self._in_flight:
            if entries := self._held(stream):
                await self.redis.xclaim(stream, keys.GROUP, self.name, 0, entries, justid=True)
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
        mine = self._held(keys.TALK)
        taken = [(e, fields["user"]) for e, fields in entries if fields and e not in mine]
        if taken:
            log.warning("claimed_from_dead_worker", users=len(taken))
            fit = await self.letters.without_poison(taken)
            self._start(self.answer(fit), contextlib.ExitStack())
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
