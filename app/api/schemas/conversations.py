"""What people at the inbox send and get. Times are in seconds since 1970."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.inbox.states import Conversation, ConversationMessage

# PostgreSQL refuses NUL, and no phone shows the others.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _check_readable(text: str) -> str:
    if _CONTROLS.search(text):
        raise ValueError("control characters can't be shown: leave them out")
    return text


Agent = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=64),
    AfterValidator(_check_readable),
]
# Five messages of 2,048 bytes are what the platform takes in answer to one.
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=3000),
    AfterValidator(_check_readable),
]


class AgentRequest(BaseModel):
    """Who does it: the name stands in the record. The CMS knows its people, we know its key."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "小王"}]})
    agent: Agent


class TakeRequest(AgentRequest):
    """`force` takes it from whoever has it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "小王", "force": False}]})
    force: bool = False


class AgentReplyRequest(AgentRequest):
    """What the follower shall read; long texts go out in several messages."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"agent": "小王", "text": "您好，我帮您查一下这个订单。"}]}
    )
    text: Words


class ReturnToBotRequest(AgentRequest):
    """With a last word, if there is one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"agent": "小王", "text": "有问题随时再来，祝您生活愉快。"}]
        }
    )
    text: Words | None = None


class MarkReadRequest(AgentRequest):
    """The number of the last message that was read."""

    up_to: Annotated[int, Field(ge=0, le=2**62)]


class ConversationSummary(BaseModel):
    """A conversation in the list; `until` is when the bot comes back by itself.

    `priority`: 0 ordinary, 1 sooner (a reaction to goods or food), 2 first (a life in danger).
    """

    id: str
    account: str
    state: Literal["waiting", "taken", "closed"]
    desk: Literal["wechat", "inbox"]
    reason: str
    title: str
    summary: str
    priority: int
    agent: str
    opened: float
    taken: float | None
    last: float
    until: float
    closed: float | None
    ended: str
    unread: int


class ConversationListResponse(BaseModel):
    """`next` is what to give as `after`; null on the last page."""

    conversations: list[ConversationSummary]
    next: str | None


class EarlierTurnResponse(BaseModel):
    """A turn before a person came in."""

    said: str
    answer: str
    source: str
    at: float


class MessageResponse(BaseModel):
    """What was said or done. `state` of an agent's text: queued, kept until the follower writes
    again, sent, refused. `kind` of what an agent did: taken, returned, closed.
    """

    number: int
    who: Literal["follower", "agent", "bot"]
    name: str
    kind: str
    text: str
    state: str
    at: float


class ConversationResponse(ConversationSummary):
    """One conversation; `messages` are the last ones, older ones are had with `older`."""

    openid: str
    before: list[EarlierTurnResponse]
    messages: list[MessageResponse]
    older: int | None


class ConversationEventsResponse(BaseModel):
    """What happened since; `next` is what to give as `after`."""

    events: list[dict[str, str]]
    next: str


def summarise_conversation(conversation: Conversation, unread: int) -> dict[str, Any]:
    """Without the openid: the list needs none."""
    return {
        name: getattr(conversation, name)
        for name in ConversationSummary.model_fields
        if name != "unread"
    } | {"unread": unread}


def message_response(message: ConversationMessage) -> MessageResponse:
    """A message as it is shown."""
    return MessageResponse(
        **{name: getattr(message, name) for name in MessageResponse.model_fields}
    )
