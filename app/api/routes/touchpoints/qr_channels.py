"""REST for QR channels: create them, get their codes, see what came of them, retire them."""

import time
from typing import Annotated

from fastapi import Path

from app.api.day_spans import QueryDay, check_span
from app.api.parameters import PageLimit, PageOffset
from app.api.post_zone import read_zone
from app.api.routes.touchpoints.welcomes import open_placement
from app.api.schemas.touchpoints.qr_channels import (
    CreateQrChannelRequest,
    QrChannelListResponse,
    QrChannelResponse,
    QrStatisticsResponse,
    RenewQrCodeRequest,
    RetireQrChannelRequest,
    describe_channel,
    describe_counts,
    describe_day,
)
from app.api.worker_client import call_worker
from app.deps import AppState, ServedAccount, State, api_router
from app.jobs import CreateQrChannel, RenewQrCode
from app.publishing.lifecycle import NameMissing
from app.touchpoints.qr.channels import QrChannel
from app.touchpoints.qr.repository import QrChannels
from app.touchpoints.qr.statistics import NOTHING, ScanStatistics, add_up
from app.touchpoints.review.repository import ReviewedContents
from app.touchpoints.review.service import open_review_service
from app.touchpoints.welcomes.checking import refuse_bad_welcome
from app.touchpoints.welcomes.values import WelcomeText

router = api_router("/api/v1/qr-channels", "QR channels", "touchpoints")
ChannelId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
MAX_DAYS = 366


@router.post("", status_code=201)
async def create_channel(request: CreateQrChannelRequest, state: State) -> QrChannelResponse:
    """Create a channel and its QR code. 403 without the right (verified service accounts only)."""
    account = state.get_account(request.account)
    if request.welcome:
        refuse_bad_welcome(WelcomeText(reply=request.welcome))
    new_channel = request.model_dump(exclude={"account", "welcome"})
    fields = await call_worker(
        state, lambda w: CreateQrChannel(waiter=w, account=account.name, channel=new_channel)
    )
    channel = QrChannel(**fields)
    if request.welcome:
        text = WelcomeText(channel=channel.id, reply=request.welcome)
        await open_review_service(state.engine).create(account.name, channel.author, text)
    return (await _describe_all(state, account.name, [channel]))[0]


@router.get("")
async def list_channels(
    state: State,
    account: ServedAccount,
    is_retired: bool = False,
    offset: PageOffset = 0,
    limit: PageLimit = 20,
) -> QrChannelListResponse:
    """List channels with their counts, the latest first: those in use, or the retired ones."""
    channels = await QrChannels(state.engine).list_page(
        account.name, is_retired=is_retired, offset=offset, limit=limit
    )
    return QrChannelListResponse(channels=await _describe_all(state, account.name, channels))


@router.get("/{channel}")
async def read_channel(
    channel: ChannelId, state: State, account: ServedAccount
) -> QrChannelResponse:
    """Read a channel, the address of its code's picture, and its counts."""
    stored_channel = await QrChannels(state.engine).get(account.name, channel)
    return (await _describe_all(state, account.name, [stored_channel]))[0]


@router.get("/{channel}/statistics")
async def read_statistics(
    channel: ChannelId, state: State, account: ServedAccount, first: QueryDay, last: QueryDay
) -> QrStatisticsResponse:
    """Count scans, and followers gained and lost, by day in the account's zone."""
    check_span(first, last, MAX_DAYS)
    stored_channel = await QrChannels(state.engine).get(account.name, channel)
    zone = await read_zone(state.engine, account.name)
    counts = await ScanStatistics(state.engine).count_by_day(
        account.name, stored_channel.scene, first, last, zone
    )
    return QrStatisticsResponse(
        zone=zone.key,
        days=[describe_day(day, each) for day, each in counts.items()],
        total=describe_counts(add_up(counts.values())),
    )


@router.post("/{channel}/renew")
async def renew_code(
    channel: ChannelId, request: RenewQrCodeRequest, state: State
) -> QrChannelResponse:
    """Get another code of the same scene, valid from now. 409 for a lasting or retired one."""
    account = state.get_account(request.account)
    stored_channel = await call_worker(
        state,
        lambda w: RenewQrCode(waiter=w, account=account.name, channel=channel, days=request.days),
    )
    [response] = await _describe_all(state, account.name, [QrChannel(**stored_channel)])
    return response


@router.post("/{channel}/retire")
async def retire_channel(
    channel: ChannelId, request: RetireQrChannelRequest, state: State
) -> QrChannelResponse:
    """Take a channel out of use, with its welcome text.

    Its code can't be recalled: later scans are counted still.
    """
    account = state.get_account(request.account)
    if not request.by.strip():
        raise NameMissing("请写明停用人的姓名。")
    retired_channel = await QrChannels(state.engine).retire(
        account.name, channel, request.by.strip()
    )
    welcomes = await ReviewedContents(state.engine).find_welcomes(account.name, [channel])
    for content in welcomes.values():
        await open_placement(state).withdraw(
            account.name, content, by=request.by, reason="渠道停用"
        )
    return (await _describe_all(state, account.name, [retired_channel]))[0]


async def _describe_all(
    state: AppState, account: str, channels: list[QrChannel]
) -> list[QrChannelResponse]:
    scenes = [channel.scene for channel in channels]
    counts = await ScanStatistics(state.engine).count_by_scene(account, scenes)
    welcomes = await ReviewedContents(state.engine).find_welcomes(
        account, [channel.id for channel in channels]
    )
    now = time.time()
    return [
        describe_channel(each, counts.get(each.scene, NOTHING), now, welcomes.get(each.id, ""))
        for each in channels
    ]
