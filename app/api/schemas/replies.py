"""What the CMS sends and gets, with examples for the OpenAPI page."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.messages.values import Card
from app.sessions.channels import CHANNEL, LONGEST, follower_id

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
# Of a book: the one that its writer has read, 0 for the first. The next one fits an INTEGER, too.
Revision = Annotated[int, Field(ge=0, le=2**31 - 2)]


class ClassifyRequest(BaseModel):
    """Sentences to understand."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"texts": ["什么时候发货？", "我要退货"]}]}
    )
    texts: Annotated[list[Sentence], Field(min_length=1, max_length=256)]


class SentimentResponse(BaseModel):
    label: Literal["positive", "neutral", "negative"]
    score: float


class ClassificationResponse(BaseModel):
    """One sentence's intent and mood, and the version of the model that says so."""

    intent: str
    title: str
    group: str
    confidence: float
    in_scope: bool
    sentiment: SentimentResponse
    model: str


class ClassifyResponse(BaseModel):
    """In the order of the texts; null where the model failed on that one text."""

    results: list[ClassificationResponse | None]


class ReplyRequest(BaseModel):
    """What a follower might write; with `remember`, what one has written in another channel.

    `channel` names where, such as h5: its followers are kept as `CHANNEL.OPENID`, apart from
    WeChat's, and a preview for one of them names the channel too. With `remember`: `message` is
    the caller's id of the message, so that one sent again is answered once; `wait` is how many
    seconds the answer is waited for.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"account": "default", "openid": "oPreview", "text": "什么时候发货？"},
                {
                    "account": "default", "channel": "h5", "openid": "u-1024",
                    "text": "什么时候发货？", "remember": True, "message": "m-77",
                },
            ]
        }
    )  # fmt: skip
    account: str = "default"
    openid: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[\w-]+$")]
    text: Sentence
    remember: bool = False
    channel: Annotated[str, StringConstraints(pattern=rf"^({CHANNEL})?$")] = ""
    message: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None
    wait: Annotated[float, Field(ge=0, le=30)] = 8.0

    @model_validator(mode="after")
    def _check_follower_length(self) -> Self:
        if len(follower_id(self.channel or "rest", self.openid)) > LONGEST:
            raise ValueError(f"channel and openid together have up to {LONGEST - 1} characters")
        return self


class PassageResponse(BaseModel):
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


class ReplyResponse(BaseModel):
    """What the bot would say, and why."""

    reply: str
    source: str
    cited: list[str]  # the entries, passages or the rule that it says
    passages: list[PassageResponse]  # those of them that it was written from
    evidence: list[EvidenceResponse]  # the likeliest answers of the knowledge base, and how likely
    made_by: str | None  # the language model that wrote it; null where people did
    intent: str | None
    title: str | None
    group: str | None
    confidence: float | None
    in_scope: bool | None
    sentiment: SentimentResponse | None
    latency_ms: float
    model: str


class RememberedReplyResponse(ReplyResponse):
    """What this follower reads; "" where nothing is said, as while a person has the conversation.

    Earlier answers that reached nobody, and what people wrote meanwhile, stand before it. Where
    the answer is a card, `reply` is its words.
    """

    card: Card | None
    id: str
    follower: str  # as conversations and exports name them


class ReplyPendingResponse(BaseModel):
    """The answer isn't there yet: read it by `id`, or it comes with the follower's next message."""

    id: str
    follower: str
    state: Literal["waiting"] = "waiting"
