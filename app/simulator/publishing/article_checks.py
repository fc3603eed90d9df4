"""What the platform refuses in an article, and what it changes.

Source: /doc/subscription/api/draftbox/draftmanage/api_draft_add.html and api_draft_update.html.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from app.simulator.accounts.rights import Right, has_right
from app.simulator.accounts.state import AccountState, Body
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.publishing.media_store import PICTURE_HOST, MediaStore

MOST_ARTICLES = 8
MOST_TITLE, MOST_AUTHOR, MOST_DIGEST = 32, 16, 128  # characters
FEWER_CONTENT = 20_000  # characters: content has fewer
MOST_CONTENT_BYTES = 1024 * 1024
MOST_URL_BYTES = 1024
DIGEST_CHARACTERS = 54  # of the content, where no digest is written
MOST_PICTURES = 20
COMMENT_FLAGS = ("need_open_comment", "only_fans_can_comment")
RATIOS = ("1_1", "16_9", "2.35_1")

_SCRIPT = re.compile(r"<script\b.*?(</script\s*>|$)", re.IGNORECASE | re.DOTALL)
_HANDLER = re.compile(r"""\son\w+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_SOURCE = re.compile(r"""\b(?:data-)?src\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")
_CROP = re.compile(r"(?:0|1|0\.\d{1,6}|1\.0{1,6})(?:_(?:0|1|0\.\d{1,6}|1\.0{1,6})){3}")


@dataclass
class ProductKeys:
    """The product cards that an account asked for: key -> product_id."""

    products: dict[str, str] = field(default_factory=dict)


def check_articles(account: AccountState, articles: object) -> list[Body]:
    """The articles of a draft as they are stored. Raises Refused as `check_article`."""
    if not isinstance(articles, list):
        raise Refused(47001)
    refuse_unless(articles, 44003)
    refuse_unless(len(articles) <= MOST_ARTICLES, 45008)
    return [check_article(account, article, alone=len(articles) == 1) for article in articles]


def check_article(account: AccountState, article: object, *, alone: bool) -> Body:
    """An article as it is stored. `alone`: the draft has no other, so there is a digest.

    Raises Refused: 44003 no title, 44004 no content; too long 45003 title, 45110 author, 45004
    digest, 45002 content, 45005 address; wrong 41039 address, 40007 pictures, 45166 content, 53402
    crop, 53405 and 53406 product; 88000 no right to comments.
    """
    if not isinstance(article, dict):
        raise Refused(47001)
    kind = article.get("article_type", "news")
    refuse_unless(kind in ("news", "newspic"), 47001)
    checked = {"article_type": kind, **_check_texts(article)}
    if kind == "news":
        checked |= _check_news(account, article)
    else:
        checked |= _check_picture_message(account, article)
    if not alone:
        checked["digest"] = ""
    return checked | _check_comments(account, article) | _check_product(account, article)


def _check_texts(article: Mapping[str, Any]) -> Body:
    title, author = _text(article, "title"), _text(article, "author")
    digest, content = _text(article, "digest"), _text(article, "content")
    address = _text(article, "content_source_url")
    refuse_unless(title, 44003)
    refuse_unless(content, 44004)
    refuse_unless(len(title) <= MOST_TITLE, 45003)
    refuse_unless(len(author) <= MOST_AUTHOR, 45110)
    refuse_unless(len(digest) <= MOST_DIGEST, 45004)
    refuse_unless(len(content) < FEWER_CONTENT, 45002)
    refuse_unless(len(content.encode()) < MOST_CONTENT_BYTES, 45002)
    refuse_unless(len(address.encode()) <= MOST_URL_BYTES, 45005)
    refuse_unless(not address or urlsplit(address).scheme in ("http", "https"), 41039)
    content = filter_content(content)
    return {
        "title": title,
        "author": author,
        "digest": digest or extract_text(content)[:DIGEST_CHARACTERS],
        "content": content,
        "content_source_url": address,
    }


def _check_news(account: AccountState, article: Mapping[str, Any]) -> Body:
    cover = _text(article, "thumb_media_id")
    stored = account.store(MediaStore).find_permanent(cover, ("image", "thumb"))
    for name in ("pic_crop_235_1", "pic_crop_1_1"):
        crop = _text(article, name)
        refuse_unless(not crop or _is_crop(crop), 53402)
    return {"thumb_media_id": cover, "thumb_url": stored.url, "show_cover_pic": 0}


def _check_picture_message(account: AccountState, article: Mapping[str, Any]) -> Body:
    refuse_unless(not _IMAGE.search(_text(article, "content")), 45166)
    match article.get("image_info"):
        case {"image_list": [*pictures]} if 1 <= len(pictures) <= MOST_PICTURES:
            pass
        case _:
            raise Refused(40007)
    library = account.store(MediaStore)
    for picture in pictures:
        media_id = picture.get("image_media_id") if isinstance(picture, dict) else None
        library.find_permanent(str(media_id), ("image",))
    for crop in _read_crops(article):
        numbers = "_".join(str(crop.get(name, "")) for name in ("x1", "y1", "x2", "y2"))
        refuse_unless(crop.get("ratio") in RATIOS and _is_crop(numbers), 53402)
    return {
        "image_info": article["image_info"],
        "thumb_media_id": pictures[0]["image_media_id"],
    }


def _read_crops(article: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    match article.get("cover_info", {}):
        case {"crop_percent_list": [*crops]} if all(isinstance(crop, dict) for crop in crops):
            return crops
        case {"crop_percent_list": _}:
            raise Refused(47001)
        case _:
            return []


def _check_comments(account: AccountState, article: Mapping[str, Any]) -> Body:
    flags = {name: article.get(name) or 0 for name in COMMENT_FLAGS}
    refuse_unless(all(flag in (0, 1) for flag in flags.values()), 47001)
    refuse_unless(
        not flags["need_open_comment"] or has_right(account.account, Right.COMMENT), 88000
    )
    return {name: int(flag) for name, flag in flags.items()}


def _check_product(account: AccountState, article: Mapping[str, Any]) -> Body:
    match article.get("product_info"):
        case None:
            return {}
        case {"footer_product_info": {"product_key": str(key)}}:
            refuse_unless(account.account.sells_products, 53406)
            refuse_unless(key in account.store(ProductKeys).products, 53405)
            return {"product_info": article["product_info"]}
        case _:
            raise Refused(53405)


def filter_content(html: str) -> str:
    """The content without scripts, handlers of events, and pictures from elsewhere."""
    without_scripts = _HANDLER.sub("", _SCRIPT.sub("", html))
    return _IMAGE.sub(lambda image: image[0] if _is_own(image[0]) else "", without_scripts)


def extract_text(html: str) -> str:
    """The text of the content, in one line."""
    return " ".join(unescape(_TAG.sub("", html)).split())


def _is_own(image: str) -> bool:
    source = _SOURCE.search(image)
    return source is not None and urlsplit(source[1]).hostname == urlsplit(PICTURE_HOST).hostname


def _is_crop(crop: str) -> bool:
    if not _CROP.fullmatch(crop):
        return False
    left, top, right, bottom = map(float, crop.split("_"))
    return left < right and top < bottom


def _text(article: Mapping[str, Any], name: str) -> str:
    value = article.get(name) or ""
    if not isinstance(value, str):
        raise Refused(47001)
    return value
