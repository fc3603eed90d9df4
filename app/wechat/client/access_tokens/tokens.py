"""Access tokens of stable_token, shared by all processes.

A valid token is read without a lock. In its last five minutes one caller renews it while the others
go on with the old one. Without a valid token one caller renews it and the others wait for the
result, whether that is a token or a failure. A token that the platform refused is marked only if it
is still the stored one, so a late 40001 can't remove its successor.
Rules: https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.md
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from app.accounts import Account
from app.redis import keys
from app.wechat.client.access_tokens.token_store import AccessTokenStore, StoredToken
from app.wechat.client.errors import ApiError
from app.wechat.client.http import PlatformRequest
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.requests import Requester

WAIT_SECONDS = 20.0  # longer than the lock lives
FIRST_POLL, LONGEST_POLL = 0.02, 0.2  # seconds
FORCED_AFTER = keys.FORCED_REFRESH_APART.total_seconds()

STABLE_TOKEN = PlatformInterface(
    path="/cgi-bin/stable_token",
    title="获取稳定版接口调用凭据",
    page="/doc/service/api/base/api_getstableaccesstoken.md",
    needs_token=False,
    daily=500_000,
    a_minute=10_000,
)
FORCED_REFRESH = PlatformInterface(
    path="/cgi-bin/stable_token",
    title="获取稳定版接口调用凭据（强制刷新）",
    page="/doc/service/api/base/api_getstableaccesstoken.md",
    needs_token=False,
    daily=20,
    shared_budget="/cgi-bin/stable_token?force_refresh",
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """The access tokens of all accounts."""

    store: AccessTokenStore
    requester: Requester
    clock: Callable[[], float] = time.time

    async def get(self, account: Account) -> str:
        """A token that is valid as far as we know.

        Raises ApiError with `unheard`: the call that needs the token was not sent.
        """
        token = await self.store.read(account.appid)
        if token is None or not token.is_usable(self.clock()):
            return await self._get_renewed(account)
        if token.is_due(self.clock()):
            return await self._renew_early(account, token)
        return token.value

    async def renew(self, account: Account, refused: str) -> str:
        """A token in place of the one that the platform refused. Raises ApiError like `get`."""
        await self.store.mark_refused(account.appid, refused)
        return await self.get(account)

    async def _renew_early(self, account: Account, token: StoredToken) -> str:
        """Renew the token if nobody else does; the old one is as good until it expires."""
        if await self.store.read_failure(account.appid):
            return token.value
        holder = await self.store.take_lock(account.appid)
        if holder is None:
            return token.value
        try:
            return await self._renew_locked(account, holder)
        except ApiError as error:
            log.warning("access_token_not_renewed", account=account.name, error=str(error))
            return token.value

    async def _get_renewed(self, account: Account) -> str:
        """Renew the token, or wait for who does. Raises ApiError, also for the other's failure."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                return await self._renew_or_wait(account)
        except TimeoutError:
            message = f"no access token within {WAIT_SECONDS:.0f} s"
            raise ApiError(None, message, unheard=True) from None

    async def _renew_or_wait(self, account: Account) -> str:
        while True:
            holder = await self.store.take_lock(account.appid)
            if holder is not None:
                return await self._renew_locked(account, holder)
            if token := await self._wait_for_other(account.appid):
                return token

    async def _renew_locked(self, account: Account, holder: str) -> str:
        """Renew the token, unless that was done before the lock was taken; release the lock."""
        try:
            token = await self.store.read(account.appid)
            if token is not None and not token.is_due(self.clock()):
                return token.value
            renewed = await self._request_token(account, token)
            await self.store.store(account.appid, renewed, holder)
            return renewed.value
        except ApiError as error:
            await self.store.record_failure(account.appid, holder, error)
            raise ApiError(error.code, error.errmsg, unheard=True) from None
        finally:
            await self.store.release_lock(account.appid, holder)

    async def _wait_for_other(self, appid: str) -> str | None:
        """Wait while another renews the token; None when its lock is gone without a result.

        Raises ApiError when the other failed.
        """
        pause, holder = FIRST_POLL, await self.store.read_holder(appid)
        while holder is not None:
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_POLL)
            is_over = await self.store.read_holder(appid) != holder
            token = await self.store.read(appid)
            if token is not None and token.is_usable(self.clock()):
                return token.value
            if is_over:
                if failure := await self.store.read_failure(appid, holder):
                    raise failure
                return None
        return None

    async def _request_token(self, account: Account, previous: StoredToken | None) -> StoredToken:
        """A token of the platform. Raises ApiError.

        The platform gives the same token again while it takes it for valid. Where it refused that
        token nevertheless, another is forced.
        """
        token = await self._ask_platform(account, STABLE_TOKEN)
        if previous is None or previous.value != token.value:
            return token
        if previous.is_refused and await self._may_force(account, previous):
            return await self._ask_platform(account, FORCED_REFRESH)
        return StoredToken(token.value, token.expires_at, previous.obtained_at)

    async def _may_force(self, account: Account, refused: StoredToken) -> bool:
        """Whether to force another token: a forced refresh makes the old one invalid at once.

        The platform allows 20 a day, and ignores one that comes within 30 s of the last.
        """
        if self.clock() < refused.obtained_at + FORCED_AFTER:
            return False
        remaining = await self.requester.budgets.remaining(account, FORCED_REFRESH)
        return remaining.left != 0 and await self.store.begin_forced_refresh(account.appid)

    async def _ask_platform(self, account: Account, interface: PlatformInterface) -> StoredToken:
        request = build_token_request(account, force=interface is FORCED_REFRESH)
        now = self.clock()
        answer = await self.requester.ask(account, interface, request)
        try:
            return StoredToken(str(answer["access_token"]), now + float(answer["expires_in"]), now)
        except (KeyError, TypeError, ValueError):
            raise ApiError(None, f"{interface.path} answered without a token") from None


def build_token_request(account: Account, *, force: bool = False) -> PlatformRequest:
    """The request for a token. Without `force` the platform gives the current one again."""
    body = {
        "grant_type": "client_credential",
        "appid": account.appid,
        "secret": account.secret,
        "force_refresh": force,
    }
    return PlatformRequest(
        method="POST", path=STABLE_TOKEN.path, body=body, secrets=(account.secret,)
    )
