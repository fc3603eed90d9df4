"""Checks a text message before anything is called.

Limit: /doc/service/api/notify/message/api_sendall.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from app.messages import ai_label
from app.publishing.article_html.sanitize import remove_unsendable
from app.publishing.article_html.values import Finding
from app.publishing.images.article_uploads import ArticleUploads
from app.publishing.values import TextMessage
from app.wechat.client.families.mass import TEXT_BYTES


@dataclass(frozen=True, kw_only=True)
class CheckedText:
    """A text message as it is sent, and what is wrong with it. It has no title and no images."""

    content: str
    findings: tuple[Finding, ...]
    title: str = ""
    author: str = ""
    digest: str = ""
    image_sources: tuple[str, ...] = ()
    embedded: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def errors(self) -> list[Finding]:
        """The findings that keep it from being sent."""
        return [finding for finding in self.findings if finding.severity == "error"]

    def show(self, _uploads: ArticleUploads) -> str:
        """The text as HTML for a preview."""
        return f"<section><p>{escape(self.content).replace(chr(10), '<br>')}</p></section>"


def check_text_message(message: TextMessage) -> CheckedText:
    """Check a text message."""
    text = remove_unsendable(message.text).strip()
    content = ai_label.add(text) if message.ai_generated else text
    return CheckedText(content=content, findings=tuple(_check_content(content)))


def _check_content(content: str) -> Iterator[Finding]:
    size = len(content.encode())
    if not content:
        yield Finding("content", "", "文字是空的，请写点内容再群发。")
    if size > TEXT_BYTES:
        yield Finding(
            "content", "",
            f"文字有 {size:,} 个字节，最多 {TEXT_BYTES:,} 个（一个汉字三个字节），请精简。",
        )  # fmt: skip
