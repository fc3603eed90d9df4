"""Answers worker requests about posts: check, preview, phone preview. The api renders nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.accounts import Accounts, get
from app.jobs import CheckArticles, ManageComments, PreviewOnPhone, PreviewPost
from app.publishing.article_html.preview import make_preview_page
from app.publishing.building import PublishingParts
from app.publishing.checking import CheckedArticle, CheckedItem
from app.publishing.content_rules import refuse_mixed
from app.publishing.images.article_uploads import ArticleUploads
from app.publishing.lifecycle import WrongState
from app.publishing.post_comments import UnknownArticle
from app.publishing.preparing import refuse_errors
from app.publishing.refusals import translating_refusals
from app.publishing.rows import ARTICLES
from app.publishing.values import Post, PostItem, PostState
from app.wechat.client.families.mass import MassArticles

PublishingRequest = CheckArticles | PreviewPost | PreviewOnPhone | ManageComments
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

    async def _answer(self, request: PublishingRequest) -> Any:
        match request:
            case CheckArticles():
                articles = ARTICLES.validate_python(request.articles)
                return await self._check(articles, strict=request.strict)
            case PreviewPost():
                return await self._preview(request)
            case PreviewOnPhone():
                return await self._preview_on_phone(request)
            case ManageComments():
                account = get(self.accounts, request.account)
                return await self.parts.comments.handle(account, request)

    async def _check(self, articles: Sequence[PostItem], *, strict: bool) -> list[dict[str, Any]]:
        """Each article as it would be sent; `strict`: raises BadArticle for an error."""
        refuse_mixed(articles)
        checked_articles = await self.parts.preparer.check(articles)
        if strict:
            refuse_errors(checked_articles)
        return [_describe(checked) for checked in checked_articles]

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
        media_id = await self.parts.keeper.write(account, post)
        await self.parts.messages.preview(
            account, MassArticles(media_id), wechat_name=request.wechat_name
        )
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
