"""Makes of a post the articles of a draft: rendered, checked, with images and covers uploaded."""

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.accounts import Account
from app.errors import Refusal
from app.publishing.article_html.values import Finding
from app.publishing.checking import CheckedArticle, CheckedItem, check_item
from app.publishing.images.article_uploads import ArticleUploads, read_uploads, write_uploads
from app.publishing.images.covers import Cover, make_cover, prepare_cover
from app.publishing.images.errors import BadImage
from app.publishing.images.fonts import find_font
from app.publishing.images.rewriting import ImageTarget
from app.publishing.images.uploading import ImageUploader, describe_bad_image
from app.publishing.picture_messages.cover_crops import choose_crops
from app.publishing.product_cards import ProductCards
from app.publishing.steps import PostSteps
from app.publishing.values import PictureMessage, Post, PostArticle, PostItem
from app.wechat.client.request_values.articles import DraftArticle


class BadArticle(Refusal):
    """An article that the platform would refuse; the message names each fault."""

    status = 422
    name = "bad_article"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPreparer:
    """Checks posts, and uploads what their drafts name."""

    images: ImageUploader
    cards: ProductCards
    steps: PostSteps
    cover_font: Path | None = None

    async def check(self, items: Sequence[PostItem]) -> list[CheckedItem]:
        """Each article as it would be sent, with all findings, those of images too."""
        return [await self._check_one(item) for item in items]

    async def render(self, post: Post) -> list[CheckedItem]:
        """Each article as it would be sent; images aren't loaded."""
        return [await asyncio.to_thread(check_item, item) for item in post.articles]

    async def _check_one(self, item: PostItem) -> CheckedItem:
        checked = await asyncio.to_thread(check_item, item)
        image_findings = await self.images.check(checked.image_sources, checked.embedded)
        cover_findings = await self._check_cover(item, checked.title)
        return replace(checked, findings=(*checked.findings, *image_findings, *cover_findings))

    async def _check_cover(self, item: PostItem, title: str) -> list[Finding]:
        if not isinstance(item, PostArticle):
            return []
        try:
            await self._make_cover(item, title)
        except BadImage as error:
            if item.cover:
                return [describe_bad_image(item.cover, {}, error)]
            return [Finding("cover", "", str(error))]
        return []

    async def prepare(self, account: Account, post: Post) -> list[DraftArticle]:
        """The draft's articles. Images that the platform has are not uploaded again.

        Raises BadArticle, BadImage, BadProduct, ApiError.
        """
        prepared = [await self._prepare_one(account, item) for item in post.articles]
        uploads = [write_uploads(uploads) for _, uploads in prepared]
        await self.steps.end(post, "images", {"uploads": uploads})
        return [draft for draft, _ in prepared]

    async def forget_materials(self, account: Account, articles: Iterable[DraftArticle]) -> bool:
        """Let the images of a draft be uploaded again; returns whether there were any."""
        media_ids = [
            media_id
            for article in articles
            for media_id in (article.thumb_media_id, *article.image_media_ids)
            if media_id
        ]
        return await self.images.uploaded.forget_materials(account.name, media_ids)

    async def _prepare_one(
        self, account: Account, item: PostItem
    ) -> tuple[DraftArticle, ArticleUploads]:
        checked = await asyncio.to_thread(check_item, item)
        refuse_errors([checked])
        if isinstance(item, PictureMessage):
            return await self._prepare_pictures(account, item, checked)
        if not isinstance(item, PostArticle) or not isinstance(checked, CheckedArticle):
            raise TypeError("only articles and pictures make a draft")
        images = await self.images.upload_all(account, checked.image_sources, checked.embedded)
        uploads = ArticleUploads(
            targets={
                source: ImageTarget(image.url, image.width) for source, image in images.items()
            },
            cards=await self.cards.get_all(account, checked.products),
        )
        return await self._build_draft(account, item, checked, uploads), uploads

    async def _build_draft(
        self,
        account: Account,
        article: PostArticle,
        checked: CheckedArticle,
        uploads: ArticleUploads,
    ) -> DraftArticle:
        cover = await self._make_cover(article, checked.title)
        sha256 = hashlib.sha256(cover.image.content).hexdigest()
        material = await self.images.upload_ready(account, cover.image, sha256, "material")
        return DraftArticle(
            title=checked.title,
            content=checked.show(uploads),
            author=checked.author,
            digest=checked.digest,
            content_source_url=article.source_url,
            thumb_media_id=material.media_id,
            need_open_comment=article.open_comments,
            only_fans_can_comment=article.only_fans_comment,
            crop_235_1=cover.crop_235_1,
            crop_1_1=cover.crop_1_1,
        )

    async def _prepare_pictures(
        self, account: Account, message: PictureMessage, checked: CheckedItem
    ) -> tuple[DraftArticle, ArticleUploads]:
        images = await self.images.upload_materials(
            account, checked.image_sources, checked.embedded
        )
        product = message.product_id
        draft = DraftArticle(
            title=checked.title,
            content=checked.content,
            article_type="newspic",
            image_media_ids=tuple(image.media_id for image in images),
            need_open_comment=message.open_comments,
            only_fans_can_comment=message.only_fans_comment,
            cover_crops=choose_crops(message, images[0].width, images[0].height),
            product_key=await self.cards.get_key(account, product) if product else "",
        )
        sources = zip(checked.image_sources, images, strict=True)
        targets = {source: ImageTarget(image.url, image.width) for source, image in sources}
        return draft, ArticleUploads(targets=targets)

    async def _make_cover(self, article: PostArticle, title: str) -> Cover:
        if article.cover:
            content = await self.images.load(article.cover, {})
            return await asyncio.to_thread(prepare_cover, content)
        return await asyncio.to_thread(make_cover, title, find_font(self.cover_font))

    async def read_uploads(self, post: Post) -> list[ArticleUploads]:
        """What the articles of the present version have on the platform, in their order."""
        step = await self.steps.find(post, "images")
        stored = step.answer.get("uploads") if step else None
        if stored is None:
            return [ArticleUploads() for _ in post.articles]
        return [read_uploads(uploads) for uploads in stored]


def refuse_errors(articles: Sequence[CheckedItem]) -> None:
    """Raise BadArticle, with all errors, unless the articles may be sent."""
    faults = [
        f"第 {number} 篇：{finding.message}" if len(articles) > 1 else finding.message
        for number, article in enumerate(articles, 1)
        for finding in article.errors
    ]
    if faults:
        raise BadArticle("\n".join(faults))
