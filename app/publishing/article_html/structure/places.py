"""What the rules share: quoting a place, reading sizes, and inherited font sizes."""

import re

from app.publishing.article_html.styles import parse_style
from app.publishing.article_html.trees import Element, serialize, text_of
from app.publishing.article_html.values import Finding

_QUOTE = 40  # characters of a quoted place
DEFAULT_FONT_SIZE = 17.0  # px, the platform's own
PHONE_WIDTH = 343.0  # px of text on a phone of 375


def make_finding(rule: str, element: Element, message: str) -> Finding:
    """A finding that quotes the element's text, or its source where it has none."""
    return Finding(rule, (text_of(element) or serialize(element))[:_QUOTE], message)


def style_of(element: Element) -> dict[str, str]:
    """The element's own style properties."""
    return parse_style(element.get("style", ""))


def is_excused(element: Element, attribute: str) -> bool:
    """Whether the element or an ancestor opts out of a rule."""
    return any(node.get(attribute) is not None for node in (element, *element.iterancestors()))


def pixels(value: str) -> float | None:
    """The number of a value in px (or plain 0); None for other units."""
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)px", value.strip())
    if match:
        return float(match[1])
    return 0.0 if re.fullmatch(r"0+(?:\.0+)?(?:em|%|rem)?", value.strip()) else None


def font_size_of(element: Element) -> float:
    """Font size in px, inherited; units other than px count as the platform's default."""
    for node in (element, *element.iterancestors()):
        size = pixels(style_of(node).get("font-size", ""))
        if size:
            return size
    return DEFAULT_FONT_SIZE


def count_lines(element: Element) -> int:
    """About how many lines the text takes on a phone."""
    per_line = max(PHONE_WIDTH / font_size_of(element), 1)
    breaks = sum(1 for _ in element.iter("br"))
    return breaks + max(1, -(-len(text_of(element)) // int(per_line)))
