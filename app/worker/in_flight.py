"""What a worker works on: stream entries, whose leases are renewed, and the tasks that run them."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.redis import keys


@dataclass(slots=True)
class InFlightEntries:
    """By stream: entry ids, and since when each is in flight (`time.monotonic`)."""

    _since: dict[str, dict[str, float]] = field(
        default_factory=lambda: {keys.USER_STREAM: {}, keys.REQUEST_STREAM: {}}
    )

    @property
    def has_turns(self) -> bool:
        """Whether a turn is in flight: a follower waits. Other threads may ask."""
        return bool(self._since[keys.USER_STREAM])

    @contextlib.contextmanager
    def mark(self, stream: str, entries: Sequence[str]) -> Iterator[None]:
        """Register the entries while the block lasts."""
        in_flight = self._since[stream]
        in_flight.update(dict.fromkeys(entries, time.monotonic()))
        try:
            yield
        finally:
            for entry in entries:
                in_flight.pop(entry, None)

    def list_entries(self, stream: str, max_seconds: float) -> list[str]:
        """The stream's entries that are in flight for less than `max_seconds`."""
        oldest = time.monotonic() - max_seconds
        return [entry for entry, since in self._since[stream].items() if since > oldest]


@dataclass(slots=True)
class InFlightTasks:
    """Tasks that go on while the worker takes more: turns or requests that wait for a server."""

    most: int  # tasks at a time: `wait_for_place`
    # Runs a step and logs what it raises; returns whether it succeeded.
    try_step: Callable[[Callable[[], Awaitable[None]]], Coroutine[Any, Any, bool]]
    _tasks: set[asyncio.Task[bool]] = field(default_factory=set)

    async def wait_for_place(self) -> None:
        """Wait while `most` tasks run."""
        while len(self._tasks) >= self.most:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    def start(self, step: Coroutine[Any, Any, None], entries: contextlib.ExitStack) -> None:
        """Run the step as a task; `entries` is closed when it ends, even if it never started."""
        task = asyncio.create_task(self.try_step(lambda: step))
        self._tasks.add(task)

        def end(ended: "asyncio.Task[bool]") -> None:
            self._tasks.discard(ended)
            step.close()  # of a task that was cancelled before its first step
            entries.close()

        task.add_done_callback(end)

    async def finish(self, within: float, renew: Callable[[], Awaitable[None]]) -> None:
        """Wait up to `within` seconds for all, calling `renew` each second; cancel the others."""
        until = time.monotonic() + within
        while self._tasks and time.monotonic() < until:
            await asyncio.wait(self._tasks, timeout=1.0)
            await self.try_step(renew)
        late = list(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
