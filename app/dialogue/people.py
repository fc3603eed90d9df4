"""What people who answer are told of a turn."""

from app.db.conversation import Message, Opening
from app.dialogue import templates
from app.dialogue.context import Context
from app.dialogue.drafts import HandOver, Turn
from app.jobs import Talk
from app.knowledge import cards


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
