"""The state of the api process that routes depend on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import cast

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts import Accounts
from app.delivery.reply_channel import ReplyChannel
from app.delivery.user_queue import UserQueues
from app.redis.client import RedisClient
from app.settings import Limits, Settings


async def _never_hangs_up() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class AppState:
    """Settings, accounts, Redis, queues, reply channel and database of the api process."""

    settings: Settings
    accounts: Accounts
    redis: RedisClient
    user_queues: UserQueues
    reply_channel: ReplyChannel
    engine: AsyncEngine
    hung_up: Callable[[], Awaitable[bool]] = (
        _never_hangs_up  # whether this request's caller has left
    )

    @property
    def limits(self) -> Limits:
        return self.settings.limits


async def app_state(request: Request) -> AppState:
    """The AppState for this request. A coroutine: FastAPI runs plain functions in a thread."""
    return replace(cast("AppState", request.app.state.door), hung_up=request.is_disconnected)
