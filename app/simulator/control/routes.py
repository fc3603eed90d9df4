"""What a developer does to the simulator over HTTP: followers act, calls fail, hours pass.

All of it is below /simulator; /simulator/docs lists it.
"""

from fastapi import APIRouter, FastAPI, HTTPException

from app.simulator.callback.wechat import Outcome, WeChat
from app.simulator.clock import Running
from app.simulator.control.bodies import (
    ClockRequest,
    ClockResponse,
    CommentRequest,
    CommentResponse,
    DeliveryResponse,
    FaultRequest,
    FollowerEventRequest,
    FollowerMessageRequest,
    LateStatisticsRequest,
    MassPlanRequest,
    PublishPlanRequest,
    SentResponse,
    VisitRequest,
)
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.phones import messages
from app.simulator.phones.phone import Phone
from app.simulator.platform import Platform
from app.simulator.publishing.articles import PublishedArticles
from app.simulator.publishing.comment_threads import add_comment
from app.simulator.publishing.jobs import JobPlans, MassPlan, PublishPlan
from app.simulator.statistics.store import ArticleVisit, StatisticsStore


def create_control(platform: Platform, wechat: WeChat, clock: Running) -> FastAPI:
    """The application below /simulator."""
    app = FastAPI(title="WeChat simulator")
    app.include_router(_build_follower_router(platform, wechat))
    app.include_router(_build_platform_router(platform, clock))
    return app


def _build_follower_router(platform: Platform, wechat: WeChat) -> APIRouter:
    router = APIRouter(tags=["followers"])

    @router.post("/messages")
    async def send_message(request: FollowerMessageRequest) -> DeliveryResponse:
        phone = Phone(wechat, request.openid, platform)
        return _describe(await phone.say(request.text))

    @router.post("/followers")
    async def act(request: FollowerEventRequest) -> DeliveryResponse:
        event = {
            "subscribe": messages.subscribe(request.key or None),
            "unsubscribe": messages.unsubscribe(),
            "scan": messages.scan(request.key),
            "click": messages.click(request.key),
        }[request.event]
        return _describe(await Phone(wechat, request.openid, platform).send(event))

    @router.post("/comments")
    async def comment(request: CommentRequest) -> CommentResponse:
        try:
            added = add_comment(
                platform.account(), request.msg_data_id, request.index,
                openid=request.openid, content=request.content, now=platform.clock(),
            )  # fmt: skip
        except Refused as refused:
            raise HTTPException(404, refused.message) from refused
        return CommentResponse(user_comment_id=added.comment_id)

    @router.post("/visits", status_code=204)
    async def visit(request: VisitRequest) -> None:
        try:
            message = (
                platform.account()
                .store(PublishedArticles)
                .find_by_data_id(request.msg_data_id, platform.clock())
            )
            refuse_unless(request.index < len(message.articles), 88001)
        except Refused as refused:
            raise HTTPException(404, refused.message) from refused
        fields = request.model_dump(exclude={"msg_data_id", "index"})
        msgid = f"{request.msg_data_id}_{request.index + 1}"
        platform.account().store(StatisticsStore).visits.append(
            ArticleVisit(msgid=msgid, at=platform.clock(), **fields)
        )

    @router.get("/sent")
    async def list_sent(openid: str | None = None) -> list[SentResponse]:
        return [
            SentResponse(at=sent.at, openid=sent.openid, message=sent.message)
            for sent in platform.log
            if openid in (None, sent.openid)
        ]

    return router


def _build_platform_router(platform: Platform, clock: Running) -> APIRouter:
    router = APIRouter(tags=["platform"])

    @router.post("/clock")
    async def skip_time(request: ClockRequest) -> ClockResponse:
        clock.skip(request.seconds)
        return ClockResponse(now=clock(), pushed_events=await platform.push_due_events())

    @router.post("/faults", status_code=204)
    async def plan_faults(request: FaultRequest) -> None:
        try:
            platform.fail_next(request.path, request.kind, request.times, seconds=request.seconds)
        except ValueError as error:
            raise HTTPException(404, str(error)) from error

    @router.post("/publications", status_code=204)
    async def plan_publications(request: PublishPlanRequest) -> None:
        plan = PublishPlan(**request.model_dump(exclude={"times"}))
        platform.account().store(JobPlans).publications.extend([plan] * request.times)

    @router.post("/mass-sends", status_code=204)
    async def plan_mass_sends(request: MassPlanRequest) -> None:
        plan = MassPlan(**request.model_dump(exclude={"times"}))
        platform.account().store(JobPlans).mass_sends.extend([plan] * request.times)

    @router.put("/statistics", status_code=204)
    async def delay_statistics(request: LateStatisticsRequest) -> None:
        statistics = platform.account().store(StatisticsStore)
        statistics.late_days = [day.isoformat() for day in request.late_days]
        statistics.delayed = request.delayed

    return router


def _describe(outcome: Outcome) -> DeliveryResponse:
    return DeliveryResponse(
        reply=outcome.reply.content if outcome.reply else None,
        seconds=outcome.seconds,
        deliveries=len(outcome.deliveries),
        fault=outcome.fault,
    )
