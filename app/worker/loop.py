"""The worker's loop: reads users with queued jobs and runs their turns in batches."""

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
from app.redis.client import RedisClient
from app.wechat.outbox_sender import OutboxSender
from app.worker.committing import TurnCommitter
from app.worker.health import Health
from app.worker.loading import TurnLoader
from app.worker.pending_turn import PendingTurn, StreamEntry
from app.worker.requests import RequestHandler
from app.worker.turns import TurnProcessor

log = structlog.get_logger()

MAX_BATCHES_IN_FLIGHT = (
    256  # batches whose turns are not all committed: some wait for a language model
)
SHUTDOWN_GRACE_SECONDS = (
    8.0  # seconds to finish the batches in flight; another worker claims those that are left
)
BATCH_USERS = 64  # users a batch: 850 tokens at 13 a message, two or three forward passes
LINGER_SECONDS = 0.005  # seconds, at most LINGER_TRIES times: only after a larger batch
LINGER_TRIES = 6
REDIS_RECOVERY_SECONDS = (
    0.5  # wait once Redis is back: by then each api process has queued the messages it held
)
HEARTBEAT = 1.0  # seconds between two renewals of the leases of entries in flight
# Older entries are not renewed, so that another worker claims them. A language model has 30 s,
# a request over REST 60 s.
MAX_SECONDS_IN_FLIGHT = 120.0
DATABASE_PAUSE = 0.5  # seconds before a step that the database interrupted is tried again


Step = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class PeriodicTask:
    """A step run every `every` seconds; with `last`, once more when the worker stops."""

    step: Step
    every: float = HEARTBEAT  # seconds
    last: bool = False


@dataclass(slots=True, kw_only=True)
class Worker:
    """One consumer of the Redis consumer group; any number may run."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    loader: TurnLoader
    turns: TurnProcessor
    committer: TurnCommitter
    requests: RequestHandler
    outbox_sender: OutboxSender
    preparing: Sequence[Step]  # run once, before the first batch
    periodic_tasks: Sequence[PeriodicTask]
    ping_database: Step  # raises when the database is away
    claim_after: float  # seconds without renewal after which an entry's worker counts as dead
    blocking_read: float  # seconds a read of the stream may block; stopping waits as long
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    max_seconds_in_flight: float = MAX_SECONDS_IN_FLIGHT
    health: Health = field(default_factory=Health)
    name: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    # By stream: entries that this worker works on, and since when (time.monotonic).
    _in_flight: dict[str, dict[str, float]] = field(
        default_factory=lambda: {keys.USER_STREAM: {}, keys.REQUEST_STREAM: {}}
    )
    _last_batch: int = 0
    _batches_in_flight: set[asyncio.Task[bool]] = field(default_factory=set)
    _redis_outage: Outage = field(default_factory=Outage)
    _database_outage: Outage = field(default_factory=Outage)

    async def run(self) -> None:
        """Work until `stop`; then finish the batches in flight."""
        while not (self.stopping.is_set() or await self._try_step(self._prepare_to_run)):
            pass
        steps = [
            self._start_batch,
            self._take_request,
            self._heartbeat,
            self._check_database,
            self._claim_from_dead_workers,
        ]
        steps += [partial(self._run_periodic_task, chore) for chore in self.periodic_tasks]
        await asyncio.gather(*(self._until_stopped(step) for step in steps))
        await self._finish_in_flight()
        for periodic_task in self.periodic_tasks:
            if periodic_task.last:
                await periodic_task.step()

    def stop(self) -> None:
        """Take nothing new."""
        self.stopping.set()

    async def _prepare_to_run(self) -> None:
        await self._join_group()
        for step in self.preparing:
            await step()
        await self.redis.set(keys.WARM, self.name, ex=keys.WARM_FOR)

    async def _join_group(self) -> None:
        for stream in (keys.USER_STREAM, keys.REQUEST_STREAM):
            with contextlib.suppress(ResponseError):  # it exists already
                await self.redis.xgroup_create(stream, keys.GROUP, "0", mkstream=True)

    async def _until_stopped(self, step: Callable[[], Awaitable[None]]) -> None:
        while not self.stopping.is_set():
            await self._try_step(step)

    async def _try_step(self, step: Callable[[], Awaitable[None]]) -> bool:
        """Run the step; return whether it succeeded. A failure is logged and waited out briefly."""
        try:
            await step()
            return True
        except RedisError as error:
            if self._redis_outage.fail():
                log.warning("worker_waits_for_redis", error=repr(error))
            await asyncio.sleep(0.2)
            with contextlib.suppress(RedisError):
                await self._join_group()  # a Redis that lost its data lost the group too
                await asyncio.sleep(REDIS_RECOVERY_SECONDS)
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

    async def _start_batch(self) -> None:
        """Load and classify one batch; its turns are answered while the next is classified."""
        if len(self._batches_in_flight) >= MAX_BATCHES_IN_FLIGHT:
            await asyncio.wait(self._batches_in_flight, return_when=asyncio.FIRST_COMPLETED)
        entries = await self._take_batch()
        if not entries:
            return
        with contextlib.ExitStack() as stack:
            stack.enter_context(
                self._mark_in_flight(keys.USER_STREAM, [entry for entry, _ in entries])
            )
            pending_turns = await self._load_turns(entries)
            in_flight = stack.pop_all()
        self._start_step(self.turns.run_turns(entries, pending_turns), in_flight)

    @contextlib.contextmanager
    def _mark_in_flight(self, stream: str, entries: Sequence[str]) -> Iterator[None]:
        """Register the entries as in flight while the block lasts: their leases are renewed."""
        in_flight = self._in_flight[stream]
        in_flight.update(dict.fromkeys(entries, time.monotonic()))
        try:
            yield
        finally:
            for entry in entries:
                in_flight.pop(entry, None)

    def _list_in_flight(self, stream: str) -> list[str]:
        """Entries in flight, without those older than `max_seconds_in_flight`."""
        oldest = time.monotonic() - self.max_seconds_in_flight
        return [entry for entry, since in self._in_flight[stream].items() if since > oldest]

    def _start_step(self, step: Coroutine[Any, Any, Any], in_flight: contextlib.ExitStack) -> None:
        """Run the step as a task; `in_flight` is closed when it ends, even if it never started."""
        task = asyncio.create_task(self._try_step(lambda: step))
        self._batches_in_flight.add(task)

        def end(ended: "asyncio.Task[bool]") -> None:
            self._batches_in_flight.discard(ended)
            step.close()  # of a task that was cancelled before its first step
            in_flight.close()

        task.add_done_callback(end)

    async def _load_turns(self, entries: Sequence[StreamEntry]) -> list[PendingTurn]:
        """Load and classify each user's next job. Raises UNAVAILABLE, the entries released."""
        try:
            return await self.loader.load_pending_turns(entries)
        except UNAVAILABLE:
            await asyncio.sleep(DATABASE_PAUSE)
            await self.committer.release_entries(entries)
            raise

    async def _finish_in_flight(self) -> None:
        """Wait up to SHUTDOWN_GRACE_SECONDS for the batches in flight, then cancel the others."""
        until = time.monotonic() + SHUTDOWN_GRACE_SECONDS
        while self._batches_in_flight and time.monotonic() < until:
            await asyncio.wait(self._batches_in_flight, timeout=HEARTBEAT)
            await self._try_step(self._renew_leases)
        late = list(self._batches_in_flight)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _take_batch(self) -> list[StreamEntry]:
        entries = await self._read_users(block=int(self.blocking_read * 1000))
        for _ in range(LINGER_TRIES):
            if not entries or len(entries) >= self._last_batch:
                break
            # The users of the last batch tend to write again at the same time: without the wait
            # the first would be a batch of its own, at twice the cost a text.
            await asyncio.sleep(LINGER_SECONDS)
            entries += await self._read_users(block=None)
        self._last_batch = min(len(entries), BATCH_USERS)
        return entries

    async def _read_users(self, block: int | None) -> list[StreamEntry]:
        batches = await self.redis.xreadgroup(
            keys.GROUP, self.name, {keys.USER_STREAM: ">"}, count=BATCH_USERS, block=block
        )
        return [
            (entry, fields["user"]) for _, entries in batches or [] for entry, fields in entries
        ]

    async def answer_users(self, entries: Sequence[StreamEntry]) -> None:
        """Run one turn for each user of these entries."""
        with self._mark_in_flight(keys.USER_STREAM, [entry for entry, _ in entries]):
            await self.turns.run_turns(entries, await self._load_turns(entries))

    # --- Worker requests -----------------------------------------------------------------------

    async def _take_request(self) -> None:
        block = int(self.blocking_read * 1000)
        batches = await self.redis.xreadgroup(
            keys.GROUP, self.name, {keys.REQUEST_STREAM: ">"}, count=1, block=block
        )
        if not batches:
            return
        [(_, [(entry, fields)])] = batches
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._mark_in_flight(keys.REQUEST_STREAM, [entry]))
            answering = self._answer_request(entry, fields)
            if self.requests.is_slow(fields):
                self._start_step(answering, stack.pop_all())
            else:
                await answering

    async def _answer_request(self, entry: str, fields: dict[str, str]) -> None:
        try:
            await self.requests.answer_request(fields)
        finally:
            await self._drop_request(entry)

    async def _drop_request(self, entry: str) -> None:
        await self.redis.xack(keys.REQUEST_STREAM, keys.GROUP, entry)
        await self.redis.xdel(keys.REQUEST_STREAM, entry)

    # --- Heartbeat, claims and periodic tasks ---------------------------------------------------

    async def _heartbeat(self) -> None:
        await self._pause_or_stop()
        self.health.loop_at = time.monotonic()
        await self._renew_leases()
        self.health.redis_at = time.monotonic()
        if (seconds := self._redis_outage.end()) is not None:
            log.info("redis_answers_again", seconds=round(seconds, 1))

    async def _check_database(self) -> None:
        await self._pause_or_stop()
        await self.ping_database()
        self.health.database_at = time.monotonic()
        if (seconds := self._database_outage.end()) is not None:
            log.info("database_answers_again", seconds=round(seconds, 1))

    async def _renew_leases(self) -> None:
        for stream in self._in_flight:
            if entries := self._list_in_flight(stream):
                await self.redis.xclaim(stream, keys.GROUP, self.name, 0, entries, justid=True)
        await self.redis.set(keys.WARM, self.name, ex=keys.WARM_FOR)
        metrics.QUEUE.set(await self.redis.xlen(keys.USER_STREAM))

    async def _claim_from_dead_workers(self) -> None:
        """Claim the entries of dead workers, and send the outbox messages that are due."""
        await self._pause_or_stop()
        silent_ms = int(self.claim_after * 1000)
        _, entries, *_ = await self.redis.xautoclaim(
            keys.USER_STREAM, keys.GROUP, self.name, silent_ms, count=BATCH_USERS
        )
        # A worker that was suspended for so long claims its own entries too: they go on running.
        own_entries = self._list_in_flight(keys.USER_STREAM)
        claimed_entries = [
            (e, fields["user"]) for e, fields in entries if fields and e not in own_entries
        ]
        if claimed_entries:
            log.warning("claimed_from_dead_worker", users=len(claimed_entries))
            fit = await self.committer.drop_poison_messages(claimed_entries)
            self._start_step(self.answer_users(fit), contextlib.ExitStack())
        _, request_entries, *_ = await self.redis.xautoclaim(
            keys.REQUEST_STREAM, keys.GROUP, self.name, silent_ms, count=BATCH_USERS
        )
        for entry, _ in request_entries:  # the api process has timed out by now
            await self._drop_request(entry)
        await self.outbox_sender.send_due()

    async def _run_periodic_task(self, periodic_task: PeriodicTask) -> None:
        await self._pause_or_stop(periodic_task.every)
        await periodic_task.step()

    async def _pause_or_stop(self, seconds: float = HEARTBEAT) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.stopping.wait()
