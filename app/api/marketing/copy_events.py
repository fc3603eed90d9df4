"""The server-sent events of a job that writes copy, read from the database.

An event's id is the number of variants sent by then: with it as `Last-Event-ID` a client that was
cut off gets only what follows. A connection ends after LONGEST; browsers' EventSource comes back.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, JsonValue, TypeAdapter

from app.api.schemas.marketing.copy_jobs import describe_job
from app.marketing.content.copy_jobs import KIND
from app.marketing.jobs.queue import MarketingJobs

POLL = 0.5  # seconds between looks at the job
LONGEST = 30.0  # seconds of one connection
RETRY_MS = 1_000  # after which a browser comes back

_JSON = TypeAdapter[JsonValue](JsonValue)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyJobEvents:
    """Follows one job."""

    jobs: MarketingJobs
    account: str
    job: str
    longest: float = LONGEST
    clock: Callable[[], float] = time.monotonic

    async def follow(self, variants: int) -> AsyncIterator[str]:
        """Events after the first `variants`: `variant` for each as it is written, `progress` with
        the share that is done, at last `done` or `failed` with the job. Raises UnknownJob.
        """
        yield f"retry: {RETRY_MS}\n\n"
        end, progress = self.clock() + self.longest, -1.0
        while self.clock() < end:
            job = await self.jobs.get(self.account, KIND, self.job)
            if job.state in {"done", "failed"}:
                yield _format_event(job.state, variants, describe_job(job))
                return
            written_rows = job.result.get("variants", [])
            for row in written_rows[variants:]:
                variants += 1
                yield _format_event("variant", variants, row)
            if job.progress != progress:
                progress = job.progress
                yield _format_event("progress", variants, {"progress": progress})
            await asyncio.sleep(POLL)


def _format_event(name: str, number: int, data: BaseModel | dict[str, Any]) -> str:
    text = data.model_dump_json() if isinstance(data, BaseModel) else _JSON.dump_json(data).decode()
    return f"event: {name}\nid: {number}\ndata: {text}\n\n"
