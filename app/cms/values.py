"""What the CMS sends and gets, with examples for the OpenAPI page."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
# Of a book: the one that its writer has read, 0 for the first. The next one fits an INTEGER, too.
Revision = Annotated[int, Field(ge=0, le=2**31 - 2)]


class Texts(BaseModel):
    """Sentences to understand."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"texts": ["什么时候发货？", "我要退货"]}]}
    )
    texts: Annotated[list[Sentence], Field(min_length=1, max_length=256)]


class Sentiment(BaseModel):
    label: Literal["positive", "neutral", "negative"]
    score: float


class Understood(BaseModel):
    """One sentence's intent and mood, and the version of the model that says so."""

    intent: str
    title: str
    group: str
    confidence: float
    in_scope: bool
    sentiment: Sentiment
    model: str


class Understandings(BaseModel):
    """In the order of the texts; null where the model failed on that one text."""

    results: list[Understood | None]


class Question(BaseModel):
    """What a follower might write."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"account": "default", "openid": "oPreview", "text": "什么时候发货？"}]
        }
    )
    account: str = "default"
    openid: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[\w-]+$")]
    text: Sentence


class Passage(BaseModel):
    id: str
    title: str
    text: str


class EvidenceResponse(BaseModel):
    """An entry, or a chunk of a document, that may answer, and the part of it that does."""

    id: str
    kind: Literal["entry", "chunk"]
    title: str
    passage: str
    probability: float


class Reply(BaseModel):
    """What the bot would say, and why."""

    reply: str
    source: str
    cited: list[str]  # the entries, passages or the rule that it says
    passages: list[Passage]  # those of them that it was written from
    evidence: list[EvidenceResponse]  # the likeliest answers of the knowledge base, and how likely
    made_by: str | None  # the language model that wrote it; null where people did
    intent: str | None
    title: str | None
    group: str | None
    confidence: float | None
    in_scope: bool | None
    sentiment: Sentiment | None
    latency_ms: float
    model: str
