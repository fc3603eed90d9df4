"""Bodies of the simulator's control: what a developer orders, and what came of it."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from app.simulator.gateway.faults import FaultKind
from app.simulator.publishing.jobs import EventFate


class FollowerMessageRequest(BaseModel):
    """A follower writes."""

    openid: str = Field(min_length=1)
    text: str


class FollowerEventRequest(BaseModel):
    """A follower subscribes, leaves, scans a code or clicks a menu's item."""

    openid: str = Field(min_length=1)
    event: Literal["subscribe", "unsubscribe", "scan", "click"]
    key: str = ""  # the scene of a code, the key of an item


class CommentRequest(BaseModel):
    """A follower comments on a published article."""

    msg_data_id: int
    index: int = 0  # of the article in its message
    openid: str = ""  # "": under another identity
    content: str = Field(min_length=1)


class VisitRequest(BaseModel):
    """A follower reads a published article."""

    msg_data_id: int
    index: int = Field(0, ge=0)  # of the article in its message
    openid: str = Field(min_length=1)
    scene: str = "公众号消息"
    shares: bool = False
    likes: bool = False
    hearts: bool = False
    collects: bool = False
    minutes: float = Field(1.0, ge=0)
    finishes: bool = True


class LateStatisticsRequest(BaseModel):
    """Which days aren't ready (61503), and whether article statistics say `is_delay`."""

    late_days: list[date] = Field(default_factory=list)
    delayed: bool = False


class PublishPlanRequest(BaseModel):
    """What becomes of the next publications; see `jobs.PublishPlan`."""

    seconds: float = Field(2.0, ge=0)
    status: Literal[0, 2, 3, 4, 5, 6] = 0
    event: EventFate = "sent"
    event_after: float = Field(0.0, ge=0)
    times: int = Field(1, ge=1)


class MassPlanRequest(BaseModel):
    """What becomes of the next mass sends; see `jobs.MassPlan`."""

    seconds: float = Field(2.0, ge=0)
    status: str = "send success"
    reprints: dict[int, bool] = Field(default_factory=dict)  # article from 1 -> allowed
    undelivered: int = Field(0, ge=0)
    event: Literal["sent", "missing"] = "sent"
    event_after: float = Field(0.0, ge=0)
    times: int = Field(1, ge=1)


class ClockRequest(BaseModel):
    """Let time pass at once."""

    seconds: float = Field(ge=0)


class FaultRequest(BaseModel):
    """Let the next calls of an interface fail: an errcode, or a kind of `faults.KINDS`."""

    path: str
    kind: FaultKind | int
    times: int = Field(1, ge=1)
    seconds: float = Field(0.0, ge=0)  # before the answer


class DeliveryResponse(BaseModel):
    """What came back from the account's server. `fault`: the follower reads 服务出现故障."""

    reply: str | None
    seconds: float
    deliveries: int
    fault: bool


class CommentResponse(BaseModel):
    """The number of a new comment."""

    user_comment_id: int


class ClockResponse(BaseModel):
    """The platform's time (seconds since 1970), and how many events it pushed."""

    now: float
    pushed_events: int


class SentResponse(BaseModel):
    """A message that reached a follower's phone."""

    at: float
    openid: str
    message: dict[str, Any]
