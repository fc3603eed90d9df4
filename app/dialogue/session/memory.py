"""Adds turns to a session within its limits, and recognises a reset. No I/O."""

import re

from app.kit.text import fold
from app.sessions.store import TURNS_KEPT, Session, SessionTurn

CHARACTERS_KEPT = 3_000  # of all turns together

ASKED_FOR = frozenset({
    "重新开始", "重新开始对话", "重新开始聊天", "清空对话", "清空记录", "清空聊天记录", "清除对话",
    "清除记录", "重置对话", "新对话", "新的对话", "开始新对话", "忘掉之前的对话", "/new", "/reset",
    "/clear",
})  # fmt: skip


def is_reset_request(text: str) -> bool:
    """Whether the message is one of the commands to reset the session."""
    return "".join(re.findall(r"[\w/]+", fold(text))) in ASKED_FOR


def add_turn(session: Session, message_text: str, answer: str) -> Session:
    """The session with one more turn, without the oldest ones beyond its limits."""
    turns = [*session.turns, SessionTurn(text=message_text, answer=answer)][-TURNS_KEPT:]
    while len(turns) > 1 and _count_characters(turns) > CHARACTERS_KEPT:
        turns.pop(0)
    return session.model_copy(update={"turns": tuple(turns)})


def _count_characters(turns: list[SessionTurn]) -> int:
    return sum(len(turn.text) + len(turn.answer) for turn in turns)
