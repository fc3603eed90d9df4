"""What a route asks of a worker, and waits for."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from app.deps import Door
from app.errors import Overloaded, Refusal
from app.jobs import ASK, Ask
from app.sessions import keys

WAITING = 1_000  # asks that may wait for a worker


async def ask(at: Door, job: Callable[[str], Ask]) -> Any:
    """The worker's answer to `job`, which is told who waits. Raises what the worker refused."""
    if await at.redis.xlen(keys.ASKS) >= WAITING:
        raise Overloaded("too many requests are waiting; try again in a few seconds")
    token, future = at.answers.expect()
    asked = ASK.dump_json(job(f"{at.answers.api} {token}")).decode()
    await at.redis.xadd(keys.ASKS, {"job": asked})
    try:
        async with asyncio.timeout(at.settings.timing.rest_within):
            answer = json.loads(await future)
    except TimeoutError:
        raise Overloaded("no worker answered in time; is one running?") from None
    finally:
        future.cancel()
    if "refused" in answer:
        refusal = Refusal(answer["refused"])
        refusal.status = answer["status"]
        raise refusal
    return answer["found"]
