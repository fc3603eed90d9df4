"""What the renderer is given and what it returns."""

from dataclasses import dataclass
from typing import Literal

SourceFormat = Literal["markdown", "html"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class ArticleSource:
    """An article as its author wrote it."""

    text: str
    format: SourceFormat = "markdown"
    theme: str = "plain"
    ai_generated: bool = False  # adds the AI label that the law requires, as the last line


@dataclass(frozen=True)
class Finding:
    """Something in an article that the platform or a reader would reject.

    An error keeps the article from being sent. `place` quotes the element's text or source.
    """

    rule: str
    place: str
    message: str  # Chinese, for the editor: what is wrong and what to do
    severity: Severity = "error"


@dataclass(frozen=True)
class RenderedArticle:
    """An article as it is sent: `content` is the `content` of the platform's draft/add."""

    title: str  # empty when the source has no first heading
    content: str
    digest: str  # the first 54 characters of text, as the platform takes by default
    image_sources: tuple[str, ...]  # each `src` once, in order
    findings: tuple[Finding, ...]
