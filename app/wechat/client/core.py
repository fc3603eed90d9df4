"""The way to call an interface: access token, request, one renewal of a refused token, answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from app.account_rights.store import RightsStore
from app.accounts import Account
from app.redis.client import RedisClient
from app.wechat.client.access_tokens.token_store import AccessTokenStore
from app.wechat.client.access_tokens.tokens import AccessTokens
from app.wechat.client.budgets import Budgets
from app.wechat.client.errors import STALE_TOKEN, ApiError
from app.wechat.client.http import (
    FILE_BYTES,
    Download,
    FileUpload,
    Json,
    PlatformHttp,
    PlatformRequest,
    Query,
)
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.requests import Requester


class PlatformAnswer(BaseModel):
    """Base of all answers: frozen; fields that the platform adds later are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Done(PlatformAnswer):
    """The answer of an interface that says nothing but errcode 0."""


A = TypeVar("A", bound=PlatformAnswer)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PlatformClient:
    """Client of api.weixin.qq.com, or of the server named in WECHAT_API_BASE."""

    requester: Requester
    tokens: AccessTokens

    @property
    def budgets(self) -> Budgets:
        """How often each interface may still be called."""
        return self.requester.budgets

    async def call(
        self,
        account: Account,
        interface: PlatformInterface,
        answer: type[A],
        *,
        query: Query | None = None,
        body: Json | None = None,
        upload: FileUpload | None = None,
    ) -> A:
        """Call the interface and read its answer.

        Raises ApiError: with the platform's errcode, or with code None where it did not answer or
        its answer has not the form of `answer`. Raises BudgetUsedUp and RightMissing
        before it is sent.
        """

        async def send(token: str | None) -> Json:
            request = PlatformRequest(
                method=interface.method,
                path=interface.path,
                query=_with_token(query, token),
                body=body,
                upload=upload,
                secrets=_list_secrets(account, token),
            )
            return await self.requester.ask(account, interface, request)

        content = await self._with_valid_token(account, interface, send)
        return read_answer(answer, content, interface)

    async def download(
        self,
        account: Account,
        interface: PlatformInterface,
        *,
        query: Query | None = None,
        body: Json | None = None,
        limit: int = FILE_BYTES,
    ) -> Download | Json:
        """Download a file of at most `limit` bytes; some material is answered as JSON.

        Raises ApiError as `call` does, and for a larger file.
        """

        async def send(token: str | None) -> Download | Json:
            request = PlatformRequest(
                method=interface.method,
                path=interface.path,
                query=_with_token(query, token),
                body=body,
                is_download=True,
                secrets=_list_secrets(account, token),
            )
            return await self.requester.download(account, interface, request, limit)

        return await self._with_valid_token(account, interface, send)

    async def _with_valid_token(
        self,
        account: Account,
        interface: PlatformInterface,
        send: Callable[[str | None], Awaitable[T]],
    ) -> T:
        """Send with the access token; once more with another one when it was refused."""
        if not interface.needs_token:
            return await send(None)
        token = await self.tokens.get(account)
        try:
            return await send(token)
        except ApiError as error:
            if error.code not in STALE_TOKEN:
                raise
        return await send(await self.tokens.renew(account, token))


def build_client(
    http: httpx.AsyncClient, redis: RedisClient, daily_limits: Mapping[str, int] | None = None
) -> PlatformClient:
    """A client over open connections; the base URL of `http` is WECHAT_API_BASE."""
    budgets = Budgets(redis, daily_limits or {})
    requester = Requester(PlatformHttp(http), budgets, RightsStore(redis))
    return PlatformClient(requester, AccessTokens(AccessTokenStore(redis), requester))


def read_answer(answer: type[A], content: Json, interface: PlatformInterface) -> A:
    """The answer as a value. Raises ApiError with code None when a field is missing or wrong."""
    try:
        return answer.model_validate(content)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
        message = f"{interface.path} answered without a usable {places}"
        raise ApiError(None, message) from None


def _with_token(query: Query | None, token: str | None) -> Query:
    return dict(query or {}) | ({} if token is None else {"access_token": token})


def _list_secrets(account: Account, token: str | None) -> tuple[str, ...]:
    return tuple(secret for secret in (token, account.secret) if secret)
