"""From an article's source to the HTML that is sent: the one renderer of draft and preview."""

from app.errors import Refusal
from app.messages import ai_label
from app.publishing.article_html import (
    code,
    figures,
    lists,
    markdown,
    nesting,
    products,
    themes,
)
from app.publishing.article_html.dark_mode import repair_contrast
from app.publishing.article_html.links import append_note, number_links
from app.publishing.article_html.sanitize import remove_unsendable, sanitize
from app.publishing.article_html.structure import checker
from app.publishing.article_html.styles import normalize_styles
from app.publishing.article_html.trees import Element, parse_fragment, serialize, text_of
from app.publishing.article_html.values import ArticleSource, Finding, RenderedArticle

MAX_SOURCE = 200_000  # characters; an article may have 20,000 of content
DIGEST_LENGTH = 54  # characters that the platform takes as digest when none is given


class ArticleTooLong(Refusal):
    """The source is longer than any article may be."""

    status = 413
    name = "article_too_long"


def render_article(source: ArticleSource) -> RenderedArticle:
    """Render an article; the same source always gives the same bytes.

    Raises UnknownTheme, TooDeep, and ArticleTooLong beyond MAX_SOURCE characters.
    """
    if len(source.text) > MAX_SOURCE:
        raise ArticleTooLong(f"正文有 {len(source.text):,} 个字符，最多 {MAX_SOURCE:,} 个。")
    themes.load_theme(source.theme)
    text = remove_unsendable(source.text)
    html = markdown.to_html(text) if source.format == "markdown" else text
    clean_html, findings = sanitize(html)
    root = parse_fragment(clean_html)
    title = figures.take_title(root)
    digest = text_of(root)[:DIGEST_LENGTH]
    product_findings = products.mark_products(root)
    _transform(root)
    if source.ai_generated:
        append_note(root, ai_label.LABEL.strip("（）"), "ai-label")
    root.set("class", "article")
    themed = themes.apply_theme(root, source.theme)
    repair_contrast(themed)
    normalize_widths(themed)
    content = serialize(themed)
    return RenderedArticle(
        title=title,
        content=content,
        digest=digest,
        image_sources=_list_images(themed),
        findings=(
            *findings,
            *product_findings,
            *products.check_count(content),
            *checker.check_structure(content),
            *_check_body(themed),
        ),
    )


def _transform(root: Element) -> None:
    normalize_styles(root)
    code.draw_code_blocks(root)
    number_links(root)
    lists.draw_lists(root)
    figures.draw_images(root)
    figures.draw_tables(root)
    nesting.flatten(root)


def normalize_widths(root: Element) -> None:
    """Say the width of images by style; `data-w` follows when an image is uploaded."""
    for image in root.iter("img"):
        for name in ("width", "height"):
            image.attrib.pop(name, None)


def _list_images(root: Element) -> tuple[str, ...]:
    return tuple(dict.fromkeys(image.get("src", "") for image in root.iter("img")))


def _check_body(root: Element) -> list[Finding]:
    if text_of(root) or any(True for _ in root.iter("img")):
        return []
    return [Finding("empty", "", "正文是空的，请写点内容再发布。")]
