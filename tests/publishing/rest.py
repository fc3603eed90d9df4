"""The service with a simulated platform behind it, and the steps of a post over REST."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
from pydantic import SecretStr

from app.simulator.accounts.state import PlatformAccount
from app.simulator.platform import Platform
from app.simulator.publishing.articles import PublishedArticles, PublishedMessage
from tests.conftest import Open
from tests.publishing.sending.senders import FONT
from tests.service import ACCOUNT, client, until
from tests.support.serve import serving

POSTS = "/api/v1/posts"


@dataclass(frozen=True)
class PublishingApi:
    """A CMS at the REST interface, and the platform behind the service."""

    http: httpx.AsyncClient
    platform: Platform

    async def create(self, *articles: dict[str, Any], **content: Any) -> str:
        """The id of a new post by 小林."""
        body = {"author": "小林", "articles": list(articles), **content}
        response = await self.http.post(POSTS, json=body)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    async def step(self, post: str, step: str, **body: Any) -> dict[str, Any]:
        """The answer to a step that succeeds."""
        response = await self.http.post(f"{POSTS}/{post}/{step}", json=body)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def refuse(self, post: str, step: str, **body: Any) -> tuple[int, str]:
        """Status and sentence of a step that is refused."""
        response = await self.http.post(f"{POSTS}/{post}/{step}", json=body)
        return response.status_code, str(response.json()["detail"])

    async def schedule(self, post: str) -> None:
        """Submit, approve by 王敏, and send now."""
        await self.step(post, "submit", version=1)
        await self.step(post, "approve", by="王敏", version=1)
        await self.step(post, "schedule")

    async def read(self, post: str) -> dict[str, Any]:
        """The post with its steps."""
        return dict((await self.http.get(f"{POSTS}/{post}")).json())

    async def wait_for(self, post: str, state: str) -> dict[str, Any]:
        """The post once it has come to a state; events of the platform are pushed meanwhile."""
        await until(partial(self._is_in, post, state))
        return await self.read(post)

    async def wait_for_reason(self, post: str) -> dict[str, Any]:
        """The post once it has a reason; events of the platform are pushed meanwhile."""
        await until(partial(self._has_reason, post), within=30)
        return await self.read(post)

    async def _has_reason(self, post: str) -> bool:
        await self.platform.push_due_events()
        return bool((await self.read(post))["reason"])

    async def _is_in(self, post: str, state: str) -> bool:
        await self.platform.push_due_events()
        return bool((await self.read(post))["state"] == state)

    def list_published(self) -> list[PublishedMessage]:
        """What readers can see, the newest first."""
        articles = self.platform.account().store(PublishedArticles)
        return articles.list_published(self.platform.clock())


@contextlib.asynccontextmanager
async def open_publishing(open_service: Open, **account: Any) -> AsyncIterator[PublishingApi]:
    """The account is a verified service account unless `account` says otherwise."""
    platform = Platform([PlatformAccount(appid=ACCOUNT.appid, secret="secret", **account)])
    async with (
        serving(platform.app) as base,
        open_service(
            wechat_api_base=base, wechat_secret=SecretStr("secret"), cover_font=FONT
        ) as running,
        running.wechat() as wechat,
        client(running) as http,
    ):
        platform.connect(wechat)
        yield PublishingApi(http, platform)
