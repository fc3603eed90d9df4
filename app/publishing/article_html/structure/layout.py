"""Rules of the layout: fonts, alignment, line heights, widths and heights."""

import re
from collections.abc import Iterator

from app.publishing.article_html.structure.places import (
    count_lines,
    font_size_of,
    is_excused,
    make_finding,
    pixels,
    style_of,
)
from app.publishing.article_html.trees import Element, iter_elements, text_of
from app.publishing.article_html.values import Finding

FONT_FAMILY = "mp-quote, PingFang SC, system-ui, -apple-system"
MAX_MARGIN = 60.0  # px at the left or right
_MEDIA = frozenset({"img", "svg", "video", "iframe"})


def check_font_family(root: Element) -> Iterator[Finding]:
    """A font family that does not begin with the platform's own."""
    for element in iter_elements(root):
        family = style_of(element).get("font-family", "").replace('"', "").replace("'", "")
        if family and not _folded(family).startswith(_folded(FONT_FAMILY)):
            yield make_finding("font-family", element, "不要指定字体：公众号只保留系统字体。")


def check_text_align(root: Element) -> Iterator[Finding]:
    """`text-align: start` and `end`, which the editor does not know."""
    for element in iter_elements(root):
        if style_of(element).get("text-align") in {"start", "end"}:
            yield make_finding("text-align", element, "对齐方式请用 left 或 right。")


def check_line_height(root: Element) -> Iterator[Finding]:
    """A line height below the font size where two or more lines of text stand."""
    for element in iter_elements(root):
        height = _line_height(style_of(element).get("line-height", ""), font_size_of(element))
        is_tight = height is not None and height < font_size_of(element)
        if is_tight and text_of(element) and count_lines(element) > 1:
            yield make_finding("line-height", element, "行高小于字号，多行文字会重叠。")


def check_width(root: Element) -> Iterator[Finding]:
    """Fixed widths and large side margins, which break on another screen."""
    for element in iter_elements(root):
        if is_excused(element, "data-ignore-width") or element.tag in _MEDIA:
            continue
        style = style_of(element)
        fixed = pixels(style.get("width", "")) or pixels(style.get("min-width", ""))
        side = max(_side_margins(style), default=0.0)
        if fixed or element.get("width", "").rstrip("px").isdigit():
            yield make_finding("width", element, "不要写固定宽度，请用百分比。")
        elif side > MAX_MARGIN:
            yield make_finding("width", element, "左右边距太大，在手机上放不下。")


def check_height(root: Element) -> Iterator[Finding]:
    """A height of 0 around text, or a fixed height that its text does not fit into."""
    for element in iter_elements(root):
        style = style_of(element)
        height = pixels(style.get("height", ""))
        if height is None or "height" not in style or not text_of(element):
            continue
        if style.get("overflow-y") in {"scroll", "auto"}:
            continue
        needed = count_lines(element) * font_size_of(element)
        if height < needed:
            yield make_finding("height", element, "固定高度放不下里面的文字，请去掉高度。")


def _folded(family: str) -> str:
    return re.sub(r"\s+", "", family).lower()


def _line_height(value: str, font_size: float) -> float | None:
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)(em|%)?", value):
        return float(match[1]) * font_size / (100 if match[2] == "%" else 1)
    return pixels(value) if value else None


def _side_margins(style: dict[str, str]) -> list[float]:
    names = ("margin-left", "margin-right", "padding-left", "padding-right")
    values = [style[name] for name in names if name in style]
    for name in ("margin", "padding"):
        parts = style.get(name, "").split()
        values += {0: [], 1: parts, 2: parts[1:2], 3: parts[1:2]}.get(len(parts), parts[1::2])
    return [number for value in values if (number := pixels(value)) is not None]


RULES = (
    check_font_family, check_text_align, check_line_height, check_width, check_height,
)  # fmt: skip
