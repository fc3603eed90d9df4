"""What is examined: the list of all checks, with the connections that they share."""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.account_rights.store import RightsStore
from app.accounts import Account
from app.doctor.account_checks import check_account, check_callback, check_quotas
from app.doctor.callback_check import check_callbacks
from app.doctor.language_model_check import check_language_models
from app.doctor.network_checks import check_clock, check_network
from app.doctor.running import run_checks, skip_checks
from app.doctor.server_checks import (
    check_callback_settings,
    check_counting_links,
    check_database,
    check_models,
    check_redis,
    check_settings,
    describe_bad_settings,
)
from app.doctor.token_check import check_token
from app.doctor.values import CHECK_TITLES, Check, CheckResult
from app.errors import BadSettings
from app.redis.client import RedisClient
from app.resources import private_redis, redis_client
from app.settings import Settings
from app.wechat.client.core import PlatformClient, build_client
from app.wechat.client.http import PlatformHttp, open_platform_http

STEP_SHARE = 0.4  # of the limit: one step of a check, so that the check can tell what hangs
ACCOUNT_CHECKS = ("callback", "account", "rights", "quota")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What is examined, and the time limit of the whole."""

    settings: Settings
    account: Account | None  # None: none is configured, or its settings are wrong
    seconds: float
    clock: Callable[[], float] = time.time
    weights: Path | None = None  # the folder of base weights; None: the project's own

    async def run(self) -> list[CheckResult]:
        """All results, in the order of CHECK_TITLES."""
        until = time.monotonic() + self.seconds
        results = [check_settings(self.settings)]
        if self.account:
            results.append(check_callback_settings(self.account))
            results.append(check_counting_links(self.account, self.settings.public_url))
        try:
            async with open_platform_http(self.settings) as http, self._open_redis() as redis:
                checks = [*self._list_checks(http), *self._list_account_checks(http, redis)]
                results += await run_checks(checks, until - time.monotonic())
        except BadSettings as error:  # an unusable proxy
            results.append(describe_bad_settings(error.faults, "network"))
        order = list(CHECK_TITLES)
        return sorted(results, key=lambda result: order.index(result.name))

    def _list_checks(self, http: httpx.AsyncClient) -> list[Check]:
        settings, step = self.settings, self.seconds * STEP_SHARE
        return [
            _single("redis", lambda: check_redis(settings.redis_url, step)),
            _single("database", lambda: check_database(settings.database_url, step)),
            _single("models", lambda: check_models(
                writer=settings.writes == "local", weights=self.weights)),
            _single("language_models", lambda: check_language_models(settings, step)),
            _single("network", lambda: check_network(settings, http, step)),
            _single("clock", lambda: check_clock(http, self.clock, step)),
        ]  # fmt: skip

    def _list_account_checks(
        self, http: httpx.AsyncClient, redis: RedisClient | None
    ) -> list[Check]:
        account = self.account
        if account is None:
            return []
        checks = [_single("token", lambda: check_token(PlatformHttp(http), account))]
        if redis and self.settings.redis_url:  # a private one is of the running service
            now = self.clock()
            checks.append(
                _single("callbacks", lambda: check_callbacks(redis, account, now), ("redis",))
            )
        if not account.secret:
            return [*checks, _skipped(ACCOUNT_CHECKS, "token")]
        if redis is None:
            return [*checks, _skipped(ACCOUNT_CHECKS, "redis")]
        client = build_client(http, redis, self.settings.wechat_budgets)
        return [*checks, *_list_interface_checks(client, account, RightsStore(redis))]

    @contextlib.asynccontextmanager
    async def _open_redis(self) -> AsyncIterator[RedisClient | None]:
        """The service's Redis; without REDIS_URL a private one that is empty.

        None where nothing needs it, and where it can't be opened: the address is unreadable, or no
        server is installed.
        """
        if not self.settings.redis_url and not (self.account and self.account.secret):
            yield None
            return
        async with contextlib.AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(self.seconds):
                    url = self.settings.redis_url or await _start_private_redis(stack)
                    redis = await stack.enter_async_context(redis_client(url))
            except (BadSettings, TimeoutError):
                redis = None
            yield redis


async def _start_private_redis(stack: contextlib.AsyncExitStack) -> str:
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="huiyin-doctor-"))
    return await stack.enter_async_context(private_redis(Path(folder)))


def _list_interface_checks(
    client: PlatformClient, account: Account, rights: RightsStore
) -> list[Check]:
    """What is asked of the platform with an access token, which lies in Redis."""
    needs = ("token", "redis")
    return [
        _single("callback", lambda: check_callback(client, account), needs),
        Check(("account", "rights"), lambda: check_account(client, account, rights), needs),
        _single("quota", lambda: check_quotas(client, account), needs),
    ]


def _single(
    name: str, run: Callable[[], Coroutine[None, None, CheckResult]], needs: tuple[str, ...] = ()
) -> Check:
    """A check with one result."""

    async def run_one() -> list[CheckResult]:
        return [await run()]

    return Check((name,), run_one, needs)


def _skipped(names: tuple[str, ...], obstacle: str) -> Check:
    async def skip() -> list[CheckResult]:
        return skip_checks(names, obstacle)

    return Check(names, skip)
