"""Bodies of the endpoints for entries and search."""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from app.api.schemas.replies import Sentence
from app.messages import marks, values
from app.messages.lengths import TEXT_BYTES
from app.messages.values import Card


def _check_length(answer: str) -> str:
    size = len(answer.encode())
    if size > TEXT_BYTES:
        raise ValueError(f"the answer has {size} bytes; WeChat takes {TEXT_BYTES} in one message")
    return answer


def _parse_answer(answer: object) -> object:
    """Turn a string into a text, or into the rich message of a mark."""
    message = marks.read(answer) if isinstance(answer, str) else answer
    if isinstance(message, values.Text):
        return message.content
    return (
        answer["content"] if isinstance(answer, dict) and answer.get("type") == "text" else message
    )


Text = Annotated[str, StringConstraints(min_length=1), AfterValidator(_check_length)]
Answer = Annotated[Text | Card, BeforeValidator(_parse_answer)]  # of a rich message its object
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
EntryId = Annotated[str, StringConstraints(pattern=r"^[\w-]{1,32}$")]
EXAMPLE: dict[str, Any] = {
    "question": "多久发货？",
    "variants": ["什么时候能发出", "下单后几天寄出"],
    "answer": "付款后 48 小时内发货，预售商品以页面时间为准。",
}


def as_message(answer: str | values.RichMessage) -> values.Answer:
    """Convert an `Answer` to the value that entries hold."""
    return values.Text(content=answer) if isinstance(answer, str) else answer


class EntryFields(BaseModel):
    """A standard question, its variants, and the answer."""

    question: Question
    variants: Annotated[list[Question], Field(max_length=50)] = []
    answer: Answer


class UpsertEntryRequest(EntryFields):
    """An entry to add or change; without an id, the id is made from the question."""

    id: EntryId | None = None


class EntryResponse(EntryFields):
    """An entry."""

    id: str


class UpsertEntriesRequest(BaseModel):
    """Up to 200 entries to add or change."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"account": "default", "entries": [EXAMPLE]}]}
    )
    account: str = "default"
    entries: Annotated[list[UpsertEntryRequest], Field(min_length=1, max_length=200)]


class ReplaceEntryRequest(EntryFields):
    """The new content of an entry."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"account": "default"} | EXAMPLE]})
    account: str = "default"


class SimilarEntryResponse(BaseModel):
    """Another entry that likely answers the question: a contradiction if the answers differ."""

    id: str
    question: str
    score: float
    same_answer: bool


class UpsertedEntryResponse(EntryResponse):
    """An entry with its possible duplicates."""

    alike: list[SimilarEntryResponse]


class UpsertEntriesResponse(BaseModel):
    """The stored entries, in the request's order."""

    entries: list[UpsertedEntryResponse]


class EntryListResponse(BaseModel):
    """A page of entries; `next` is the next page's `after`, null on the last page."""

    entries: list[EntryResponse]
    total: int
    next: str | None


class SearchRequest(BaseModel):
    """Questions to search for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"account": "default", "queries": ["几天能发货"], "top_k": 3}]
        }
    )
    account: str = "default"
    queries: Annotated[list[Sentence], Field(min_length=1, max_length=256)]
    top_k: Annotated[int, Field(ge=1, le=50)] = 3


class SearchHitResponse(BaseModel):
    """An entry or chunk found; `score` is P(it answers), 0 to 1. For a chunk, `question` is its
    title and `answer` the passage that answers.
    """

    id: str
    kind: Literal["entry", "chunk"] = "entry"
    question: str
    answer: Answer
    score: float


class SearchResultResponse(BaseModel):
    """Hits, the likeliest first; `answerable`: the first would be sent as the answer."""

    answerable: bool
    hits: list[SearchHitResponse]


class SearchResponse(BaseModel):
    """The results in the order of the queries."""

    results: list[SearchResultResponse]
