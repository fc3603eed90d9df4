"""REST for the sheets of ad platforms: limits and columns, and ads written as a sheet."""

import asyncio
from collections.abc import Sequence

from fastapi.responses import Response

from app.api.schemas.marketing.ads.export import (
    AdPlatformListResponse,
    ExportAdsRequest,
    describe_platform,
)
from app.deps import AppState, State, api_router
from app.marketing.ads.drafts import AdDrafts
from app.marketing.ads.fitting import AdText
from app.marketing.ads.platforms import get_platform, load_platforms
from app.marketing.ads.raw_ads import RawAdCheck
from app.marketing.ads.sheets import SheetPlace, build_sheet, write_csv, write_workbook

router = api_router("/api/v1/ads", "ads", "content")

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get("/platforms")
async def list_platforms() -> AdPlatformListResponse:
    """List the ad platforms with their limits, columns and sources."""
    return AdPlatformListResponse(
        platforms=[describe_platform(*entry) for entry in load_platforms().items()]
    )


@router.post("/export", response_class=Response)
async def export_ads(request: ExportAdsRequest, state: State) -> Response:
    """Write ads as the bulk sheet of a platform. 422 names each ad that doesn't fit.

    409 names drafts that nobody has approved; 422 `open_findings` what the law forbids in texts.
    """
    ads = await _list_lawful_ads(request, state)
    content = await asyncio.to_thread(_write_sheet, request, ads)
    file = f"{request.platform}.{request.format}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(content, media_type=MEDIA[request.format], headers=headers)


async def _list_lawful_ads(request: ExportAdsRequest, state: AppState) -> list[AdText]:
    """The ads of approved drafts, or texts without an unsigned finding."""
    account = state.get_account(request.account).name
    if request.drafts:
        return await AdDrafts(state.engine).list_approved(account, request.drafts, request.url)
    check = RawAdCheck(state.engine)
    await check.approve(account, request.texts, by=request.by, reason=request.reason)
    return request.texts


def _write_sheet(request: ExportAdsRequest, ads: Sequence[AdText]) -> bytes:
    place = SheetPlace(request.campaign, request.group)
    sheet = build_sheet(ads, get_platform(request.platform), place)
    return write_csv(sheet) if request.format == "csv" else write_workbook(sheet)
