"""What people who answer are told of a turn."""

import asyncio
import time
from dataclasses import dataclass, field

from app.db.conversation import Message, Opening
from app.dialogue import templates
from app.dialogue.context import Context
from app.dialogue.drafts import HandOver, Turn
from app.jobs import Talk
from app.knowledge import cards
from app.sessions.handoff import Handoffs, Heard, Hold


@dataclass(slots=True)
class Hearing:
    """Keeps what followers wrote to people: the turns of one batch are one write."""

    handoffs: Handoffs
    _waiting: list[tuple[Heard, "asyncio.Future[Hold | None]"]] = field(default_factory=list)
    _writing: set["asyncio.Task[None]"] = field(default_factory=set)

    async def heard(self, hold: Hold, said: tuple[Message, ...]) -> Hold | None:
        """None where a person gave the conversation back in this moment: the bot answers."""
        future: asyncio.Future[Hold | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(((hold, said), future))
        if len(self._waiting) == 1:
            task = asyncio.create_task(self._write())
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)
        return await future

    async def _write(self) -> None:
        await asyncio.sleep(0)  # the other turns of the batch have got here
        waiting, self._waiting = self._waiting, []
        try:
            found = await self.handoffs.heard([spoken for spoken, _ in waiting], time.time())
        except Exception as error:  # noqa: BLE001 - each turn hears of it, and is tried again
            for _, future in waiting:
                future.set_exception(error)
            return
        for (_, future), hold in zip(waiting, found, strict=True):
            if not future.done():
                future.set_result(hold)


def opening(heard: Context, turn: Turn, hand_over: HandOver) -> Opening:
    """A person should take over."""
    said = heard.said
    return Opening(
        said.account, said.openid, said.id, hand_over.desk, hand_over.reason, hand_over.title,
        hand_over.summary, spoken(said, turn),
    )  # fmt: skip


def spoken(said: Talk, turn: Turn) -> tuple[Message, ...]:
    """What the follower said, and what the bot said to it."""
    words = said.text if said.kind in {"text", "voice"} else ""
    heard = Message(said.id, "follower", words, said.kind)
    if not turn.answer or turn.answer == templates.TRANSFER:
        return (heard,)
    return (heard, Message(f"{said.id}#bot", "bot", cards.spoken(turn.answer)))
