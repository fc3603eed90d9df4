"""REST for an account: what it may do on the platform."""

import time

from app.account_rights.store import REFUSED_FOR, RightsStore, StoredRights
from app.account_rights.values import AccountRight
from app.accounts import Account
from app.api.schemas.account import AccountResponse
from app.deps import ServedAccount, State, api_router

router = api_router("/api/v1/account", "account", "account")


@router.get("")
async def read_account(state: State, account: ServedAccount) -> AccountResponse:
    """Read the account's kind and rights; a worker asks the platform daily and after a 48001."""
    stored = await RightsStore(state.redis).read(account.appid)
    return _build_response(account, stored, time.time())


def _build_response(account: Account, stored: StoredRights | None, now: float) -> AccountResponse:
    if stored is None:
        return AccountResponse(
            account=account.name,
            kind=None,
            is_verified=None,
            rights={right: account.may(right) for right in AccountRight},
            refused=[],
            source="settings",
            asked_at=None,
        )
    current = stored.current(now)
    refused = [right for right, at in stored.refused_at.items() if now - at < REFUSED_FOR]
    return AccountResponse(
        account=account.name,
        kind=current.kind,
        is_verified=current.is_verified,
        rights={right: current.may(right) for right in AccountRight},
        refused=sorted(refused),
        source="reads" if current.by_calls else "platform",
        asked_at=stored.asked_at,
    )
