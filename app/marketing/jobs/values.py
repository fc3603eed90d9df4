"""A marketing job, and what runs one kind of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

JobState = Literal["queued", "running", "done", "failed"]
JsonObject = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketingJob:
    """A job. `request` is what was asked for; `result` is {} until there is some of it."""

    id: str
    account: str
    kind: str
    author: str
    request: dict[str, Any]
    state: JobState
    progress: float  # 0 to 1
    result: dict[str, Any]
    reason: str  # why it failed, "" otherwise
    created: float  # seconds since 1970
    finished: float | None


# Stores how much is done, 0 to 1; with a result what there is of it so far.
RecordProgress = Callable[[float, JsonObject | None], Awaitable[None]]


class JobHandler(Protocol):
    """Does the work of one kind of job."""

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """The job's result, a JSON object. Raises Refusal, whose sentence becomes the reason."""
        ...
