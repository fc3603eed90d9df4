"""The server-sent events of a job that writes copy, read from the database.

An event's id is the number of variants sent by then: with it as `Last-Event-ID` a client that was
cut off gets only what follows. A connection ends after LONGEST; browsers' EventSource comes back.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, JsonValue, TypeAdapter

from app.api.schemas.marketing.copy_jobs import describe_job
from app.marketing.content.copy_jobs import KIND
from app.marketing.jobs.queue import MarketingJobs
from app.marketing.jobs.values import MarketingJob

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
        the share that is done, before the end `variant` for each chosen one that wasn't sent, such
        as a template, at last `done` or `failed` with the job. Raises UnknownJob.
        """
        yield f"retry: {RETRY_MS}\n\n"
        end, progress = self.clock() + self.longest, -1.0
        texts = set[str]()  # of the variants that were sent, as far as this connection knows
        while self.clock() < end:
            job = await self.jobs.get(self.account, KIND, self.job)
            is_over = job.state in {"done", "failed"}
            if not is_over:
                texts |= {row["text"] for row in job.result.get("variants", [])[:variants]}
            for row in _list_unsent(job, variants, texts):
                variants += 1
                texts.add(row["text"])
                yield _format_event("variant", variants, row)
            if is_over:
                yield _format_event(job.state, variants, describe_job(job))
                return
            if job.progress != progress:
                progress = job.progress
                yield _format_event("progress", variants, {"progress": progress})
            await asyncio.sleep(POLL)


def _list_unsent(job: MarketingJob, variants: int, texts: Collection[str]) -> list[dict[str, Any]]:
    """The variants of a job after the first `variants` that were sent.

    At the end those that were chosen are in another order: by `texts`, unless these aren't all.
    """
    rows: list[dict[str, Any]] = job.result.get("variants", [])
    if job.state not in {"done", "failed"}:
        return rows[variants:]
    return [row for row in rows if row["text"] not in texts] if len(texts) >= variants else []


def _format_event(name: str, number: int, data: BaseModel | dict[str, Any]) -> str:
    text = data.model_dump_json() if isinstance(data, BaseModel) else _JSON.dump_json(data).decode()
    return f"event: {name}\nid: {number}\ndata: {text}\n\n"
