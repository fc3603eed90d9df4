"""Checks a picture message before anything is called: limits, product, crops of the cover.

Limits: /doc/service/api/draftbox/draftmanage/api_draft_add.md. Those of the platform's own editor
are smaller, and are warnings.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from app.messages import ai_label
from app.publishing.article_html.sanitize import remove_unsendable
from app.publishing.article_html.values import Finding
from app.publishing.images.article_uploads import ArticleUploads
from app.publishing.images.embedded import take_embedded
from app.publishing.values import PictureMessage
from app.wechat.client.errors import InvalidField
from app.wechat.client.request_values.articles import (
    CONTENT_CHARACTERS,
    MOST_IMAGES,
    TITLE_CHARACTERS,
)

EDITOR_TITLE, EDITOR_TEXT = 20, 1_000  # characters in the platform's own editor


@dataclass(frozen=True, kw_only=True)
class CheckedPictures:
    """A picture message as it is sent, but for the ids of its pictures; and what is wrong with it.

    `content` is plain text. `embedded` has the data URIs of its pictures, by their address.
    """

    title: str
    content: str
    image_sources: tuple[str, ...]
    embedded: dict[str, str] = field(repr=False)
    findings: tuple[Finding, ...]
    author: str = ""
    digest: str = ""

    @property
    def errors(self) -> list[Finding]:
        """The findings that keep it from being sent."""
        return [finding for finding in self.findings if finding.severity == "error"]

    def show(self, uploads: ArticleUploads) -> str:
        """The pictures and the text as HTML for a preview."""
        addresses = [
            uploads.targets[source].url
            if source in uploads.targets
            else self.embedded.get(source, source)
            for source in self.image_sources
        ]
        pictures = "".join(
            f'<img src="{escape(address)}" style="display: block;width: 100%;margin: 0 0 8px;">'
            for address in addresses
        )
        text = escape(self.content).replace("\n", "<br>")
        return f"<section>{pictures}<p>{text}</p></section>"


def check_picture_message(message: PictureMessage) -> CheckedPictures:
    """Check a picture message. Pictures are not loaded."""
    sources: list[str] = []
    embedded: dict[str, str] = {}
    for picture in message.pictures:
        source, uris = take_embedded(picture.strip())
        sources.append(source)
        embedded |= uris
    text = remove_unsendable(message.text).strip()
    title = remove_unsendable(message.title).strip()
    return CheckedPictures(
        title=title,
        content=ai_label.add(text) if message.ai_generated else text,
        image_sources=tuple(sources),
        embedded=embedded,
        findings=(
            *_check_texts(title, text),
            *_check_pictures(sources),
            *_check_crops(message),
            *_check_product(message.product_id),
        ),
    )


def _check_texts(title: str, text: str) -> Iterator[Finding]:
    if not title:
        yield Finding("title", "", "缺少标题：图片消息要有标题。")
    if len(title) > TITLE_CHARACTERS:
        message = f"标题有 {len(title)} 个字，最多 {TITLE_CHARACTERS} 个，请缩短。"
        yield Finding("title", title[:20], message)
    elif len(title) > EDITOR_TITLE:
        message = f"标题有 {len(title)} 个字：公众平台后台的编辑器只允许 {EDITOR_TITLE} 个。"
        yield Finding("title", title[:20], message, "warning")
    if not text:
        yield Finding("content", "", "缺少文字：图片消息要配一段文字。")
    if "<" in text and ">" in text:
        message = "图片消息的文字不支持 HTML，标签会原样显示。"
        yield Finding("content", "", message, "warning")
    yield from _check_length(text)


def _check_length(text: str) -> Iterator[Finding]:
    if len(text) > CONTENT_CHARACTERS:
        yield Finding("content", "", f"文字有 {len(text):,} 个字，要少于 20,000 个，请精简。")
    elif len(text) > EDITOR_TEXT:
        message = f"文字有 {len(text):,} 个字：公众平台后台的编辑器只允许 {EDITOR_TEXT:,} 个。"
        yield Finding("content", "", message, "warning")


def _check_pictures(sources: list[str]) -> Iterator[Finding]:
    if not 1 <= len(sources) <= MOST_IMAGES:
        message = f"图片消息要有 1 到 {MOST_IMAGES} 张图片，现在有 {len(sources)} 张。"
        yield Finding("pictures", "", message)


def _check_crops(message: PictureMessage) -> Iterator[Finding]:
    for ratio, crop in message.cover_crops:
        try:
            crop.check(ratio)
        except InvalidField:
            place = ratio.replace("_", ":")
            text = "封面裁剪的坐标要在 0 到 1 之间，左上角在右下角的左上方。"
            yield Finding("cover_crops", place, text)


def _check_product(product_id: str) -> Iterator[Finding]:
    if product_id and not (product_id.isascii() and product_id.isdecimal()):
        yield Finding("product", product_id[:40], "商品编号只能是数字，请从微信小店后台复制。")
