"""The api process's side of replies: futures of waiting requests, fed from its Redis stream.

A waiting copy of a message registers a token, which `UserQueues.admit` stores as its waiter, and
awaits the token's future. The commit of the turn adds the reply to the stream of this process. When
the reply is on its way to WeChat, `confirm` records that: an unconfirmed reply is returned again.
The results of worker requests come by the same stream.
"""

import asyncio
import contextlib
import itertools
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from redis.exceptions import RedisError

from app.delivery.user_queue import UserQueues
from app.observability import metrics
from app.observability.outages import Outage
from app.redis import keys, scripts
from app.redis.client import RedisClient

log = structlog.get_logger()

HEARTBEAT_SECONDS = 0.5  # seconds
DELETE_WITHIN = 0.2  # seconds that replies wait for the deletion of their entries, at most


@dataclass(slots=True, kw_only=True)
class ReplyChannel:
    """Futures by token, fed by one reader of a stream, so that a lost connection loses nothing."""

    redis: RedisClient
    blocking_read: float = 0.5  # seconds a read of the stream may block; stopping waits as long
    api: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    requested_bytes: int = 0  # size of the worker requests that this process waits for
    _tokens: "itertools.count[int]" = field(default_factory=itertools.count)
    _waiting: dict[str, asyncio.Future[str]] = field(default_factory=dict)
    _read_to: str = "0"
    _stopping: bool = False
    _to_confirm: list[tuple[str, str]] = field(default_factory=list)  # delivery id, user
    _may_confirm: asyncio.Event = field(default_factory=asyncio.Event)
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _outage: Outage = field(default_factory=Outage)  # of Redis

    def register(self) -> tuple[str, asyncio.Future[str]]:
        """Returns a token for workers to reply to, and the future of their reply (JSON)."""
        token = str(next(self._tokens))
        future = asyncio.get_running_loop().create_future()
        self._waiting[token] = future
        future.add_done_callback(lambda _: self._waiting.pop(token, None))
        return token, future

    def confirm(self, id: str, user: str) -> None:  # noqa: A002 - the platform's own word
        """Note that this delivery's reply is on its way to WeChat; `run` writes that to Redis."""
        self._to_confirm.append((id, user))
        self._may_confirm.set()

    def stop(self) -> None:
        """End `run`, after the last confirmations are written."""
        self._stopping = True
        self._may_confirm.set()
        self._ended.set()

    async def run(self) -> None:
        """Read replies and write confirmations until `stop`; goes on when Redis comes back."""
        steps = (self._read_replies, self._confirm_when_due, self._heartbeat)
        await asyncio.gather(*(self._repeat_until_stopped(step) for step in steps))
        with contextlib.suppress(RedisError, OSError):
            await self._flush_confirmations()

    async def _repeat_until_stopped(self, step: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping:
            try:
                await step()
            except (RedisError, OSError) as error:
                if self._outage.fail():
                    log.warning("answers_wait_for_redis", error=repr(error))
                metrics.FAILURES.labels("answers").inc()
                await asyncio.sleep(0.2)

    async def _read_replies(self) -> None:
        """Read the next replies. Entries are deleted before their replies leave: an entry that
        stays was never read, unless its deletion takes longer than DELETE_WITHIN. Then the reply
        leaves first, and may be sent twice if the process dies before it is confirmed.
        """
        stream = keys.reply_stream(self.api)
        batches = await self.redis.xread(
            {stream: self._read_to}, count=256, block=int(self.blocking_read * 1000)
        )
        if not batches:
            return
        [(_, entries)] = batches
        ids = [id_ for id_, _ in entries]
        deletion = asyncio.ensure_future(self.redis.xdel(stream, *ids))
        await asyncio.wait({deletion}, timeout=DELETE_WITHIN)
        for id_, fields in entries:
            self._read_to = id_
            future = self._waiting.get(fields["t"])
            if future and not future.done():
                future.set_result(fields["a"])
        await deletion

    async def _heartbeat(self) -> None:
        await self.redis.set(keys.api_heartbeat(self.api), "1", px=keys.ALIVE_FOR)
        if (seconds := self._outage.end()) is not None:
            log.info("redis_answers_again", seconds=round(seconds, 1))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await self._ended.wait()

    async def _confirm_when_due(self) -> None:
        """Write confirmations at once: an unconfirmed reply of a dead process is sent again."""
        await self._may_confirm.wait()
        self._may_confirm.clear()
        await self._flush_confirmations()

    async def _flush_confirmations(self) -> None:
        to_confirm, self._to_confirm = self._to_confirm, []
        if not to_confirm:
            return
        try:
            async with self.redis.pipeline(transaction=False) as pipe:
                queue = scripts.ScriptQueue(pipe)
                for id_, user in to_confirm:
                    UserQueues(self.redis).confirm(queue, id_, user)
                await pipe.execute()
        except (RedisError, OSError):
            self._to_confirm = to_confirm + self._to_confirm
            self._may_confirm.set()
            raise
