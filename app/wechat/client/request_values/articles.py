"""Articles (图文消息) and picture messages (图片消息) as drafts hold them.

Limits: /doc/service/api/draftbox/draftmanage/api_draft_add.md
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import AliasChoices, Field

from app.wechat.client.core import PlatformAnswer
from app.wechat.client.errors import InvalidField
from app.wechat.client.request_values.validation import (
    BAD_CROP,
    BAD_LINK,
    BAD_MEDIA_ID,
    EMPTY_NEWS,
    EMPTY_TEXT,
    LONG_AUTHOR,
    LONG_CONTENT,
    LONG_DESCRIPTION,
    LONG_LINK,
    LONG_TITLE,
    TOO_MANY_ARTICLES,
    check_bytes,
    check_characters,
    check_count,
    check_filled,
    check_media_id,
)

MOST_ARTICLES = 8
MOST_IMAGES = 20
TITLE_CHARACTERS, AUTHOR_CHARACTERS, DIGEST_CHARACTERS = 32, 16, 128
CONTENT_CHARACTERS, CONTENT_BYTES = 19_999, 1024 * 1024 - 1  # fewer than 20,000, less than 1 MB
LINK_BYTES = 1024

CoverRatio = Literal["1_1", "16_9", "2.35_1"]


@dataclass(frozen=True, slots=True)
class CoverCrop:
    """The part of the cover that is shown: corners in shares of width and height, 0 to 1."""

    x1: float
    y1: float
    x2: float
    y2: float

    def corners(self) -> tuple[str, str, str, str]:
        """The corners with at most six decimals, as the platform wants them."""
        numbers = (self.x1, self.y1, self.x2, self.y2)
        x1, y1, x2, y2 = (f"{number:.6f}".rstrip("0").rstrip(".") for number in numbers)
        return x1, y1, x2, y2

    def check(self, field: str) -> None:
        """Raise InvalidField unless it is a rectangle within the picture."""
        if not (0 <= self.x1 < self.x2 <= 1 and 0 <= self.y1 < self.y2 <= 1):
            raise InvalidField(field, "0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1", BAD_CROP)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftArticle:
    """One article of a draft, or with `article_type` newspic one picture message.

    An article needs `thumb_media_id` (permanent material); a picture message `image_media_ids`,
    of which the first is the cover, and its content is plain text.
    """

    title: str
    content: str
    article_type: Literal["news", "newspic"] = "news"
    author: str = ""
    digest: str = ""  # empty: the platform takes the first 54 characters
    content_source_url: str = ""
    thumb_media_id: str = ""
    image_media_ids: tuple[str, ...] = ()
    need_open_comment: bool = False
    only_fans_can_comment: bool = False
    crop_235_1: CoverCrop | None = None  # of an article's cover
    crop_1_1: CoverCrop | None = None
    cover_crops: tuple[tuple[CoverRatio, CoverCrop], ...] = ()  # of a picture message
    product_key: str = ""  # of a product card below the text

    def check(self, place: str) -> None:
        """Raise InvalidField for the first value that the platform would refuse."""
        check_filled(f"{place}.title", self.title, EMPTY_NEWS)
        check_characters(f"{place}.title", self.title, TITLE_CHARACTERS, LONG_TITLE)
        check_characters(f"{place}.author", self.author, AUTHOR_CHARACTERS, LONG_AUTHOR)
        check_characters(f"{place}.digest", self.digest, DIGEST_CHARACTERS, LONG_DESCRIPTION)
        self._check_link(f"{place}.content_source_url")
        check_filled(f"{place}.content", self.content, EMPTY_TEXT)
        check_characters(f"{place}.content", self.content, CONTENT_CHARACTERS, LONG_CONTENT)
        check_bytes(f"{place}.content", self.content, CONTENT_BYTES, LONG_CONTENT)
        self._check_pictures(place)

    def _check_link(self, field: str) -> None:
        link = self.content_source_url
        check_bytes(field, link, LINK_BYTES, LONG_LINK)
        if link and not link.startswith(("http://", "https://")):
            raise InvalidField(field, "must begin with https:// or http://", BAD_LINK)

    def _check_pictures(self, place: str) -> None:
        if self.article_type == "news":
            check_media_id(f"{place}.thumb_media_id", self.thumb_media_id)
        else:
            field = f"{place}.image_media_ids"
            check_count(field, len(self.image_media_ids), MOST_IMAGES, BAD_MEDIA_ID)
            for media_id in self.image_media_ids:
                check_media_id(field, media_id)
        crops: dict[str, CoverCrop | None] = dict(self.cover_crops)
        crops |= {"crop_235_1": self.crop_235_1, "crop_1_1": self.crop_1_1}
        for name, crop in crops.items():
            if crop is not None:
                crop.check(f"{place}.{name}")

    def to_body(self) -> dict[str, Any]:
        """The article as draft/add and draft/update take it; what is empty is left out."""
        body: dict[str, Any] = {
            "article_type": self.article_type,
            "title": self.title,
            "content": self.content,
            "need_open_comment": int(self.need_open_comment),
            "only_fans_can_comment": int(self.only_fans_can_comment),
        }
        texts = {
            "author": self.author,
            "digest": self.digest,
            "content_source_url": self.content_source_url,
            "thumb_media_id": self.thumb_media_id,
        }
        crops = {"pic_crop_235_1": self.crop_235_1, "pic_crop_1_1": self.crop_1_1}
        body |= {name: text for name, text in texts.items() if text}
        body |= {name: "_".join(crop.corners()) for name, crop in crops.items() if crop}
        return body | self._build_infos()

    def _build_infos(self) -> dict[str, Any]:
        infos: dict[str, Any] = {}
        if self.article_type == "newspic":
            images = [{"image_media_id": media_id} for media_id in self.image_media_ids]
            infos["image_info"] = {"image_list": images}
        if self.cover_crops:
            crops = [
                {"ratio": ratio, **dict(zip(("x1", "y1", "x2", "y2"), crop.corners(), strict=True))}
                for ratio, crop in self.cover_crops
            ]
            infos["cover_info"] = {"crop_percent_list": crops}
        if self.product_key:
            infos["product_info"] = {"footer_product_info": {"product_key": self.product_key}}
        return infos


def check_articles(articles: Sequence[DraftArticle]) -> None:
    """Raise InvalidField unless these are the 1 to 8 articles of a draft."""
    if not articles:
        raise InvalidField("articles", "must not be empty", EMPTY_NEWS)
    check_count("articles", len(articles), MOST_ARTICLES, TOO_MANY_ARTICLES)
    for index, article in enumerate(articles):
        article.check(f"articles[{index}]")


class ArticleImageId(PlatformAnswer):
    """An image of a picture message."""

    image_media_id: str


class ArticleImages(PlatformAnswer):
    """The images of a picture message."""

    image_list: tuple[ArticleImageId, ...] = ()


class StoredArticle(PlatformAnswer):
    """An article as the platform stored it: `content` without what it removed.

    `url` of a draft is a temporary address; `is_deleted`: a published article that was deleted.
    """

    article_type: str = "news"
    title: str
    author: str = ""
    digest: str = ""
    content: str = ""
    content_source_url: str = ""
    thumb_media_id: str = ""
    thumb_url: str = ""
    url: str = ""
    need_open_comment: bool = False
    only_fans_can_comment: bool = False
    image_info: ArticleImages = ArticleImages()
    is_deleted: bool = Field(False, validation_alias=AliasChoices("is_deleted", "is_delete"))


class ArticleList(PlatformAnswer):
    """The articles of a draft, of a publication, or of permanent material."""

    news_item: tuple[StoredArticle, ...]
    create_time: int | None = None  # seconds since 1970
    update_time: int | None = None
