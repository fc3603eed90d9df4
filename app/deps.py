"""What routes depend on: the state of the api process, the served account, and their routers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, Query, Request, Security
from fastapi.security import HTTPBearer
from sqlalchemy.ext.asyncio import AsyncEngine

from app import accounts
from app.accounts import Account, Accounts
from app.db.engines import Probe
from app.delivery.reply_channel import ReplyChannel
from app.delivery.user_queue import UserQueues
from app.kit.field_faults import Language
from app.redis.client import RedisClient
from app.settings import Limits, Settings

# What an API key may be limited to: the domain of the routes that it opens.
Scope = Literal[
    "account", "audience", "content", "conversations", "effects", "events", "experiments",
    "followers", "handoff", "knowledge", "moderation", "phrases", "posts", "replies", "rules",
    "statistics", "strategy", "touchpoints",
]  # fmt: skip


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
    database_probe: Probe
    language: Language = "en"  # that this request's caller prefers
    hung_up: Callable[[], Awaitable[bool]] = (
        _never_hangs_up  # whether this request's caller has left
    )

    @property
    def limits(self) -> Limits:
        return self.settings.limits

    def get_account(self, name: str) -> Account:
        """The served account of this name. Raises UnknownAccount."""
        return accounts.get(self.accounts, name)


async def app_state(request: Request) -> AppState:
    """The AppState for this request. A coroutine: FastAPI runs plain functions in a thread."""
    return replace(
        cast("AppState", request.app.state.app_state),
        language=read_language(request),
        hung_up=request.is_disconnected,
    )


def read_language(request: Request) -> Language:
    """Chinese where the caller prefers it, as browsers do in Accept-Language; else English."""
    languages = request.headers.get("accept-language", "")
    return "zh" if languages.strip().lower().startswith("zh") else "en"


State = Annotated[AppState, Depends(app_state)]


async def served_account(
    state: State, account: Annotated[str, Query(max_length=64)] = "default"
) -> Account:
    """The account that the query names. Raises UnknownAccount."""
    return state.get_account(account)


ServedAccount = Annotated[Account, Depends(served_account)]

# ApiKeyMiddleware checks the key; this describes it on the OpenAPI page.
_BEARER = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")


def api_router(prefix: str, tag: str, scope: Scope) -> APIRouter:
    """A router of the REST API: its paths need the key, which OpenAPI lists with its scope."""
    return APIRouter(prefix=prefix, tags=[tag], dependencies=[Security(_BEARER, scopes=[scope])])
