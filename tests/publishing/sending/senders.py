"""A sender against the simulated platform, with one clock for both."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import matplotlib
from sqlalchemy.ext.asyncio import AsyncEngine

from app.publishing.building import PublishingParts
from app.publishing.images.loading import ImageLoader
from app.publishing.sending.sender import PostSender
from app.publishing.service import PostContent, PostService
from app.publishing.values import Post
from app.simulator.clock import Clock
from app.simulator.platform import Platform
from app.simulator.publishing.articles import DraftBox, PublishedArticles, PublishedMessage
from app.wechat.client.core import PlatformClient
from tests.publishing.factories import NOW, make_scheduled, make_service
from tests.wechat.client.support import SHOP, make_platform, open_client

ACCOUNT = replace(SHOP, name="default")
FONT = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"


@dataclass(frozen=True, kw_only=True)
class SenderSetup:
    """A worker's sender, the service that people use, and the platform behind them."""

    sender: PostSender
    service: PostService
    platform: Platform
    clock: Clock

    async def schedule(self, content: PostContent | None = None) -> Post:
        """An approved post that is due now."""
        return await make_scheduled(self.service, content)

    async def read(self, post: Post) -> Post:
        """The post as it is stored now."""
        return await self.service.posts.get(post.account, post.id)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass at once, then let the worker look."""
        self.clock.turn(seconds)
        await self.sender.send_due()

    @property
    def published(self) -> list[PublishedMessage]:
        """What followers can read now."""
        articles = self.platform.account().store(PublishedArticles)
        return articles.list_published(self.clock())

    @property
    def drafts(self) -> DraftBox:
        """The account's drafts."""
        return self.platform.account().store(DraftBox)


@contextlib.asynccontextmanager
async def open_sender(
    engine: AsyncEngine, redis_url: str, **account: Any
) -> AsyncIterator[SenderSetup]:
    """A sender whose account is a verified service account unless `account` says otherwise."""
    clock = Clock(NOW)
    platform = make_platform(clock, **account)
    async with open_client(redis_url, platform) as client:
        yield SenderSetup(
            sender=build_test_sender(engine, client, clock),
            service=make_service(engine, clock),
            platform=platform,
            clock=clock,
        )


def build_test_sender(engine: AsyncEngine, client: PlatformClient, clock: Clock) -> PostSender:
    """A sender of one worker."""
    loader = ImageLoader(client.requester.http.client, lambda _: True, ("http", "https"))
    return PublishingParts(
        engine=engine,
        client=client,
        loader=loader,
        accounts={ACCOUNT.name: ACCOUNT},
        pseudonym_key="lotus",
        cover_font=FONT,
        clock=clock,
    ).sender
