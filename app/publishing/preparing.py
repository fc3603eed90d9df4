"""Makes of a post the articles of a draft: rendered, checked, with images and covers uploaded."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from app.accounts import Account
from app.errors import Refusal
from app.publishing.article_html.values import Finding
from app.publishing.checking import CheckedArticle, check_article
from app.publishing.images.covers import Cover, find_font, make_cover, prepare_cover
from app.publishing.images.errors import BadImage
from app.publishing.images.rewriting import ImageTarget, rewrite_images
from app.publishing.images.uploading import ImageUploader, describe_bad_image
from app.publishing.steps import PostSteps
from app.publishing.values import Post, PostArticle
from app.wechat.client.request_values.articles import DraftArticle


class BadArticle(Refusal):
    """An article that the platform would refuse; the message names each fault."""

    status = 422
    name = "bad_article"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPreparer:
    """Checks posts, and uploads what their drafts name."""

    images: ImageUploader
    steps: PostSteps
    cover_font: Path | None = None

    async def check(self, articles: Sequence[PostArticle]) -> list[CheckedArticle]:
        """Each article as it would be sent, with all findings, those of images too."""
        return [await self._check_one(article) for article in articles]

    async def render(self, post: Post) -> list[CheckedArticle]:
        """Each article as it would be sent; images aren't loaded."""
        return [await asyncio.to_thread(check_article, article) for article in post.articles]

    async def _check_one(self, article: PostArticle) -> CheckedArticle:
        checked = await asyncio.to_thread(check_article, article)
        findings = await self.images.check(checked.image_sources, checked.embedded)
        cover_finding = await self._check_cover(article, checked.title)
        return replace(checked, findings=(*checked.findings, *findings, *cover_finding))

    async def _check_cover(self, article: PostArticle, title: str) -> list[Finding]:
        try:
            await self._make_cover(article, title)
        except BadImage as error:
            if article.cover:
                return [describe_bad_image(article.cover, {}, error)]
            return [Finding("cover", "", str(error))]
        return []

    async def prepare(self, account: Account, post: Post) -> list[DraftArticle]:
        """The draft's articles. Images that the platform has are not uploaded again.

        Raises BadArticle, BadImage, ApiError.
        """
        drafts, targets_by_article = [], []
        for article in post.articles:
            checked = await asyncio.to_thread(check_article, article)
            refuse_errors([checked])
            uploaded_images = await self.images.upload_all(
                account, checked.image_sources, checked.embedded
            )
            targets = {
                source: ImageTarget(image.url, image.width)
                for source, image in uploaded_images.items()
            }
            drafts.append(await self._build_draft(account, article, checked, targets))
            targets_by_article.append({source: asdict(each) for source, each in targets.items()})
        await self.steps.end(post, "images", {"targets": targets_by_article})
        return drafts

    async def _build_draft(
        self,
        account: Account,
        article: PostArticle,
        checked: CheckedArticle,
        targets: dict[str, ImageTarget],
    ) -> DraftArticle:
        cover = await self._make_cover(article, checked.title)
        sha256 = hashlib.sha256(cover.image.content).hexdigest()
        material = await self.images.upload_ready(account, cover.image, sha256, "material")
        return DraftArticle(
            title=checked.title,
            content=rewrite_images(checked.content, targets),
            author=checked.author,
            digest=checked.digest,
            content_source_url=article.source_url,
            thumb_media_id=material.media_id,
            need_open_comment=article.open_comments,
            only_fans_can_comment=article.only_fans_comment,
            crop_235_1=cover.crop_235_1,
            crop_1_1=cover.crop_1_1,
        )

    async def _make_cover(self, article: PostArticle, title: str) -> Cover:
        if article.cover:
            content = await self.images.load(article.cover, {})
            return await asyncio.to_thread(prepare_cover, content)
        return await asyncio.to_thread(make_cover, title, find_font(self.cover_font))

    async def read_targets(self, post: Post) -> list[dict[str, ImageTarget]]:
        """Where the images of the present version are on the platform, by article."""
        step = await self.steps.find(post, "images")
        if step is None:
            return [{} for _ in post.articles]
        return [_read_targets(targets) for targets in step.answer["targets"]]


def _read_targets(targets: dict[str, Any]) -> dict[str, ImageTarget]:
    return {source: ImageTarget(**target) for source, target in targets.items()}


def refuse_errors(articles: Sequence[CheckedArticle]) -> None:
    """Raise BadArticle, with all errors, unless the articles may be sent."""
    faults = [
        f"第 {number} 篇：{finding.message}" if len(articles) > 1 else finding.message
        for number, article in enumerate(articles, 1)
        for finding in article.errors
    ]
    if faults:
        raise BadArticle("\n".join(faults))
