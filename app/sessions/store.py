"""The session: the conversation of one follower so far, as JSON in Redis.

It ends after half an hour of silence (`Timing.session`), and keeps the last TURNS_KEPT turns.
"""

from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

TURNS_KEPT = 6
OFFERED_KEPT = 30  # items that 换一批 leaves out


class SessionTurn(BaseModel):
    """One turn: the follower's message and the reply."""

    model_config = ConfigDict(frozen=True)

    text: str
    answer: str


class Choice(BaseModel):
    """An answer offered as a link: the link's label, and the entry or chunk it stands for."""

    model_config = ConfigDict(frozen=True)

    label: str
    id: str  # of an entry, or of a document's chunk
    passage: str = ""  # of a chunk: the text that answers


# collected: the question was recorded as a gap. "": the message was no question.
Outcome = Literal["", "answered", "collected"]


class Session(BaseModel):
    """The last turns, intent and sentiment; `unclear` counts questions in a row not understood.

    Sessions outlive a release: every field needs a default for sessions written without it.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    turns: tuple[SessionTurn, ...] = ()
    intent: str | None = None
    sentiment: Literal["positive", "neutral", "negative"] = Field(
        "neutral", validation_alias=AliasChoices("sentiment", "mood")
    )
    unclear: int = 0
    last_question: str = Field(
        "", validation_alias=AliasChoices("last_question", "asked")
    )  # the last question, whole: follow-ups are understood by it
    question: str = ""  # the last message, whole, whatever the reply was
    waiting: str = ""  # the question that waits until the follower has sent the slot it needs
    pending: str = ""  # the slot that the follower was asked for: see dialogue.slot_filling
    last_entry_id: str | None = Field(
        None, validation_alias=AliasChoices("last_entry_id", "said")
    )  # the entry of the knowledge base that answered last
    slots: dict[str, str] = Field(default_factory=dict)  # known slots: see dialogue.slot_filling
    choices: tuple[Choice, ...] = ()  # offered with the last answer
    angry: int = 0  # messages in a row that were surely angry
    declined: bool = False  # the last reply was that the answer isn't known
    outcome: Outcome = ""  # what became of `question`
    item_question: str = ""  # what the items offered last were asked with
    offered_items: tuple[str, ...] = ()  # ids of the items offered for it, the latest last
    turns_since_items: int = 0  # how many turns ago they were offered
    refuses_items: bool = False  # the follower wants nothing recommended, until they ask


def parse_session(session_json: str | None) -> Session:
    """The session in this JSON; a new one for None. Raises ValidationError."""
    return Session.model_validate_json(session_json) if session_json else Session()
