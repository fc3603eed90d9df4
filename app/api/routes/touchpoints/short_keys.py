"""REST for short keys: make them, read what one stands for, list those that were made here."""

from typing import Annotated

from fastapi import Path

from app.api.parameters import PageLimit, PageOffset
from app.api.schemas.touchpoints.short_keys import (
    CreateShortKeyRequest,
    LongDataResponse,
    ShortKeyListResponse,
    ShortKeyResponse,
    describe_short_key,
)
from app.api.worker_client import call_worker
from app.deps import ServedAccount, State, api_router
from app.jobs import MakeShortKey, ReadShortKey
from app.touchpoints.qr.short_keys import ShortKeyTable

router = api_router("/api/v1/short-keys", "short keys", "touchpoints")
PlatformKey = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


@router.post("", status_code=201)
async def create_short_key(request: CreateShortKeyRequest, state: State) -> ShortKeyResponse:
    """Make a short key. 403 without the right (verified accounts only)."""
    account = state.get_account(request.account)
    fields = request.model_dump(exclude={"account"})
    key = await call_worker(state, lambda w: MakeShortKey(waiter=w, account=account.name, **fields))
    return ShortKeyResponse(**key)


@router.get("")
async def list_short_keys(
    state: State,
    account: ServedAccount,
    is_expired: bool = False,
    offset: PageOffset = 0,
    limit: PageLimit = 20,
) -> ShortKeyListResponse:
    """List the valid keys that were made here, or the expired ones; the latest first."""
    keys = await ShortKeyTable(state.engine).list_page(
        account.name, is_expired=is_expired, offset=offset, limit=limit
    )
    return ShortKeyListResponse(short_keys=[describe_short_key(key) for key in keys])


@router.get("/{short_key}")
async def read_short_key(
    short_key: PlatformKey, state: State, account: ServedAccount
) -> LongDataResponse:
    """Ask the platform what a key stands for. 404 for an unknown or expired one."""
    long_data = await call_worker(
        state, lambda w: ReadShortKey(waiter=w, account=account.name, short_key=short_key)
    )
    return LongDataResponse(**long_data)
