"""Product cards (商品卡片): a link to `product:ID` becomes a place for the platform's card.

`product:ID` is a large card, `product:ID/small` a small one, `product:ID/link` a text link. The
card itself is the platform's HTML, put in when the draft is written.
"""

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple, cast

from app.publishing.article_html.trees import Element, make, replace, text_of
from app.publishing.article_html.values import Finding

MOST_PRODUCTS = 50  # in one article; the platform's limit
CardSize = Literal["large", "small", "link"]
_ADDRESS = re.compile(r"product:([0-9]{1,32})(?:/(large|small|link))?")
_PLACE = re.compile(r'<span data-product="([0-9]+)/([a-z]+)"[^>]*>[^<]*</span>')


class ProductPlace(NamedTuple):
    """A product and the size of its card."""

    product_id: str
    size: CardSize


def mark_products(root: Element) -> list[Finding]:
    """Replace links to products by places for their cards; findings for what is no product."""
    findings = []
    for anchor in list(root.iter("a")):
        address = anchor.get("href", "").strip()
        if not address.lower().startswith("product:"):
            continue
        match = _ADDRESS.fullmatch(address)
        if match is None:
            message = "商品链接要写成 product:商品编号，编号只能是数字；小卡片在后面加 /small。"
            findings.append(Finding("product", address[:40], message))
            continue
        place = make("span", "product", f"【商品】{text_of(anchor) or match[1]}")
        place.set("data-product", f"{match[1]}/{match[2] or 'large'}")
        replace(anchor, place)
    return findings


def list_products(content: str) -> list[ProductPlace]:
    """The products of a rendered article, each with each size once, in order."""
    places = [ProductPlace(match[1], _read_size(match)) for match in _PLACE.finditer(content)]
    return list(dict.fromkeys(places))


def place_cards(content: str, cards: Mapping[ProductPlace, str]) -> str:
    """The content with the platform's HTML in the places of `cards`."""

    def _find_card(match: re.Match[str]) -> str:
        return cards.get(ProductPlace(match[1], _read_size(match)), match[0])

    return _PLACE.sub(_find_card, content) if cards else content


def check_count(content: str) -> list[Finding]:
    """A finding for more products than an article may have."""
    count = len(_PLACE.findall(content))
    if count <= MOST_PRODUCTS:
        return []
    return [Finding("product", "", f"有 {count} 个商品，一篇文章最多 {MOST_PRODUCTS} 个。")]


def _read_size(match: re.Match[str]) -> CardSize:
    return cast(CardSize, match[2])
