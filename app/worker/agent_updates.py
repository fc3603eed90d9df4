"""What people who answer are told of a turn."""

import time
from dataclasses import dataclass

from app.dialogue.context import Context
from app.dialogue.turn import HandOver, Turn
from app.inbox.service import Handoffs, Heard, Hold
from app.inbox.states import Message, Opening
from app.jobs import Talk
from app.kit.batched import Together
from app.messages.values import TransferToAgent


@dataclass(frozen=True, slots=True)
class Hearing:
    """Tells people what concerns them: the turns of one batch are one write."""

    opening: Together[Opening, Hold]
    hearing: Together[Heard, Hold | None]

    async def open(self, opening: Opening) -> Hold:
        """The follower waits for a person from here on."""
        return await self.opening.one(opening)

    async def heard(self, hold: Hold, said: tuple[Message, ...]) -> Hold | None:
        """None where a person gave the conversation back in this moment: the bot answers."""
        return await self.hearing.one((hold, said))


def hearing(handoffs: Handoffs) -> Hearing:
    """Over who has the conversations."""
    return Hearing(
        Together(lambda openings: handoffs.open(openings, time.time())),
        Together(lambda spoken: handoffs.heard(spoken, time.time())),
    )


def opening(heard: Context, turn: Turn, hand_over: HandOver) -> Opening:
    """A person should take over."""
    said = heard.said
    return Opening(
        account=said.account,
        openid=said.openid,
        delivery=said.id,
        desk=hand_over.desk,
        reason=hand_over.reason,
        title=hand_over.title,
        summary=hand_over.summary,
        said=spoken(said, turn),
        priority=hand_over.priority,
    )


def spoken(said: Talk, turn: Turn) -> tuple[Message, ...]:
    """What the follower said, and what the bot said to it."""
    words = said.text if said.kind in {"text", "voice"} else ""
    heard = Message(key=said.id, who="follower", text=words, kind=said.kind)
    if turn.answer is None or isinstance(turn.answer, TransferToAgent):
        return (heard,)
    return (heard, Message(key=f"{said.id}#bot", who="bot", text=turn.text))
