"""The conversation so far."""

from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

TURNS_KEPT = 6


class SessionTurn(BaseModel):
    """One turn: what the follower said and what we answered."""

    model_config = ConfigDict(frozen=True)

    text: str
    answer: str
    topic: str = ""  # in a few words, for the summary; "" for small talk


class Choice(BaseModel):
    """An answer that was offered: what is written on its link, and what it stands for."""

    model_config = ConfigDict(frozen=True)

    label: str
    id: str  # of an entry, or of a document's chunk
    passage: str = ""  # of a chunk, what answers


# collected: it stands among the questions that want an answer. "": it was none.
Outcome = Literal["", "answered", "collected"]


class Session(BaseModel):
    """The last turns, the last intent and mood; unclear counts questions not understood.

    Sessions outlive a release: every field has a value for those that were written without it.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    turns: tuple[SessionTurn, ...] = ()
    intent: str | None = None
    mood: Literal["positive", "neutral", "negative"] = "neutral"
    unclear: int = 0
    last_question: str = Field(
        "", validation_alias=AliasChoices("last_question", "asked")
    )  # the last question, whole: what a follow-up leans on
    question: str = ""  # the last message, whole, whatever was answered to it
    waiting: str = ""  # the question that waits until the follower has sent what it needs
    pending: str = ""  # what the follower was asked for: see dialogue.slots
    last_entry_id: str | None = Field(
        None, validation_alias=AliasChoices("last_entry_id", "said")
    )  # the entry of the knowledge base that answered last
    slots: dict[str, str] = Field(default_factory=dict)  # what is known: see dialogue.slots
    topics: tuple[str, ...] = ()  # of turns that are kept no longer, oldest first
    choices: tuple[Choice, ...] = ()  # offered with the last answer
    angry: int = 0  # messages in a row that were surely angry
    declined: bool = False  # the last answer was that it isn't known
    outcome: Outcome = ""  # what became of `question`

    def after(self, text: str, answer: str) -> tuple[SessionTurn, ...]:
        """The turns with this one added, the oldest dropped."""
        return (*self.turns, SessionTurn(text=text, answer=answer))[-TURNS_KEPT:]


def parse_session(session_json: str | None) -> Session:
    """A new session when there is none."""
    return Session.model_validate_json(session_json) if session_json else Session()
