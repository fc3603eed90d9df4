"""Rules of the appearance: what is seen, in light and in dark mode."""

from collections.abc import Iterator

from app.publishing.article_html.dark_mode import iter_colors
from app.publishing.article_html.structure.places import is_excused, make_finding, style_of
from app.publishing.article_html.trees import Element, iter_elements, text_of
from app.publishing.article_html.values import Finding

MIN_CONTRAST = 1.5  # after the conversion to dark mode
_BLACK = frozenset({"#000", "#000000", "black", "rgb(0,0,0)", "rgb(0, 0, 0)"})


def check_hidden(root: Element) -> Iterator[Finding]:
    """Images of opacity 0 and transparent carets: tricks that hide content."""
    for element in iter_elements(root):
        style = style_of(element)
        if element.tag == "img" and style.get("opacity", "1").strip("0.") == "":
            yield make_finding("hidden-image", element, "图片是完全透明的。")
        if style.get("caret-color") == "transparent":
            yield make_finding("caret-color", element, "请去掉透明光标。")


def check_touch_only(root: Element) -> Iterator[Finding]:
    """SVG animations that begin with a touch only: nothing happens with a mouse."""
    for element in iter_elements(root):
        if element.get("begin", "").strip() == "touchstart":
            yield make_finding("svg-begin", element, "动画请同时支持 click。")


def check_important(root: Element) -> Iterator[Finding]:
    """`!important`, which keeps dark mode from changing a colour."""
    for element in iter_elements(root):
        if "!important" in element.get("style", "").replace(" ", "").lower():
            yield make_finding("important", element, "请去掉 !important：深色模式会失效。")


def check_gradient(root: Element) -> Iterator[Finding]:
    """A gradient behind text: dark mode makes it one colour."""
    for element in iter_elements(root):
        style = style_of(element)
        images = style.get("background", "") + style.get("background-image", "")
        if "gradient(" in images and text_of(element) and not _ignores_dark(element):
            yield make_finding("gradient", element, "文字后面不要用渐变背景。")


def check_contrast(root: Element) -> Iterator[Finding]:
    """Text that cannot be read once WeChat has converted its colours."""
    for element, _, dark in iter_colors(root):
        own_text = (element.text or "") + "".join(child.tail or "" for child in element)
        if own_text.strip() and dark.contrast < MIN_CONTRAST and not _ignores_dark(element):
            yield make_finding("dark-contrast", element, "深色模式下文字和背景几乎同色。")


def check_svg_text(root: Element) -> Iterator[Finding]:
    """Black text in an SVG, which dark mode leaves black."""
    for element in root.iter("text", "tspan"):
        fill = style_of(element).get("fill", element.get("fill", "")).lower()
        if fill in _BLACK and not _ignores_dark(element):
            yield make_finding("svg-text", element, "SVG 文字请用 currentColor。")


def _ignores_dark(element: Element) -> bool:
    return is_excused(element, "data-no-dark") or is_excused(element, "data-ignore-dm")


RULES = (
    check_hidden, check_touch_only, check_important, check_gradient, check_contrast,
    check_svg_text,
)  # fmt: skip
