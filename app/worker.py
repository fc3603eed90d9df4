"""The worker: takes users who have mail, has them answered in one batch, acknowledges last."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from sqlalchemy.ext.asyncio import AsyncEngine

from app import accounts
from app.db.imports import Imports
from app.db.turns import TurnLog
from app.dialogue.asks import Asks
from app.dialogue.letters import Entry, Judged, Letters
from app.inference.local import LocalClassifier
from app.inference.ports import Classifier
from app.kit import metrics
from app.knowledge.base import Knowledge
from app.knowledge.imports import Importer
from app.knowledge.store import Store
from app.sessions import keys
from app.sessions.mailbox import Mailboxes
from app.settings import Settings
from app.wechat.client import Client
from app.wechat.outbox import Outbox

log = structlog.get_logger()

TAKE = 64  # users a batch: 850 tokens at 13 a message, two or three forward passes
GATHER = 0.005  # seconds, at most GATHERINGS times: only after a larger batch
GATHERINGS = 6
HEARTBEAT = 1.0  # seconds between signs of life for what is in flight


@dataclass(slots=True)
class Worker:
    """One of any number in the consumer group."""

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes
    classifier: Classifier
    knowledge: Knowledge
    letters: Letters
    asks: Asks
    outbox: Outbox
    importer: Importer
    claim_after: float  # seconds without a sign of life, then a worker is dead
    name: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    _in_flight: dict[str, set[str]] = field(
        default_factory=lambda: {keys.TALK: set(), keys.ASKS: set()}
    )
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _last_batch: int = 0
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Work until `stop`; then finish what is in flight."""
        while not (self._stopping.is_set() or await self._tried(self._begin)):
            pass
        # Two hands: while one batch computes, the other is written down.
        steps = (
            self._work, self._work, self._ask, self._show_life, self._claim, self._record,
            self._refresh, self._import,
        )  # fmt: skip
        await asyncio.gather(*(self._until_stopped(step) for step in steps))
        await self._record()

    def stop(self) -> None:
        """Take nothing new."""
        self._stopping.set()

    async def _begin(self) -> None:
        await self._join_group()
        await self.knowledge.refresh()  # before anybody is answered without it
        await self.redis.set(keys.WARM, self.name, ex=keys.WARM_FOR)

    async def _join_group(self) -> None:
        for stream in (keys.TALK, keys.ASKS):
            with contextlib.suppress(ResponseError):  # it exists already
                await self.redis.xgroup_create(stream, keys.GROUP, "0", mkstream=True)

    async def _until_stopped(self, step: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping.is_set():
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
        except Exception:
            metrics.FAILURES.labels("worker").inc()
            log.exception("worker_failed")
            await asyncio.sleep(0.2)
        return False

    # --- Conversation --------------------------------------------------------------------------

    async def _work(self) -> None:
        # One hand reads and computes at a time, so that what arrives meanwhile is one batch;
        # the other writes down what it has computed.
        async with self._reading:
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
        await self._write(entries, judged)

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

    async def _write(self, entries: Sequence[Entry], judged: Sequence[Judged]) -> None:
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
        self._in_flight[keys.ASKS].add(entry)
        try:
            await self.asks.answer(fields["job"])
        finally:
            self._in_flight[keys.ASKS].discard(entry)
            await self._drop_ask(entry)

    async def _drop_ask(self, entry: str) -> None:
        await self.redis.xack(keys.ASKS, keys.GROUP, entry)
        await self.redis.xdel(keys.ASKS, entry)

    # --- Keeping house -------------------------------------------------------------------------

    async def _show_life(self) -> None:
        await self._pause()
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
        taken = [(entry, fields["user"]) for entry, fields in entries if fields]
        if taken:
            log.warning("claimed_from_dead_worker", users=len(taken))
            await self.answer(await self.letters.without_poison(taken))
        _, asks, *_ = await self.redis.xautoclaim(
            keys.ASKS, keys.GROUP, self.name, silent, count=TAKE
        )
        for entry, _ in asks:  # whoever asked has heard an error by now
            await self._drop_ask(entry)
        await self.outbox.empty()

    async def _record(self) -> None:
        await self._pause()
        await self.letters.record()

    async def _refresh(self) -> None:
        await self._pause()
        await self.classifier.refresh()
        await self.knowledge.refresh()

    async def _import(self) -> None:
        if not await self.importer.step(self._stopping):
            await self._pause()

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEARTBEAT):
                await self._stopping.wait()


def employ(
    settings: Settings,
    redis: Redis,
    engine: AsyncEngine,
    http: httpx.AsyncClient,
    classifier: Classifier,
) -> Worker:
    """A worker over what is open; `http` reaches WeChat."""
    known = accounts.load(settings)
    knowledge = Knowledge(Store(engine), classifier)
    letters = Letters(redis, classifier, knowledge, known, TurnLog(engine), settings)
    asks = Asks(redis, classifier, knowledge, known)
    outbox = Outbox(Mailboxes(redis), Client(http, redis), known)
    importer = Importer(Imports(engine), knowledge)
    return Worker(
        redis, classifier, knowledge, letters, asks, outbox, importer, settings.timing.claim_after
    )


@contextlib.asynccontextmanager
async def open_worker(
    settings: Settings, redis: Redis, engine: AsyncEngine
) -> AsyncIterator[Worker]:
    """A worker with its models warm. Raises BadSettings when DEVICE isn't there."""
    limits = settings.limits
    classifier = await asyncio.to_thread(
        LocalClassifier, settings.device, settings.threads, limits.batch_tokens, settings.models
    )
    try:
        await classifier.classify(["你好"])  # the first pass is slow: nobody should wait for it
        async with httpx.AsyncClient(base_url=settings.wechat_api_base) as http:
            yield employ(settings, redis, engine, http, classifier)
    finally:
        classifier.close()
