"""Coalesces calls of one pass of the event loop into one call, and runs calls to their end."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

A = TypeVar("A")
B = TypeVar("B")


async def finish_all(calls: Iterable[Awaitable[object]]) -> None:
    """Await all calls at once, to their end. Then raises the first error, if there was one."""
    for result in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


@dataclass(slots=True)
class Coalescer(Generic[A, B]):
    """Calls `do` once with all items of one pass of the event loop, in the order of the calls."""

    do: Callable[[Sequence[A]], Awaitable[Sequence[B]]]
    _pending: list[tuple[A, "asyncio.Future[B]"]] = field(default_factory=list)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    async def one(self, item: A) -> B:
        """`do`'s result for this item. Raises what `do` raises."""
        future: asyncio.Future[B] = asyncio.get_running_loop().create_future()
        self._pending.append((item, future))
        if len(self._pending) == 1:
            task = asyncio.create_task(self._flush_pending())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def _flush_pending(self) -> None:
        await asyncio.sleep(0)  # lets the batch's other turns add their items
        pending, self._pending = self._pending, []
        try:
            results = await self.do([each for each, _ in pending])
        except Exception as error:  # noqa: BLE001 - raised in each turn, which is retried
            for _, future in pending:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), each in zip(pending, results, strict=True):
            if not future.done():
                future.set_result(each)
