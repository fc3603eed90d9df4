"""What the service asks of models. Always in the plural: batches are where the speed is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Mood = Literal["positive", "neutral", "negative"]
Action = Literal["reply", "knowledge", "generate", "handoff"]


@dataclass(frozen=True, slots=True)
class Intent:
    """One class of the taxonomy."""

    id: str
    title: str
    group: str
    action: Action
    replies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one pass says of one text. Confidence and score are calibrated, 0 to 1."""

    intent: str
    title: str
    group: str
    confidence: float
    in_scope: bool
    mood: Mood
    mood_score: float


class Unreadable(Exception):
    """The model failed on this one text."""


class Classifier(Protocol):
    """Recognises intent and mood."""

    @property
    def version(self) -> str:
        """Names the heads that answered."""
        ...

    @property
    def intents(self) -> Mapping[str, Intent]:
        """The taxonomy, by id."""
        ...

    async def classify(self, texts: Sequence[str]) -> list[Judgement | Unreadable]:
        """One judgement a text, in order; a text the model fails on fails alone."""
        ...
