"""What several turns of one batch ask for, done in one go."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

A = TypeVar("A")
B = TypeVar("B")


@dataclass(slots=True)
class Coalescer(Generic[A, B]):
    """`do` gets all that was asked for since the event loop last came round, in that order."""

    do: Callable[[Sequence[A]], Awaitable[Sequence[B]]]
    _pending: list[tuple[A, "asyncio.Future[B]"]] = field(default_factory=list)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    async def one(self, item: A) -> B:
        """What `do` has for this one. Raises what `do` raises."""
        future: asyncio.Future[B] = asyncio.get_running_loop().create_future()
        self._pending.append((item, future))
        if len(self._pending) == 1:
            task = asyncio.create_task(self._flush_pending())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def _flush_pending(self) -> None:
        await asyncio.sleep(0)  # the other turns of the batch have got here
        pending, self._pending = self._pending, []
        try:
            results = await self.do([each for each, _ in pending])
        except Exception as error:  # noqa: BLE001 - each turn hears of it, and is tried again
            for _, future in pending:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), each in zip(pending, results, strict=True):
            if not future.done():
                future.set_result(each)
