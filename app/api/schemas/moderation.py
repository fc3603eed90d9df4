"""What an operator says of words, and what would become of a text."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from app.api.schemas.replies import Revision, Sentence
from app.safety.moderation import Outcome
from app.safety.word_lists import Category, Direction, WordLists

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
    """An account's book in the place of `revision`, 0 where there was none."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [EXAMPLE]}
    )

    account: str = "default"
    revision: Revision

    @property
    def book(self) -> dict[str, Any]:
        """The book alone, as it is kept."""
        return self.model_dump(mode="json", exclude={"account", "revision"}, exclude_unset=True)


class WordListsResponse(WordLists):
    """An account's own book; `defaults` are the shipped categories that it stands over."""

    account: str
    revision: int
    defaults: dict[str, Category]
    default_allow: tuple[str, ...]


class ModerationCheckRequest(BaseModel):
    """`incoming` is what a follower says, `outgoing` what we would say."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"account": "default", "text": "来 赌*博 吗", "direction": "incoming"}]
        }
    )
    account: str = "default"
    text: Sentence
    direction: Direction = "incoming"


class ModerationReasonResponse(BaseModel):
    """text[start:end] is `word` of a category, however it is written there."""

    word: str
    category: str
    title: str
    start: int
    end: int


class ModerationCheckResponse(BaseModel):
    """What would happen. `reply` would be said in the text's place, "" where it goes on.

    `injection` says what the text tries with a model, null for nothing; `outside` is how an
    outside model would see it, without personal data.
    """

    action: Outcome
    text: str
    reply: str
    reasons: list[ModerationReasonResponse]
    injection: str | None
    outside: str
