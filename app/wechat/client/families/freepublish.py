"""Publishing without a message to followers (发布能力).

Since July 2025 personal, unverified and not verifiable accounts have no right to these interfaces:
https://developers.weixin.qq.com/doc/service/guide/product/publish.html
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

from pydantic import BeforeValidator

from app.accounts import Account
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.articles import ArticleList
from app.wechat.client.request_values.validation import (
    BAD_PARAMETER,
    check_filled,
    check_media_id,
    check_page,
    check_range,
)

SUBMIT = PlatformInterface(
    path="/cgi-bin/freepublish/submit",
    title="发布草稿",
    page="/doc/service/api/public/api_freepublish_submit.md",
    daily=100,
    accounts="verified",
)
GET_PUBLICATION = PlatformInterface(
    path="/cgi-bin/freepublish/get",
    title="发布状态查询",
    page="/doc/service/api/public/api_freepublish_get.md",
    daily=100,
    accounts="verified",
    repeatable=True,
)
DELETE_PUBLICATION = PlatformInterface(
    path="/cgi-bin/freepublish/delete",
    title="删除发布文章",
    page="/doc/service/api/public/api_freepublishdelete.md",
    daily=10,
    accounts="verified",
)
GET_ARTICLE = PlatformInterface(
    path="/cgi-bin/freepublish/getarticle",
    title="获取已发布图文信息",
    page="/doc/service/api/public/api_freepublishgetarticle.md",
    daily=100,
    accounts="verified",
    repeatable=True,
)
LIST_PUBLICATIONS = PlatformInterface(
    path="/cgi-bin/freepublish/batchget",
    title="获取已发布的消息列表",
    page="/doc/service/api/public/api_freepublish_batchget.md",
    daily=100,
    accounts="verified",
    repeatable=True,
)

Id = Annotated[str, BeforeValidator(str)]  # the platform writes ids as numbers, too


class PublishStatus(IntEnum):
    """What became of a publication."""

    PUBLISHED = 0
    RUNNING = 1
    NOT_ORIGINAL = 2  # 原创失败
    FAILED = 3
    REFUSED = 4  # 平台审核不通过
    DELETED = 5  # published, then deleted by the account
    BANNED = 6  # published, then banned by the platform


class SubmittedPublication(PlatformAnswer):
    """A publication that was begun: whether it succeeds is told by `get_publication` alone."""

    publish_id: Id
    msg_data_id: Id = ""


class PublishedUrl(PlatformAnswer):
    """The lasting address of one article; `idx` counts from 1."""

    idx: int
    article_url: str


class PublishedUrls(PlatformAnswer):
    """The articles of a publication."""

    count: int
    item: tuple[PublishedUrl, ...] = ()


class PublicationState(PlatformAnswer):
    """The state of a publication; `fail_idx` are the articles that were refused, from 1."""

    publish_id: Id
    publish_status: PublishStatus
    article_id: str = ""
    article_detail: PublishedUrls | None = None
    fail_idx: tuple[int, ...] = ()


class PublicationItem(PlatformAnswer):
    """A publication of a list; `update_time` is seconds since 1970."""

    article_id: str
    content: ArticleList
    update_time: int


class PublicationPage(PlatformAnswer):
    """A page of publications."""

    total_count: int
    item_count: int
    item: tuple[PublicationItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publications of the account. All raise ApiError 48001 for accounts without the right."""

    client: PlatformClient

    async def submit(self, account: Account, media_id: str) -> SubmittedPublication:
        """Begin to publish a draft; the draft disappears when it succeeds.

        Page: /doc/service/api/public/api_freepublish_submit.md; 100 a day. Raises ApiError: 48001,
        40007 for an unknown draft.
        """
        check_media_id("media_id", media_id)
        body = {"media_id": media_id}
        return await self.client.call(account, SUBMIT, SubmittedPublication, body=body)

    async def get_publication(self, account: Account, publish_id: str) -> PublicationState:
        """The state of a publication.

        Page: /doc/service/api/public/api_freepublish_get.md; 100 a day.
        """
        check_filled("publish_id", publish_id, BAD_PARAMETER)
        body = {"publish_id": publish_id}
        return await self.client.call(account, GET_PUBLICATION, PublicationState, body=body)

    async def delete(self, account: Account, article_id: str, index: int = 0) -> None:
        """Delete an article of a publication, counted from 1, or all of them (0), for good.

        Page: /doc/service/api/public/api_freepublishdelete.md; 10 a day.
        """
        check_filled("article_id", article_id, BAD_PARAMETER)
        check_range("index", index, 0, 8)
        body = {"article_id": article_id, "index": index}
        await self.client.call(account, DELETE_PUBLICATION, Done, body=body)

    async def get_articles(self, account: Account, article_id: str) -> ArticleList:
        """The articles of a publication.

        Page: /doc/service/api/public/api_freepublishgetarticle.md; 100 a day. Raises ApiError:
        53600 for an unknown article_id.
        """
        check_filled("article_id", article_id, BAD_PARAMETER)
        body = {"article_id": article_id}
        return await self.client.call(account, GET_ARTICLE, ArticleList, body=body)

    async def list_page(
        self, account: Account, offset: int = 0, count: int = 20, *, content: bool = False
    ) -> PublicationPage:
        """`count` publications (1 to 20) from `offset`, the newest first.

        Page: /doc/service/api/public/api_freepublish_batchget.md; 100 a day.
        """
        check_page(offset, count)
        body = {"offset": offset, "count": count, "no_content": int(not content)}
        return await self.client.call(account, LIST_PUBLICATIONS, PublicationPage, body=body)
