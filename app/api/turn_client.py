"""Queues a follower's job from a route: it runs in the order of the follower's messages."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from app.deps import AppState
from app.errors import Overloaded
from app.jobs import TurnJob
from app.redis import keys


@dataclass(frozen=True, slots=True)
class AdmittedJob:
    """A job in its user queue. `is_awaited`: its turn hasn't run, and will set `reply` (JSON)."""

    waiter: str
    reply: "asyncio.Future[str]"
    is_awaited: bool


@contextlib.asynccontextmanager
async def queue_job(state: AppState, job: TurnJob, until: float) -> AsyncIterator[AdmittedJob]:
    """Queue the job, unless one of its id was; within the block its reply is received.

    `until` (seconds since 1970) is when the caller stops waiting. Raises Overloaded.
    """
    token, reply = state.reply_channel.register()
    waiter = f"{state.reply_channel.api} {token} {until}"
    user = keys.user(job.account, job.openid)
    try:
        admission = await state.user_queues.admit(
            job.id, user, job.model_dump_json(), waiter, time.time()
        )
        if admission.outcome == "full":
            raise Overloaded("too many messages are waiting; try again in a few seconds")
        yield AdmittedJob(waiter, reply, admission.outcome == "wait")
    finally:
        reply.cancel()


async def read_explanation(state: AppState, delivery_id: str) -> dict[str, Any]:
    """Why the delivery was answered so, as JSON values; empty where it wasn't."""
    explanation_json = await state.redis.hget(keys.delivery(delivery_id), "why")
    return dict(json.loads(explanation_json)) if explanation_json else {}
