"""Bodies of the simulator's control: what a developer orders, and what came of it."""

from datetime import date
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.simulator.gateway.faults import FaultKind
from app.simulator.publishing.jobs import EventFate

YEAR_SECONDS = 366 * 86_400
MOST_TIMES = 1000
CLOCK_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"
MASS_STATUS = r"^(send success|send fail|err\(\d{5}\))$"


class ControlRequest(BaseModel):
    """An order; a field that it doesn't have is refused, as a typing error would go unnoticed."""

    model_config = ConfigDict(extra="forbid")


class FollowerMessageRequest(ControlRequest):
    """A follower writes or sends. `text`: of a text its content, of a voice what is recognised, of
    a location its label, of a link its title; an image has none.
    """

    openid: str = Field(min_length=1)
    text: str = ""
    kind: Literal["text", "image", "voice", "location", "link"] = "text"


class FollowerEventRequest(ControlRequest):
    """A follower subscribes, leaves, scans a code, or taps an item of the menu."""

    openid: str = Field(min_length=1)
    event: Literal["subscribe", "unsubscribe", "scan", "click", "view"]
    # Of subscribe and scan the scene of a code, of click the item's key, of view its address.
    key: str = ""


class CommentRequest(ControlRequest):
    """A follower comments on a published article."""

    msg_data_id: int
    index: int = 0  # of the article in its message
    openid: str = ""  # "": under another identity
    content: str = Field(min_length=1)


class VisitRequest(ControlRequest):
    """A follower reads a published article."""

    msg_data_id: int
    index: int = Field(0, ge=0)  # of the article in its message
    openid: str = Field(min_length=1)
    scene: str = "公众号消息"
    shares: bool = False
    likes: bool = False
    hearts: bool = False
    collects: bool = False
    minutes: float = Field(1.0, ge=0, le=1440)
    finishes: bool = True


class ConsentRequest(ControlRequest):
    """A follower agrees to a subscribe notice (template_id), or to a one-off message (scene)."""

    openid: str = Field(min_length=1)
    template_id: str = ""
    scene: int | None = Field(None, ge=0, le=10_000)

    @model_validator(mode="after")
    def check_one(self) -> Self:
        """Raises ValueError where both or neither are there."""
        if bool(self.template_id) == (self.scene is not None):
            raise ValueError("give template_id or scene, and not both")
        return self


class InvitationRequest(ControlRequest):
    """An invited person becomes an agent of the platform's desk, and goes online."""

    kf_account: str = Field(min_length=1)
    wechat_name: str = Field(min_length=1)


class PublishPlanRequest(ControlRequest):
    """What becomes of the next publications; see `jobs.PublishPlan`."""

    seconds: float = Field(2.0, ge=0, le=YEAR_SECONDS)
    status: Literal[0, 2, 3, 4, 5, 6] = 0
    event: EventFate = "sent"
    event_after: float = Field(0.0, ge=0, le=YEAR_SECONDS)
    failed_articles: tuple[int, ...] = (1,)
    times: int = Field(1, ge=1, le=MOST_TIMES)


class MassPlanRequest(ControlRequest):
    """What becomes of the next mass sends; see `jobs.MassPlan`."""

    seconds: float = Field(2.0, ge=0, le=YEAR_SECONDS)
    status: str = Field("send success", pattern=MASS_STATUS)
    reprints: dict[int, bool] = Field(default_factory=dict)  # article from 1 -> allowed
    undelivered: int = Field(0, ge=0)
    event: Literal["sent", "missing"] = "sent"
    event_after: float = Field(0.0, ge=0, le=YEAR_SECONDS)
    times: int = Field(1, ge=1, le=MOST_TIMES)


class LateStatisticsRequest(ControlRequest):
    """Which days aren't ready (61503), and whether article statistics say `is_delay`."""

    late_days: list[date] = Field(default_factory=list)
    delayed: bool = False


class ClockRequest(ControlRequest):
    """Let time pass at once: so many seconds, or until the next such time of the day in China."""

    seconds: float | None = Field(None, ge=0, le=YEAR_SECONDS)
    until: str | None = Field(None, pattern=CLOCK_TIME, examples=["08:30"])

    @model_validator(mode="after")
    def check_one(self) -> Self:
        """Raises ValueError where both or neither are there."""
        if (self.seconds is None) == (self.until is None):
            raise ValueError("give seconds or until, and not both")
        return self


class FaultRequest(ControlRequest):
    """Let the next calls of an interface fail: an errcode, or a kind of `faults.KINDS`."""

    path: str
    kind: FaultKind | int
    times: int = Field(1, ge=1, le=MOST_TIMES)
    seconds: float = Field(0.0, ge=0, le=600)  # before the answer


class DeliveryResponse(BaseModel):
    """What came back from the account's server. `fault`: the follower reads 服务出现故障."""

    reply: str | None
    seconds: float
    deliveries: int
    fault: bool
    reason: str | None  # of the last delivery that was no proper answer


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


class EventResponse(BaseModel):
    """An event of the platform; `at` is its time by the platform's clock."""

    at: float
    is_pushed: bool
    openid: str
    fields: dict[str, Any]


class PublishedArticleResponse(BaseModel):
    """A published article, or one of a mass send. `index`: its place in the message, from 0."""

    article_id: str
    msg_data_id: int
    index: int
    title: str
    url: str
    published_at: float
    is_mass_sent: bool
    is_gone: bool  # deleted or banned


class InterfaceResponse(BaseModel):
    """An interface that calls can be made of, and fail."""

    family: str
    method: str
    path: str
    right: str
    is_allowed: bool  # whether the account has the right
    calls_a_day: int | None
