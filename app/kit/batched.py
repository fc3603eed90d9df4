"""What several turns of one batch ask for, done in one go."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

A = TypeVar("A")
B = TypeVar("B")


@dataclass(slots=True)
class Together(Generic[A, B]):
    """`do` gets all that was asked for since the event loop last came round, in that order."""

    do: Callable[[Sequence[A]], Awaitable[Sequence[B]]]
    _asked: list[tuple[A, "asyncio.Future[B]"]] = field(default_factory=list)
    _doing: set["asyncio.Task[None]"] = field(default_factory=set)

    async def one(self, asked: A) -> B:
        """What `do` has for this one. Raises what `do` raises."""
        future: asyncio.Future[B] = asyncio.get_running_loop().create_future()
        self._asked.append((asked, future))
        if len(self._asked) == 1:
            task = asyncio.create_task(self._do())
            self._doing.add(task)
            task.add_done_callback(self._doing.discard)
        return await future

    async def _do(self) -> None:
        await asyncio.sleep(0)  # the other turns of the batch have got here
        asked, self._asked = self._asked, []
        try:
            found = await self.do([each for each, _ in asked])
        except Exception as error:  # noqa: BLE001 - each turn hears of it, and is tried again
            for _, future in asked:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), each in zip(asked, found, strict=True):
            if not future.done():
                future.set_result(each)
