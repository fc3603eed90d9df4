"""Bodies of the inbox's endpoints. Times are in seconds since 1970."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.inbox.states import Conversation, ConversationMessage

# Control characters: PostgreSQL refuses NUL, and phones don't show the others.
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
# The platform takes five messages of 2,048 bytes in reply to one.
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=3000),
    AfterValidator(_check_readable),
]


class AgentRequest(BaseModel):
    """The agent's name, for the record. It isn't verified: the CMS authenticates its agents."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "小王"}]})
    agent: Agent


class TakeRequest(AgentRequest):
    """Takes a conversation; `force` also from another agent."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "小王", "force": False}]})
    force: bool = False


class AgentReplyRequest(AgentRequest):
    """An agent's reply; long texts are sent as several messages."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"agent": "小王", "text": "您好，我帮您查一下这个订单。"}]}
    )
    text: Words


class ReturnToBotRequest(AgentRequest):
    """Returns a conversation to the bot, with an optional farewell."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"agent": "小王", "text": "有问题随时再来，祝您生活愉快。"}]
        }
    )
    text: Words | None = None


class MarkReadRequest(AgentRequest):
    """The number of the last message that the agent has read."""

    up_to: Annotated[int, Field(ge=0, le=2**62)]


class ConversationSummary(BaseModel):
    """A conversation in the list; after `until` the bot answers again.

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
    opened_at: float
    taken_at: float | None
    last_active_at: float
    until: float
    closed_at: float | None
    end_reason: Literal["", "returned", "closed", "silence"]
    unread: int


class ConversationListResponse(BaseModel):
    """A page of conversations; `next` is the next page's `after`, null on the last page."""

    conversations: list[ConversationSummary]
    next: str | None


class EarlierTurnResponse(BaseModel):
    """A turn of the bot before the handoff."""

    text: str
    answer: str
    source: str
    at: float


class MessageResponse(BaseModel):
    """A message or an agent's action. `kind` of an action: taken, returned, closed.

    `state` of an agent's text: queued, kept until it can be sent or the follower writes again,
    sent, refused. `refusal` says why: unreachable (the follower left or blocks the account),
    empty (no character of it can be sent), expired (it could not be sent within a week).
    """

    number: int
    who: Literal["follower", "agent", "bot"]
    name: str
    kind: str
    text: str
    state: str
    refusal: str
    at: float


class ConversationResponse(ConversationSummary):
    """A conversation with its last messages; send `older` back for earlier ones."""

    openid: str
    earlier_turns: list[EarlierTurnResponse]
    messages: list[MessageResponse]
    older: int | None


class ConversationEventsResponse(BaseModel):
    """Changes of conversations; send `next` as `after` for the following ones."""

    events: list[dict[str, str]]
    next: str


def summarise_conversation(conversation: Conversation, unread: int) -> dict[str, Any]:
    """Build the list's row, without the openid."""
    return {
        name: getattr(conversation, name)
        for name in ConversationSummary.model_fields
        if name != "unread"
    } | {"unread": unread}


def message_response(message: ConversationMessage) -> MessageResponse:
    """Build the response for a message."""
    return MessageResponse(
        **{name: getattr(message, name) for name in MessageResponse.model_fields}
    )
