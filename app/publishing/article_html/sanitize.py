"""Keeps of foreign HTML what an article may contain.

Tags, attributes and style properties that are not listed go; so do the contents of scripts,
frames and forms. nh3 parses as browsers do, so that nothing hides in malformed markup.
"""

import re

import css_inline
import nh3

from app.errors import Refusal
from app.publishing.article_html.values import Finding

MAX_DEPTH = 120  # of open tags; css_inline overflows its stack at some 9,000, lxml drops from 256

TAGS = {
    "a", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "figcaption",
    "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "input", "ins", "kbd", "li",
    "mark", "ol", "p", "pre", "s", "section", "small", "span", "strong", "sub", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
DROPPED_WITH_CONTENT = {
    "script", "style", "iframe", "object", "embed", "form", "noscript", "template", "svg", "math",
    "title", "textarea", "select", "button", "video", "audio",
}  # fmt: skip
# `class` is read by the transforms and gone afterwards; a follower never receives one.
ATTRIBUTES = {
    "*": {"style", "class"},
    "a": {"href"},
    "img": {"src", "alt", "title"},
    "input": {"type", "checked"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
STYLE_PROPERTIES = {
    "background", "background-color", "background-image", "border", "border-bottom",
    "border-color", "border-left", "border-radius", "border-right", "border-top", "color",
    "font-size", "font-style", "font-weight", "letter-spacing", "line-height", "margin",
    "margin-bottom", "margin-top", "padding", "padding-bottom", "padding-left", "padding-right",
    "padding-top", "text-align", "text-decoration", "text-indent", "vertical-align",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto", "tel", "data", "product"}
_IMAGE_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);")
_NAMES_FOR_EDITORS = {  # removals that an editor reads about
    "script": "脚本", "iframe": "内嵌页面（iframe）", "form": "表单", "object": "插件",
    "embed": "插件",
    "svg": "SVG 图形", "video": "视频", "audio": "音频",
}  # fmt: skip


class TooDeep(Refusal):
    """Elements lie deeper in each other than any article needs."""

    status = 422
    name = "article_too_deep"


_LAZY_IMAGE = re.compile(r"(<img\b[^<>]{0,2000}?)\sdata-src=", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^>]{0,20000}>")
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
# Not allowed in XML, and lone surrogates have no bytes in UTF-8.
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def remove_unsendable(text: str) -> str:
    """The text without characters that no article can carry."""
    return _UNSENDABLE.sub("", text)


def check_depth(html: str) -> None:
    """Raises TooDeep for more than MAX_DEPTH open tags. Unclosed tags count as open."""
    depth = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() in _VOID:
            continue
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        if depth > MAX_DEPTH:
            raise TooDeep(f"标签嵌套超过 {MAX_DEPTH} 层，请先在编辑器里清除多余的格式。")


def sanitize(html: str) -> tuple[str, list[Finding]]:
    """The HTML without what an article may not contain, and a warning for each kind removed.

    Rules of a `<style>` in the source become style attributes first. Nothing is loaded.
    """
    check_depth(html)
    html = _LAZY_IMAGE.sub(r"\1 src=", html)
    with_styles = css_inline.inline_fragment(
        html, "", keep_style_tags=False, load_remote_stylesheets=False
    )
    clean = nh3.clean(
        with_styles,
        tags=TAGS,
        clean_content_tags=DROPPED_WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=_filter_attribute,
        filter_style_properties=STYLE_PROPERTIES,
        url_schemes=SCHEMES,
        link_rel=None,
    )
    return clean, _describe_removed(html)


def _filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        return " ".join(name for name in value.split() if _is_read(name)) or None
    address = value.strip().lower()
    if address.startswith("data:") and not (tag == "img" and _IMAGE_DATA.match(address)):
        return None
    return value


def _is_read(css_class: str) -> bool:
    """Whether a transform reads the class; others of the source might be taken for ours."""
    return css_class.startswith(("footnote", "language-"))


def _describe_removed(html: str) -> list[Finding]:
    lowered = html.lower()
    return [
        Finding("removed-element", f"<{tag}>", f"公众号文章不支持{name}，已去掉。", "warning")
        for tag, name in _NAMES_FOR_EDITORS.items()
        if f"<{tag}" in lowered
    ]
