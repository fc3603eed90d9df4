"""Checks an article before anything is called: structure, limits of the platform, and images."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.publishing.article_html.products import ProductPlace, list_products, place_cards
from app.publishing.article_html.render import render_article
from app.publishing.article_html.values import ArticleSource, Finding
from app.publishing.images.article_uploads import ArticleUploads
from app.publishing.images.embedded import take_embedded
from app.publishing.images.rewriting import ImageTarget, rewrite_images
from app.publishing.images.uploading import is_on_platform
from app.publishing.picture_messages.checking import CheckedPictures, check_picture_message
from app.publishing.text_messages.checking import CheckedText, check_text_message
from app.publishing.values import PictureMessage, PostArticle, PostItem, TextMessage
from app.wechat.client.request_values.articles import (
    AUTHOR_CHARACTERS,
    CONTENT_BYTES,
    CONTENT_CHARACTERS,
    DIGEST_CHARACTERS,
    LINK_BYTES,
    TITLE_CHARACTERS,
)

_UPLOADED_ADDRESS = "https://mmbiz.qpic.cn/" + "x" * 140  # as long as those of the platform


@dataclass(frozen=True, kw_only=True)
class CheckedArticle:
    """An article as it is sent, but for the addresses of its images; and what is wrong with it.

    `embedded` has the data URIs of the images that the source contains, by their address.
    """

    title: str
    author: str
    digest: str
    content: str
    image_sources: tuple[str, ...]
    embedded: dict[str, str] = field(repr=False)
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        """The findings that keep the article from being sent."""
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def products(self) -> list[ProductPlace]:
        """The products whose cards the article shows."""
        return list_products(self.content)

    def show(self, uploads: ArticleUploads) -> str:
        """The content with its images where they are: on the platform, else in the page.

        Products have their cards once the draft is written, and a place for them before.
        """
        in_page = {address: ImageTarget(uri) for address, uri in self.embedded.items()}
        content = rewrite_images(self.content, in_page | dict(uploads.targets))
        return place_cards(content, uploads.cards)


CheckedItem = CheckedArticle | CheckedPictures | CheckedText


def check_item(item: PostItem) -> CheckedItem:
    """Check an article or a picture or text message, as `check_article` does."""
    if isinstance(item, PictureMessage):
        return check_picture_message(item)
    if isinstance(item, TextMessage):
        return check_text_message(item)
    return check_article(item)


def check_article(article: PostArticle) -> CheckedArticle:
    """Render and check an article. Images are not loaded. Raises UnknownTheme, ArticleTooLong."""
    source, embedded = take_embedded(article.source)
    rendered = render_article(
        ArticleSource(source, article.format, article.theme, article.ai_generated)
    )
    checked = CheckedArticle(
        title=article.title.strip() or rendered.title,
        author=article.author.strip(),
        digest=article.digest.strip() or rendered.digest,
        content=rendered.content,
        image_sources=rendered.image_sources,
        embedded=embedded,
        findings=rendered.findings,
    )
    findings = (*rendered.findings, *_check_limits(checked), *_check_link(article.source_url))
    return replace(checked, findings=findings)


def _check_limits(article: CheckedArticle) -> Iterator[Finding]:
    if not article.title:
        yield Finding("title", "", "缺少标题：请填写标题，或在正文开头写一个一级标题。")
    for rule, name, text, limit in (
        ("title", "标题", article.title, TITLE_CHARACTERS),
        ("author", "作者", article.author, AUTHOR_CHARACTERS),
        ("digest", "摘要", article.digest, DIGEST_CHARACTERS),
    ):
        if len(text) > limit:
            yield Finding(rule, text[:20], f"{name}有 {len(text)} 个字，最多 {limit} 个，请缩短。")
    yield from _check_content(article)


def _check_content(article: CheckedArticle) -> Iterator[Finding]:
    targets = {
        source: ImageTarget(_UPLOADED_ADDRESS, 1354)
        for source in article.image_sources
        if not is_on_platform(source)
    }
    content = rewrite_images(article.content, targets)
    if len(content) > CONTENT_CHARACTERS:
        yield Finding(
            "content",
            "",
            f"正文排版后有 {len(content):,} 个字符，要少于 20,000 个：请精简，或拆成几篇。",
        )
    if len(content.encode()) > CONTENT_BYTES:
        yield Finding("content", "", "正文排版后超过 1 MB：请精简，或拆成几篇。")


def _check_link(link: str) -> Iterator[Finding]:
    if link and not link.startswith(("http://", "https://")):
        yield Finding("source_url", link[:40], "“阅读原文”的地址要以 https:// 或 http:// 开头。")
    if len(link.encode()) > LINK_BYTES:
        yield Finding("source_url", link[:40], "“阅读原文”的地址超过 1 KB，请用短一点的地址。")
