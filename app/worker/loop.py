"""The worker's loop: takes users with queued jobs from a Redis stream, and runs their turns.

Any number of workers read the stream `keys.USER_STREAM` in one consumer group (`keys.GROUP`). An
entry names a user whose queue has jobs; a user has one entry at most, and so one turn at a time.
An entry is

1. taken by one worker, which renews its lease each second while the turn lasts;
2. acknowledged when the turn has ended (`app.worker.committing`), which adds a new entry where the
   user has more jobs;
3. claimed by another worker where the lease was not renewed for `claim_after` seconds.

The loop takes the next batch while turns of earlier ones wait for a language model. Worker requests
(what a REST route asks for: texts to classify, entries to search) come by a second stream,
`keys.REQUEST_STREAM`, without retries: their callers wait for a minute at most. UNAVAILABLE names
the errors of a database that is away.
"""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from app.db.engines import UNAVAILABLE
from app.observability import metrics
from app.redis import keys
from app.redis.client import RedisClient
from app.worker.committing import TurnCommitter
from app.worker.health import Health
from app.worker.in_flight import InFlightEntries, InFlightTasks
from app.worker.loading import TurnLoader
from app.worker.pending_turn import PendingTurn, StreamEntry
from app.worker.requests import RequestHandler
from app.worker.steps import DATABASE_PAUSE, PeriodicTask, Step, StepRunner
from app.worker.turns import TurnProcessor

# Batches whose turns have not all ended: some wait for a language model.
MAX_BATCHES_IN_FLIGHT = 256
# Seconds to finish the batches in flight at the end; another worker claims those that are left.
SHUTDOWN_GRACE_SECONDS = 8.0
# Users a batch. At 13 tokens a message these are 850 tokens: the classifier runs the encoder on
# them in two or three forward passes (`Limits.batch_tokens`).
BATCH_USERS = 64
# While a batch has fewer users than the one before, it waits for more: LINGER_TRIES times at most.
LINGER_SECONDS = 0.005  # seconds
LINGER_TRIES = 6
HEARTBEAT = 1.0  # seconds between two renewals of the leases of entries in flight
# Seconds. Older entries are not renewed, so that any worker, this one too, claims them and runs
# their turns again. A language model has 30 s, a request over REST 60 s.
MAX_SECONDS_IN_FLIGHT = 120.0

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Worker:
    """One consumer of the Redis consumer group; any number may run."""

    redis: RedisClient
    steps: StepRunner
    loader: TurnLoader
    turns: TurnProcessor
    committer: TurnCommitter
    requests: RequestHandler
    preparing: Sequence[Step]  # run once, before the first batch
    periodic_tasks: Sequence[PeriodicTask]
    ping_database: Step  # raises when the database is away
    claim_after: float  # seconds without renewal after which an entry's worker counts as dead
    blocking_read: float  # seconds a read of the stream may block; stopping waits as long
    max_seconds_in_flight: float = MAX_SECONDS_IN_FLIGHT
    health: Health = field(default_factory=Health)
    in_flight: InFlightEntries = field(default_factory=InFlightEntries)
    name: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    _last_batch: int = 0  # users
    _tasks: InFlightTasks = field(init=False)

    def __post_init__(self) -> None:
        self._tasks = InFlightTasks(MAX_BATCHES_IN_FLIGHT, self.steps.try_step)

    async def run(self) -> None:
        """Work until `stop`; then finish the batches in flight."""
        while not (self.steps.stopping.is_set() or await self.steps.try_step(self._prepare)):
            pass
        steps = (
            self._start_batch,
            self._take_request,
            self._heartbeat,
            self._check_database,
            self._claim_turns,
            self._drop_stale_requests,
        )
        await asyncio.gather(
            *(self.steps.repeat(step) for step in steps),
            *(self.steps.repeat_every(task) for task in self.periodic_tasks),
        )
        await self._tasks.finish(SHUTDOWN_GRACE_SECONDS, self._renew_leases)
        for task in self.periodic_tasks:
            if task.last:
                await task.step()

    def stop(self) -> None:
        """Take nothing new."""
        self.steps.stopping.set()

    async def answer_users(self, entries: Sequence[StreamEntry]) -> None:
        """Run one turn for each user of these entries."""
        with self.in_flight.mark(keys.USER_STREAM, [entry for entry, _ in entries]):
            await self.turns.run_turns(entries, await self._load_turns(entries))

    async def _prepare(self) -> None:
        await self.steps.join_group()
        for step in self.preparing:
            await step()
        await self._renew_warm_key()

    async def _renew_warm_key(self) -> None:
        """Tell api processes that a worker with loaded models runs; it expires after WARM_FOR."""
        await self.redis.set(keys.WARM, self.name, ex=keys.WARM_FOR)

    # --- Turns ---------------------------------------------------------------------------------

    async def _start_batch(self) -> None:
        """Load and classify one batch; its turns are run while the next is classified."""
        await self._tasks.wait_for_place()
        entries = await self._take_batch()
        if not entries:
            return
        with contextlib.ExitStack() as stack:
            ids = [entry for entry, _ in entries]
            stack.enter_context(self.in_flight.mark(keys.USER_STREAM, ids))
            pending_turns = await self._load_turns(entries)
            in_flight = stack.pop_all()
        self._tasks.start(self.turns.run_turns(entries, pending_turns), in_flight)

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

    async def _load_turns(self, entries: Sequence[StreamEntry]) -> list[PendingTurn]:
        """Load and classify each user's next job. Raises UNAVAILABLE, the entries given back."""
        try:
            return await self.loader.load_pending_turns(entries)
        except UNAVAILABLE:
            await asyncio.sleep(DATABASE_PAUSE)
            await self.committer.acknowledge_entries(entries)
            raise

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
            stack.enter_context(self.in_flight.mark(keys.REQUEST_STREAM, [entry]))
            answering = self._answer_request(entry, fields)
            if self.requests.is_slow(fields):
                self._tasks.start(answering, stack.pop_all())
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

    # --- Heartbeat and claims -------------------------------------------------------------------

    async def _heartbeat(self) -> None:
        await self.steps.pause(HEARTBEAT)
        self.health.loop_at = time.monotonic()
        await self._renew_leases()
        self.health.redis_at = time.monotonic()
        if (seconds := self.steps.redis_outage.end()) is not None:
            log.info("redis_answers_again", seconds=round(seconds, 1))

    async def _check_database(self) -> None:
        await self.steps.pause(HEARTBEAT)
        await self.ping_database()
        self.health.database_at = time.monotonic()
        if (seconds := self.steps.database_outage.end()) is not None:
            log.info("database_answers_again", seconds=round(seconds, 1))

    async def _renew_leases(self) -> None:
        for stream in (keys.USER_STREAM, keys.REQUEST_STREAM):
            if entries := self.in_flight.list_entries(stream, self.max_seconds_in_flight):
                await self.redis.xclaim(stream, keys.GROUP, self.name, 0, entries, justid=True)
        await self._renew_warm_key()
        metrics.QUEUE.set(await self.redis.xlen(keys.USER_STREAM))

    async def _claim_turns(self) -> None:
        """Claim the users of dead workers and run their turns. Turns that have crashed too many
        workers are given up instead.
        """
        await self.steps.pause(HEARTBEAT)
        entries = await self._claim_user_entries()
        # A worker that was suspended for `claim_after` claims its own entries too: their turns go
        # on running here. Those older than `max_seconds_in_flight` are not in `own`: they run
        # again, and the first to commit wins.
        own = self.in_flight.list_entries(keys.USER_STREAM, self.max_seconds_in_flight)
        claimed = [(e, fields["user"]) for e, fields in entries if e not in own]
        if claimed:
            log.warning("claimed_from_dead_worker", users=len(claimed))
            harmless = await self.committer.give_up_poison_messages(claimed)
            self._tasks.start(self.answer_users(harmless), contextlib.ExitStack())

    async def _drop_stale_requests(self) -> None:
        """Drop the requests of dead workers: their callers have timed out by now, and mostly have
        deleted the entries. XAUTOCLAIM of Redis 6 doesn't name deleted entries, XPENDING does.
        """
        await self.steps.pause(HEARTBEAT)
        place, silent_ms = (keys.REQUEST_STREAM, keys.GROUP), int(self.claim_after * 1000)
        stale = await self.redis.xpending_range(*place, "-", "+", BATCH_USERS, idle=silent_ms)
        for request in stale:
            await self._drop_request(request["message_id"])

    async def _claim_user_entries(self) -> list[tuple[str, dict[str, str]]]:
        """Claim entries without renewal for `claim_after` seconds, but deleted ones."""
        _, entries, *_ = await self.redis.xautoclaim(
            keys.USER_STREAM, keys.GROUP, self.name, int(self.claim_after * 1000), count=BATCH_USERS
        )
        return [(entry, fields) for entry, fields in entries if entry and fields]
