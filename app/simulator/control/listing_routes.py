"""What a developer looks up: what reached phones, events, articles, interfaces, addresses."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse

from app.simulator.accounts.rights import has_right
from app.simulator.accounts.state import PlatformEvent
from app.simulator.control.bodies import (
    EventResponse,
    InterfaceResponse,
    PublishedArticleResponse,
    SentResponse,
)
from app.simulator.families import FAMILIES
from app.simulator.platform import Platform
from app.simulator.publishing.articles import PublishedArticles, PublishedMessage


def build_listing_router(platform: Platform) -> APIRouter:
    """Routes that change nothing."""
    router = APIRouter(tags=["look up"])

    @router.get("/sent")
    async def list_sent(openid: str | None = None) -> list[SentResponse]:
        return [
            SentResponse(at=sent.at, openid=sent.openid, message=sent.message)
            for sent in platform.log
            if openid in (None, sent.openid)
        ]

    @router.get("/events")
    async def list_events() -> list[EventResponse]:
        pushed = [_describe_event(event, is_pushed=True) for event in platform.state.events]
        waiting = sorted(platform.state.waiting_events, key=lambda event: event.at)
        return pushed + [_describe_event(event, is_pushed=False) for event in waiting]

    @router.get("/articles")
    async def list_articles() -> list[PublishedArticleResponse]:
        published = platform.account().store(PublishedArticles).list_published(platform.clock())
        return [article for message in published for article in _iter_articles(message)]

    @router.get("/interfaces")
    async def list_interfaces() -> list[InterfaceResponse]:
        return list(_iter_interfaces(platform))

    @router.get("/open")
    async def open_address(url: str) -> RedirectResponse:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.path.strip("/"):
            raise HTTPException(422, f"{url!r} is no address that the simulator hands out")
        return RedirectResponse(f"{parts.path}?{parts.query}" if parts.query else parts.path)

    return router


def _describe_event(event: PlatformEvent, *, is_pushed: bool) -> EventResponse:
    return EventResponse(
        at=event.at, is_pushed=is_pushed, openid=event.openid, fields=dict(event.fields)
    )


def _iter_articles(message: PublishedMessage) -> Iterator[PublishedArticleResponse]:
    for index, (article, url) in enumerate(zip(message.articles, message.urls, strict=True)):
        yield PublishedArticleResponse(
            article_id=message.article_id,
            msg_data_id=message.msg_data_id,
            index=index,
            title=article["title"],
            url=url,
            published_at=message.published_at,
            is_mass_sent=message.is_mass_sent,
            is_gone=message.is_banned or index in message.deleted,
        )


def _iter_interfaces(platform: Platform) -> Iterator[InterfaceResponse]:
    account = platform.account().account
    for family in FAMILIES:
        for interface in family.interfaces:
            yield InterfaceResponse(
                family=family.name,
                method=interface.method,
                path=interface.path,
                right=interface.right,
                is_allowed=has_right(account, interface.right),
                calls_a_day=interface.budget.a_day if interface.budget else None,
            )
