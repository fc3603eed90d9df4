"""Bodies of the moderation endpoints: word lists and checks."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from app.api.schemas.replies import Revision, Sentence
from app.safety.moderation import Outcome
from app.safety.words.word_lists import Category, Direction, WordLists

EXAMPLE: dict[str, Any] = {
    "account": "default",
    "revision": 0,
    "shipped": True,
    "categories": {
        "rivals": {
            "title": "竞品",
            "action": "mask",
            "directions": ["outgoing"],
            "words": ["某宝"],
        },
        "abuse": {"action": "ignore"},
    },
    "allow": ["赌神系列卫衣"],
}


class WordListsRequest(WordLists):
    """An account's word lists, to replace those of `revision` (0: none yet)."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [EXAMPLE]}
    )

    account: str = "default"
    revision: Revision

    @property
    def book(self) -> dict[str, Any]:
        """The word lists without account and revision, as stored."""
        return self.model_dump(mode="json", exclude={"account", "revision"}, exclude_unset=True)


class WordListsResponse(WordLists):
    """An account's own word lists; `defaults` are the shipped categories below them."""

    account: str
    revision: int
    defaults: dict[str, Category]
    default_allow: tuple[str, ...]


class ModerationCheckRequest(BaseModel):
    """A text to check: a follower's message (`incoming`) or a reply (`outgoing`)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"account": "default", "text": "来 赌*博 吗", "direction": "incoming"}]
        }
    )
    account: str = "default"
    text: Sentence
    direction: Direction = "incoming"


class ModerationReasonResponse(BaseModel):
    """A hit: text[start:end] is the category's `word`, in any spelling."""

    word: str
    category: str
    title: str
    start: int
    end: int


class ModerationCheckResponse(BaseModel):
    """The check's result. `reply` would be sent instead of the text, "" where the text is used.

    `injection` is the kind of prompt injection found, or null; `outside` is the text as sent to an
    external model, without personal data.
    """

    action: Outcome
    text: str
    reply: str
    reasons: list[ModerationReasonResponse]
    injection: str | None
    outside: str
