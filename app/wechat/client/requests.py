"""Sends one request by its interface: budget, retries after -1, rights, metrics, log. No token."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from app.account_rights.store import RightsStore
from app.account_rights.values import find_right
from app.accounts import Account
from app.observability import metrics
from app.wechat.client.budgets import Budgets
from app.wechat.client.errors import (
    BUSY,
    DAILY_LIMIT,
    MINUTE_LIMIT,
    NOT_AUTHORISED,
    ApiError,
    RightMissing,
)
from app.wechat.client.http import FILE_BYTES, Download, Json, PlatformHttp, PlatformRequest
from app.wechat.client.interfaces import PlatformInterface

TRIES = 3  # the platform asks for at most three
FIRST_PAUSE = 0.2  # seconds, doubled for each try, with a jitter of half of it

T = TypeVar("T")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Requester:
    """Sends requests within the budgets; `rights` is told of each 48001, but for probes."""

    http: PlatformHttp
    budgets: Budgets
    rights: RightsStore | None = None

    async def ask(
        self, account: Account, interface: PlatformInterface, request: PlatformRequest
    ) -> Json:
        """The answer's JSON. Raises ApiError; before it sends, BudgetUsedUp and RightMissing."""
        return await self._retry(account, interface, lambda: self.http.ask(request))

    async def download(
        self,
        account: Account,
        interface: PlatformInterface,
        request: PlatformRequest,
        limit: int = FILE_BYTES,
    ) -> Download | Json:
        """The answer's file or JSON. Raises as `ask` does."""
        return await self._retry(
            account, interface, lambda: self.http.download(request, limit=limit)
        )

    async def _retry(
        self, account: Account, interface: PlatformInterface, send: Callable[[], Awaitable[T]]
    ) -> T:
        if (right := find_right(interface.path)) and account.is_refused(right):
            raise RightMissing(interface.path)
        for tries_left in reversed(range(TRIES)):
            await self.budgets.spend(account, interface)
            try:
                return await _measure(interface, send)
            except ApiError as error:
                await self._note_refusal(account, interface, error)
                if not tries_left or not _may_repeat(error, interface):
                    _log_fault(account, interface, error)
                    raise
            pause = FIRST_PAUSE * 2 ** (TRIES - 1 - tries_left)
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
        raise AssertionError("the last try returns or raises")

    async def _note_refusal(
        self, account: Account, interface: PlatformInterface, error: ApiError
    ) -> None:
        if error.code == DAILY_LIMIT:
            await self.budgets.close_day(account, interface)
        elif error.code == MINUTE_LIMIT:
            await self.budgets.close_minute(account, interface)
        elif error.code == NOT_AUTHORISED:
            await self._note_refused_right(account, interface)

    async def _note_refused_right(self, account: Account, interface: PlatformInterface) -> None:
        right = find_right(interface.path)
        if self.rights and right:
            await self.rights.mark_refused(account.appid, right)


def _may_repeat(error: ApiError, interface: PlatformInterface) -> bool:
    """Whether the same request may be sent again: it was refused as busy, or changes nothing."""
    return error.code == BUSY or (error.code is None and interface.repeatable)


async def _measure(interface: PlatformInterface, send: Callable[[], Awaitable[T]]) -> T:
    began = time.perf_counter()
    outcome = "ok"
    try:
        return await send()
    except ApiError as error:
        outcome = "no answer" if error.code is None else str(error.code)
        raise
    finally:
        metrics.PLATFORM_CALLS.labels(interface.path, outcome).inc()
        metrics.PLATFORM_SECONDS.labels(interface.path).observe(time.perf_counter() - began)


def _log_fault(account: Account, interface: PlatformInterface, error: ApiError) -> None:
    """Log what a person has to act on; the caller decides about all else."""
    meaning = error.meaning
    if meaning and meaning.reaction in {"alarm", "bug"}:
        log.error(
            "platform_call_refused", account=account.name, interface=interface.path,
            code=error.code, error=error.errmsg, advice=meaning.advice_en,
        )  # fmt: skip
