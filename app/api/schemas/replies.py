"""Bodies of the endpoints for classification and replies, with examples for OpenAPI."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.messages.values import Card
from app.sessions.channels import CHANNEL, LONGEST, follower_id

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
# An account document's revision as read before, 0 for the first; the next one must fit an INTEGER.
Revision = Annotated[int, Field(ge=0, le=2**31 - 2)]


class ClassifyRequest(BaseModel):
    """Texts to classify."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"texts": ["什么时候发货？", "我要退货"]}]}
    )
    texts: Annotated[list[Sentence], Field(min_length=1, max_length=256)]


class SentimentResponse(BaseModel):
    label: Literal["positive", "neutral", "negative"]
    score: float


class ClassificationResponse(BaseModel):
    """A text's intent and sentiment, and the model's version."""

    intent: str
    title: str
    group: str
    confidence: float
    in_scope: bool
    sentiment: SentimentResponse
    model: str


class ClassifyResponse(BaseModel):
    """The results in the order of the texts; null where the model failed on a text."""

    results: list[ClassificationResponse | None]


class ReplyRequest(BaseModel):
    """A message to preview the reply to; with `remember`, a real message of another channel.

    `channel` is its name, such as h5: its followers are stored as `CHANNEL.OPENID`, apart from
    WeChat's; previews for them name the channel too. With `remember`: `message` is the caller's id
    of the message, so that a repeated request is answered once; `wait` is in seconds.
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
    """A candidate (entry or chunk) with the passage that may answer."""

    id: str
    kind: Literal["entry", "chunk"]
    title: str
    passage: str
    probability: float


class ReplyItemResponse(BaseModel):
    """A recommended item of the reply, with its strategy and reason."""

    id: str
    title: str
    strategy: str
    reason: str


class ReplyResponse(BaseModel):
    """The bot's reply and its explanation."""

    reply: str
    source: str
    citations: list[str]  # ids of the entries, passages or the rule that the reply uses
    passages: list[PassageResponse]  # the passages that it was written from
    evidence: list[EvidenceResponse]  # the likeliest answers of the knowledge base, and how likely
    items: list[ReplyItemResponse] = []  # that the reply recommends, the best first
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
    """The reply to send to the follower; "" for none, as while an agent has the conversation.

    Earlier replies that weren't read, and agents' replies, come in front. For a card, `reply` is
    its text.
    """

    card: Card | None
    id: str
    follower: str  # as conversations and exports name them


class ReplyPendingResponse(BaseModel):
    """The reply isn't ready: read it by `id`, or it comes with the reply to the next message."""

    id: str
    follower: str
    state: Literal["waiting"] = "waiting"
