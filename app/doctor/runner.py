"""Runs all checks in two rounds: what stands alone first, then what needs a token and Redis.

The checks of a round run at once, each within CHECK_SECONDS, so that the whole takes at most twice
as long, also where every host hangs.
"""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.accounts import Account
from app.doctor.account_checks import check_account, check_callback, check_quotas
from app.doctor.language_model_check import check_language_models
from app.doctor.network_checks import check_clock, check_network
from app.doctor.server_checks import (
    check_callback_settings,
    check_database,
    check_models,
    check_redis,
    check_settings,
    describe_bad_settings,
)
from app.doctor.token_check import check_token
from app.doctor.values import CHECK_TITLES, BilingualText, Check, CheckResult
from app.errors import BadSettings
from app.redis.client import RedisClient
from app.resources import private_redis, redis_client
from app.settings import Settings
from app.wechat.client.core import PlatformClient, build_client
from app.wechat.client.http import PlatformHttp, open_platform_http

CHECK_SECONDS = 3.5  # twice, and the 2.5 s in which the program starts, are less than 10 s
ACCOUNT_CHECKS = ("callback", "account", "rights", "quota")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What is examined, and the time limit of a check."""

    settings: Settings
    account: Account | None  # None: none is configured, or its settings are wrong
    seconds: float = CHECK_SECONDS
    clock: Callable[[], float] = time.time
    weights: Path | None = None  # the folder of base weights; None: the project's own

    async def run(self) -> list[CheckResult]:
        """All results, in the order of CHECK_TITLES."""
        results = [check_settings(self.settings)]
        if self.account:
            results.append(check_callback_settings(self.account))
        try:
            async with open_platform_http(self.settings) as http:
                results += await self._run_first(http)
                results += await self._run_second(http, results)
        except BadSettings as error:  # an unusable proxy
            results.append(describe_bad_settings(error.faults, "network"))
        order = list(CHECK_TITLES)
        return sorted(results, key=lambda result: order.index(result.name))

    async def _run_first(self, http: httpx.AsyncClient) -> list[CheckResult]:
        settings, account, step = self.settings, self.account, self.seconds * 0.75
        checks = [
            _single("redis", lambda: check_redis(settings.redis_url, step)),
            _single("database", lambda: check_database(settings.database_url)),
            _single("models", lambda: check_models(
                writer=settings.writes == "local", weights=self.weights)),
            _single("language_models", lambda: check_language_models(settings, step)),
            _single("network", lambda: check_network(settings, http, step)),
            _single("clock", lambda: check_clock(http, self.clock, step)),
        ]  # fmt: skip
        if account:
            checks.append(_single("token", lambda: check_token(PlatformHttp(http), account)))
        return await run_checks(checks, self.seconds)

    async def _run_second(
        self, http: httpx.AsyncClient, results: Sequence[CheckResult]
    ) -> list[CheckResult]:
        account = self.account
        if account is None:
            return []
        if obstacle := _find_obstacle({result.name: result for result in results}):
            return _skip_account_checks(obstacle)
        try:
            async with _open_redis(self.settings) as redis:
                client = build_client(http, redis, self.settings.wechat_budgets)
                return await run_checks(_list_account_checks(client, account), self.seconds)
        except BadSettings:  # no Redis is configured, and no private one is installed
            return _skip_account_checks("redis")


def _list_account_checks(client: PlatformClient, account: Account) -> list[Check]:
    return [
        _single("callback", lambda: check_callback(client, account)),
        Check(("account", "rights"), lambda: check_account(client, account)),
        _single("quota", lambda: check_quotas(client, account)),
    ]


async def run_checks(checks: Sequence[Check], seconds: float) -> list[CheckResult]:
    """Run the checks at once; one that takes longer than `seconds` is a fault."""
    rounds = await asyncio.gather(*(_run_bounded(check, seconds) for check in checks))
    return [result for results in rounds for result in results]


async def _run_bounded(check: Check, seconds: float) -> Sequence[CheckResult]:
    try:
        async with asyncio.timeout(seconds):
            return await check.run()
    except TimeoutError:
        detail = BilingualText(f"{seconds:g} 秒内没有结果", f"no result within {seconds:g} s")
        remedy = BilingualText(
            "对方可能丢弃了连接：检查地址、网络与防火墙。",
            "The other end may drop connections: look at address, network and firewall.",
        )
        return [CheckResult(name, "fault", detail, remedy) for name in check.names]


def _single(name: str, run: Callable[[], Coroutine[None, None, CheckResult]]) -> Check:
    """A check with one result."""

    async def run_one() -> list[CheckResult]:
        return [await run()]

    return Check((name,), run_one)


def _find_obstacle(results: Mapping[str, CheckResult]) -> str | None:
    """The name of the check because of which the account can't be examined."""
    if results["token"].status != "ok":
        return "token"
    return "redis" if results["redis"].status == "fault" else None


def _skip_account_checks(obstacle: str) -> list[CheckResult]:
    title = CHECK_TITLES[obstacle]
    detail = BilingualText(
        f"未检查：先解决「{title.zh}」", f"not checked: see the row {title.en} first"
    )
    return [CheckResult(name, "warn", detail) for name in ACCOUNT_CHECKS]


@contextlib.asynccontextmanager
async def _open_redis(settings: Settings) -> AsyncIterator[RedisClient]:
    """The service's Redis; without REDIS_URL a private one that is empty."""
    if settings.redis_url:
        async with redis_client(settings.redis_url) as redis:
            yield redis
        return
    with tempfile.TemporaryDirectory(prefix="huiyin-doctor-") as folder:
        async with private_redis(Path(folder)) as url, redis_client(url) as redis:
            yield redis
