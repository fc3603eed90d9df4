"""Sends worker requests from routes over a Redis stream, and waits for the answers."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from redis.exceptions import RedisError

from app.deps import AppState
from app.errors import Overloaded, Refusal
from app.jobs import WORKER_REQUEST, WorkerRequest
from app.observability import metrics
from app.redis import keys

WAITING = 1_000  # requests in the stream, of all api processes, at most
WAITING_BYTES = 64 * 1024 * 1024  # of this process's requests: sixteen of the largest bodies
LOOK_EVERY = 0.25  # seconds between two checks whether the caller is still connected


async def call_worker(state: AppState, job: Callable[[str], WorkerRequest]) -> Any:
    """Send `job(waiter)` to a worker and return its answer (JSON values).

    Raises Refusal with the worker's message, status and name, and Overloaded when too much waits
    or no answer comes in time. The request is withdrawn then, and when the caller disconnects.
    """
    within = state.settings.timing.rest_within
    waiter, future = state.reply_channel.register()
    try:
        request = job(f"{state.reply_channel.api} {waiter}")
        fields = {
            "job": WORKER_REQUEST.dump_json(request).decode(),
            "type": request.type,
            "waiter": request.waiter,
            "until": str(time.time() + within),
        }
        with _reserve_bytes(state, len(fields["job"].encode())):
            await _check_queue(state)
            entry = await state.redis.xadd(keys.REQUEST_STREAM, fields)
            answer = json.loads(await _wait_for_answer(state, entry, future, within))
    finally:
        future.cancel()
    if "refused" in answer:
        refusal = Refusal(answer["refused"], chinese=answer.get("chinese", ""))
        refusal.status, refusal.name = answer["status"], answer.get("name", Refusal.name)
        raise refusal
    return answer["found"]


async def _check_queue(state: AppState) -> None:
    if await state.redis.xlen(keys.REQUEST_STREAM) >= WAITING:
        raise Overloaded("too many requests are waiting; try again in a few seconds")


@contextlib.contextmanager
def _reserve_bytes(state: AppState, size: int) -> Iterator[None]:
    """Count `size` bytes as waiting. Raises Overloaded beyond WAITING_BYTES."""
    if state.reply_channel.requested_bytes + size > WAITING_BYTES:
        raise Overloaded("too much is waiting for a worker; try again in a few seconds")
    state.reply_channel.requested_bytes += size
    try:
        yield
    finally:
        state.reply_channel.requested_bytes -= size


async def _wait_for_answer(
    state: AppState, entry: str, future: "asyncio.Future[str]", within: float
) -> str:
    """Wait up to `within` seconds for the answer; withdraw the request if none comes.

    Raises Overloaded.
    """
    try:
        async with asyncio.timeout(within):
            return await _while_caller_waits(state, future)
    except TimeoutError:
        await _withdraw_request(state, entry, "timeout")
        raise Overloaded("no worker answered in time; is one running?") from None
    except (_CallerGone, asyncio.CancelledError):
        await _withdraw_request(state, entry, "hung up")
        raise


async def _while_caller_waits(state: AppState, future: "asyncio.Future[str]") -> str:
    while not future.done():
        await asyncio.wait({future}, timeout=LOOK_EVERY)
        if not future.done() and await state.hung_up():
            raise _CallerGone
    return future.result()


async def _withdraw_request(state: AppState, entry: str, how: str) -> None:
    metrics.REQUESTS_DROPPED.labels(how).inc()
    with contextlib.suppress(RedisError):  # a worker drops requests past their `until`
        await state.redis.xdel(keys.REQUEST_STREAM, entry)


class _CallerGone(Overloaded):
    """The caller has disconnected: nobody reads this error."""
