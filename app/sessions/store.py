"""The conversation so far."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

TURNS_KEPT = 6


class Said(BaseModel):
    """One turn: what the follower said and what we answered."""

    model_config = ConfigDict(frozen=True)

    text: str
    answer: str


class Session(BaseModel):
    """The last turns, the last intent and mood; unclear counts questions not understood."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    turns: tuple[Said, ...] = ()
    intent: str | None = None
    mood: Literal["positive", "neutral", "negative"] = "neutral"
    unclear: int = 0

    def after(self, text: str, answer: str) -> tuple[Said, ...]:
        """The turns with this one added, the oldest dropped."""
        return (*self.turns, Said(text=text, answer=answer))[-TURNS_KEPT:]


def read(stored: str | None) -> Session:
    """A new session when there is none."""
    return Session.model_validate_json(stored) if stored else Session()
