"""Runs a worker's steps over and over, and waits out outages of Redis and the database."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from redis.exceptions import RedisError, ResponseError

from app.db.engines import UNAVAILABLE
from app.observability import metrics
from app.observability.outages import Outage
from app.redis import keys
from app.redis.client import RedisClient

ERROR_PAUSE = 0.2  # seconds before a step that failed is run again
DATABASE_PAUSE = 0.5  # seconds before a step or turn that needs the database is tried again
# Seconds once Redis is back: by then each api process has queued the messages that it held.
REDIS_RECOVERY_SECONDS = 0.5

Step = Callable[[], Awaitable[object]]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class PeriodicTask:
    """A step run every `every` seconds; with `last`, once more when the worker stops."""

    step: Step
    every: float = 1.0  # seconds
    last: bool = False


@dataclass(frozen=True, slots=True)
class StepRunner:
    """Runs steps until `stopping` is set. A step that fails is logged and run again."""

    redis: RedisClient
    stopping: asyncio.Event
    redis_outage: Outage = field(default_factory=Outage)
    database_outage: Outage = field(default_factory=Outage)

    async def repeat(self, step: Step) -> None:
        """Run the step again and again."""
        while not self.stopping.is_set():
            await self.try_step(step)

    async def repeat_every(self, task: PeriodicTask) -> None:
        """Run the task's step, each time after a pause of `task.every` seconds."""

        async def pause_and_run() -> None:
            await self.pause(task.every)
            await task.step()

        await self.repeat(pause_and_run)

    async def pause(self, seconds: float) -> None:
        """Wait for `seconds`, or until the worker stops."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.stopping.wait()

    async def try_step(self, step: Step) -> bool:
        """Run the step; returns whether it succeeded. After a failure, waits briefly."""
        try:
            await step()
            return True
        except RedisError as error:
            await self._wait_for_redis(error)
        except UNAVAILABLE as error:
            await self._wait_for_database(error)
        except Exception:
            metrics.FAILURES.labels("worker").inc()
            log.exception("worker_failed")
            await asyncio.sleep(ERROR_PAUSE)
        return False

    async def join_group(self) -> None:
        """Create the streams and the consumer group where they don't exist yet."""
        for stream in (keys.USER_STREAM, keys.REQUEST_STREAM):
            with contextlib.suppress(ResponseError):  # it exists already
                await self.redis.xgroup_create(stream, keys.GROUP, "0", mkstream=True)

    async def _wait_for_redis(self, error: RedisError) -> None:
        if self.redis_outage.fail():
            log.warning("worker_waits_for_redis", error=repr(error))
        await asyncio.sleep(ERROR_PAUSE)
        with contextlib.suppress(RedisError):
            await self.join_group()  # a Redis that lost its data lost the group too
            await asyncio.sleep(REDIS_RECOVERY_SECONDS)

    async def _wait_for_database(self, error: Exception) -> None:
        metrics.FAILURES.labels("database").inc()
        if self.database_outage.fail():
            log.warning("worker_waits_for_database", error=str(error))
        await asyncio.sleep(DATABASE_PAUSE)
