"""What a route asks of a worker, and waits for."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from redis.exceptions import RedisError

from app.deps import Door
from app.errors import Overloaded, Refusal
from app.jobs import ASK, Ask
from app.observability import metrics
from app.redis import keys

WAITING = 1_000  # requests of all api processes that may wait for a worker
WAITING_BYTES = 64 * 1024 * 1024  # of this process: sixteen of the largest bodies
LOOK_EVERY = 0.25  # seconds between two looks whether the caller still listens


async def ask(at: Door, job: Callable[[str], Ask]) -> Any:
    """The worker's answer to `job`, which is told who waits. Raises what the worker refused.

    A caller who hangs up, or whose time is over, takes the request along.
    """
    within = at.settings.timing.rest_within
    waiter, future = at.answers.expect()
    try:
        request = job(f"{at.answers.api} {waiter}")
        fields = {
            "job": ASK.dump_json(request).decode(),
            "type": request.type,
            "waiter": request.waiter,
            "until": str(time.time() + within),
        }
        with _room(at, len(fields["job"].encode())):
            await _check_queue(at)
            entry = await at.redis.xadd(keys.ASKS, fields)
            answer = json.loads(await _answered(at, entry, future, within))
    finally:
        future.cancel()
    if "refused" in answer:
        refusal = Refusal(answer["refused"])
        refusal.status = answer["status"]
        raise refusal
    return answer["found"]


async def _check_queue(at: Door) -> None:
    if await at.redis.xlen(keys.ASKS) >= WAITING:
        raise Overloaded("too many requests are waiting; try again in a few seconds")


@contextlib.contextmanager
def _room(at: Door, size: int) -> Iterator[None]:
    """Count these bytes as waiting. Raises Overloaded."""
    if at.answers.requested_bytes + size > WAITING_BYTES:
        raise Overloaded("too much is waiting for a worker; try again in a few seconds")
    at.answers.requested_bytes += size
    try:
        yield
    finally:
        at.answers.requested_bytes -= size


async def _answered(at: Door, entry: str, future: "asyncio.Future[str]", within: float) -> str:
    """The answer as it comes. Whoever gives up takes the request back."""
    try:
        async with asyncio.timeout(within):
            return await _while_caller_waits(at, future)
    except TimeoutError:
        await _withdraw(at, entry, "timeout")
        raise Overloaded("no worker answered in time; is one running?") from None
    except (_CallerGone, asyncio.CancelledError):
        await _withdraw(at, entry, "hung up")
        raise


async def _while_caller_waits(at: Door, future: "asyncio.Future[str]") -> str:
    while not future.done():
        await asyncio.wait({future}, timeout=LOOK_EVERY)
        if not future.done() and await at.hung_up():
            raise _CallerGone
    return future.result()


async def _withdraw(at: Door, entry: str, how: str) -> None:
    metrics.REQUESTS_DROPPED.labels(how).inc()
    with contextlib.suppress(RedisError):  # then a worker drops it, once its time is over
        await at.redis.xdel(keys.ASKS, entry)


class _CallerGone(Overloaded):
    """Nobody reads the answer to this."""
