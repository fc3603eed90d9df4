"""What a developer does to the simulator over HTTP: followers act, calls fail, hours pass.

All of it is below /simulator; /simulator/docs lists it.
"""

from typing import Any, Literal

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

from app.simulator import messages
from app.simulator.clock import Running
from app.simulator.faults import FaultKind
from app.simulator.phone import Phone
from app.simulator.platform import Platform
from app.simulator.wechat import Outcome, WeChat


class FollowerMessageRequest(BaseModel):
    """A follower writes."""

    openid: str = Field(min_length=1)
    text: str


class FollowerEventRequest(BaseModel):
    """A follower subscribes, leaves, scans a code or clicks a menu's item."""

    openid: str = Field(min_length=1)
    event: Literal["subscribe", "unsubscribe", "scan", "click"]
    key: str = ""  # the scene of a code, the key of an item


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


class ClockResponse(BaseModel):
    """The platform's time (seconds since 1970), and how many events it pushed."""

    now: float
    pushed_events: int


class SentResponse(BaseModel):
    """A message that reached a follower's phone."""

    at: float
    openid: str
    message: dict[str, Any]


def create_control(platform: Platform, wechat: WeChat, clock: Running) -> FastAPI:
    """The application below /simulator."""
    app = FastAPI(title="WeChat simulator")

    @app.post("/messages")
    async def send_message(request: FollowerMessageRequest) -> DeliveryResponse:
        phone = Phone(wechat, request.openid, platform)
        return _describe(await phone.say(request.text))

    @app.post("/followers")
    async def act(request: FollowerEventRequest) -> DeliveryResponse:
        event = {
            "subscribe": messages.subscribe(request.key or None),
            "unsubscribe": messages.unsubscribe(),
            "scan": messages.scan(request.key),
            "click": messages.click(request.key),
        }[request.event]
        return _describe(await Phone(wechat, request.openid, platform).send(event))

    @app.post("/clock")
    async def skip_time(request: ClockRequest) -> ClockResponse:
        clock.skip(request.seconds)
        return ClockResponse(now=clock(), pushed_events=await platform.push_due_events())

    @app.post("/faults", status_code=204)
    async def plan_fault(request: FaultRequest) -> None:
        try:
            platform.fail_next(request.path, request.kind, request.times, seconds=request.seconds)
        except ValueError as error:
            raise HTTPException(404, str(error)) from error

    @app.get("/sent")
    async def list_sent(openid: str | None = None) -> list[SentResponse]:
        return [
            SentResponse(at=sent.at, openid=sent.openid, message=sent.message)
            for sent in platform.log
            if openid in (None, sent.openid)
        ]

    return app


def _describe(outcome: Outcome) -> DeliveryResponse:
    return DeliveryResponse(
        reply=outcome.reply.content if outcome.reply else None,
        seconds=outcome.seconds,
        deliveries=len(outcome.deliveries),
        fault=outcome.fault,
    )
