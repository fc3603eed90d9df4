"""Followers act: they write, follow, scan, tap, comment and agree."""

from fastapi import APIRouter, HTTPException

from app.simulator.accounts.state import AccountState
from app.simulator.callback.wechat import Outcome, WeChat
from app.simulator.callback.wire import Fields
from app.simulator.control.bodies import (
    ConsentRequest,
    DeliveryResponse,
    FollowerEventRequest,
    FollowerMessageRequest,
    InvitationRequest,
)
from app.simulator.errcodes import Refused
from app.simulator.families.desk import accept
from app.simulator.families.qrcodes import SceneCodes
from app.simulator.families.subscribe_notices import NoticeStore
from app.simulator.families.templates import TemplateStore
from app.simulator.phones import messages
from app.simulator.phones.phone import Phone
from app.simulator.platform import Platform

WEST_LAKE = (30.25, 120.15)  # latitude and longitude of a location that is sent
LINK = "https://example.com/"


def build_follower_router(platform: Platform, wechat: WeChat) -> APIRouter:
    """Routes of what followers and agents do."""
    router = APIRouter(tags=["followers"])

    @router.post("/messages")
    async def send_message(request: FollowerMessageRequest) -> DeliveryResponse:
        phone = Phone(wechat, request.openid, platform)
        return _describe(await phone.send(build_message(request)))

    @router.post("/followers")
    async def act(request: FollowerEventRequest) -> DeliveryResponse:
        event = _build_event(request, platform)
        return _describe(await Phone(wechat, request.openid, platform).send(event))

    @router.post("/consents", status_code=204)
    async def agree(request: ConsentRequest) -> None:
        _store_consent(platform.account(), request)

    @router.post("/agents", status_code=204)
    async def accept_invitation(request: InvitationRequest) -> None:
        try:
            accept(platform.account(), request.kf_account, request.wechat_name)
        except Refused as refused:
            detail = f"the desk has no agent {request.kf_account}: add one by kfaccount/add"
            raise HTTPException(404, detail) from refused

    return router


def build_message(request: FollowerMessageRequest) -> Fields:
    """The fields of a follower's message."""
    match request.kind:
        case "text":
            return messages.text(request.text)
        case "image":
            return messages.image()
        case "voice":
            return messages.voice(request.text)
        case "location":
            return messages.location(*WEST_LAKE, label=request.text)
        case "link":
            return messages.link(request.text, LINK)


def _build_event(request: FollowerEventRequest, platform: Platform) -> Fields:
    match request.event:
        case "subscribe" if not request.key:
            return messages.subscribe()
        case "subscribe" | "scan":
            return _build_scan(request, platform)
        case "unsubscribe":
            return messages.unsubscribe()
        case "click":
            return messages.click(request.key)
        case "view":
            return messages.view(request.key)


def _build_scan(request: FollowerEventRequest, platform: Platform) -> Fields:
    """Who scans a code and doesn't follow yet comes with the event subscribe."""
    ticket = _find_ticket(platform, request.key)
    follows = request.openid in platform.account().followers.find_subscribed()
    if request.event == "scan" and follows:
        return messages.scan(request.key, ticket)
    return messages.subscribe(request.key, ticket)


def _find_ticket(platform: Platform, scene: str) -> str:
    """The newest code of a scene. Raises HTTPException with 404 where there is none."""
    codes = platform.account().store(SceneCodes).codes
    for ticket, code in reversed(codes.items()):
        if str(code.scene) == scene and (
            code.expires_at is None or platform.clock() < code.expires_at
        ):
            return ticket
    raise HTTPException(404, f"no QR code of the scene {scene!r}: make one by qrcode/create")


def _store_consent(state: AccountState, request: ConsentRequest) -> None:
    """Raises HTTPException with 404 for a template that the account doesn't have."""
    if request.scene is not None:
        state.store(TemplateStore).consents.append(f"{request.openid} {request.scene}")
        return
    notices = state.store(NoticeStore)
    if request.template_id not in notices.templates:
        detail = f"the account has no template {request.template_id}: add one by addtemplate"
        raise HTTPException(404, detail)
    notices.agree(request.openid, request.template_id)


def _describe(outcome: Outcome) -> DeliveryResponse:
    reasons = [delivery.fault for delivery in outcome.deliveries if delivery.fault]
    return DeliveryResponse(
        reply=outcome.reply.content if outcome.reply else None,
        seconds=outcome.seconds,
        deliveries=len(outcome.deliveries),
        fault=outcome.fault,
        reason=reasons[-1] if reasons else None,
    )
