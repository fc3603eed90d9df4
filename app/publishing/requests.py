"""Answers worker requests about posts: check, preview, phone preview. The api renders nothing."""

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from app.accounts import Accounts, get
from app.jobs import (
    CheckArticles,
    ManageComments,
    ManageMassSpeed,
    PreviewOnPhone,
    PreviewPost,
    SendMarketingMessage,
)
from app.publishing.article_html.preview import make_preview_page
from app.publishing.building import PublishingParts
from app.publishing.checking import CheckedArticle, CheckedItem
from app.publishing.content_rules import BadContent, refuse_mixed
from app.publishing.images.article_uploads import ArticleUploads
from app.publishing.lifecycle import WrongState
from app.publishing.post_comments import UnknownArticle
from app.publishing.preparing import refuse_errors
from app.publishing.refusals import translating_refusals
from app.publishing.rows import ARTICLES
from app.publishing.values import Audience, Post, PostState
from app.wechat.client.errors import ApiError

PublishingRequest = (
    CheckArticles
    | PreviewPost
    | PreviewOnPhone
    | ManageComments
    | ManageMassSpeed
    | SendMarketingMessage
)
log = structlog.get_logger()
_ON_PLATFORM = frozenset({PostState.SENDING, PostState.PUBLISHED, PostState.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class PublishingRequests:
    """Answers with JSON values. Raises Refusal."""

    parts: PublishingParts
    accounts: Accounts

    async def answer(self, request: PublishingRequest) -> Any:
        """The answer to one request. The platform's errors are said in Chinese."""
        with translating_refusals():
            return await self._answer(request)

    async def _answer(self, request: PublishingRequest) -> Any:  # noqa: PLR0911
        match request:
            case CheckArticles():
                return await self._check(request)
            case PreviewPost():
                return await self._preview(request)
            case PreviewOnPhone():
                return await self._preview_on_phone(request)
            case ManageComments():
                account = get(self.accounts, request.account)
                return await self.parts.comments.handle(account, request)
            case ManageMassSpeed():
                return await self._manage_speed(request)
            case SendMarketingMessage():
                account = get(self.accounts, request.account)
                return await self.parts.marketing.send(account, request)

    async def _check(self, request: CheckArticles) -> list[dict[str, Any]]:
        """Each article as it would be sent; `strict`: raises BadArticle, BadContent."""
        items = ARTICLES.validate_python(request.articles)
        refuse_mixed(items)
        checked_articles = await self.parts.preparer.check(items)
        if request.strict:
            refuse_errors(checked_articles)
            await self._check_audience(request)
        return [_describe(checked) for checked in checked_articles]

    async def _check_audience(self, request: CheckArticles) -> None:
        """Raise BadContent for an audience that nobody is in, where the platform tells.

        The sender checks again: an account without the right gets the HTML to paste.
        """
        if request.tag_ids is None:
            return
        account = get(self.accounts, request.account)
        audience = Audience(tag_ids=tuple(request.tag_ids))
        try:
            fault = await self.parts.audiences.find_fault(account, audience)
        except ApiError as error:
            log.warning("audience_not_checked", account=account.name, error=str(error))
            return
        if fault:
            raise BadContent(fault)

    async def _manage_speed(self, request: ManageMassSpeed) -> dict[str, Any]:
        account = get(self.accounts, request.account)
        if request.speed is not None:
            await self.parts.messages.set_speed(account, request.speed)
        return (await self.parts.messages.get_speed(account)).model_dump(mode="json")

    async def _preview(self, request: PreviewPost) -> dict[str, Any]:
        """The page of one article, and its content alone, with images where they are."""
        post = await self.parts.posts.get(request.account, request.post)
        if request.article > len(post.articles):
            raise UnknownArticle(f"这篇内容只有 {len(post.articles)} 篇文章。")
        index = request.article - 1
        checked = (await self.parts.preparer.render(post))[index]
        uploads = (await self.parts.preparer.read_uploads(post))[index]
        content = await asyncio.to_thread(checked.show, uploads)
        page = await asyncio.to_thread(make_preview_page, checked.title, checked.author, content)
        is_article = isinstance(checked, CheckedArticle)
        return {
            "html": page,
            "title": checked.title,
            "content": content if is_article else checked.content,
            "pictures": [] if is_article else list(checked.image_sources),
            "findings": [asdict(finding) for finding in checked.findings],
        }

    async def _preview_on_phone(self, request: PreviewOnPhone) -> dict[str, Any]:
        account = get(self.accounts, request.account)
        post = await self.parts.posts.get(request.account, request.post)
        _refuse_sent(post)
        content = await self.parts.keeper.make_content(account, post)
        await self.parts.messages.preview(account, content, wechat_name=request.wechat_name)
        return {"sent_to": request.wechat_name}


def _refuse_sent(post: Post) -> None:
    """Raise WrongState once sending has begun: the draft then belongs to the sender."""
    if post.state in _ON_PLATFORM:
        raise WrongState("已经开始发送，不能再发手机预览。")


def _describe(checked: CheckedItem) -> dict[str, Any]:
    return {
        "title": checked.title,
        "digest": checked.digest,
        "content": checked.show(ArticleUploads()),
        "findings": [asdict(finding) for finding in checked.findings],
    }
