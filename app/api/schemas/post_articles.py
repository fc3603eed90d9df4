"""Bodies of what a post consists of: articles, or one picture or text message."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

from app.publishing.rows import find_article_type
from app.publishing.values import MAX_ARTICLES, PictureMessage, PostArticle, PostItem, TextMessage
from app.wechat.client.request_values.articles import MOST_IMAGES, CoverCrop, CoverRatio

# Wider than the platform's limits: what is too long is answered with a sentence by the check.
Line = Annotated[str, StringConstraints(max_length=2_000)]
Share = Annotated[float, Field(ge=0, le=1)]
Image = Annotated[str, StringConstraints(max_length=4_000_000)]


class ArticleRequest(BaseModel):
    """One article. Without `title` the first heading of the source becomes the title.

    `cover` and images in the source are https addresses or data URIs; without `cover` one is made
    from the title. `digest`: without one the first 54 characters. A link to `product:ID` in the
    source becomes the card of a product (`/small`, `/link` behind it: other cards).
    """

    model_config = ConfigDict(extra="forbid")
    article_type: Literal["news"] = "news"
    title: Line = ""
    source: str = Field(max_length=4_000_000)
    format: Literal["markdown", "html"] = "markdown"
    theme: Annotated[str, StringConstraints(max_length=64)] = "plain"
    author: Line = ""
    digest: Line = ""
    source_url: Line = ""
    cover: Image = ""
    open_comments: bool = False
    only_fans_comment: bool = False
    ai_generated: bool = False

    def to_item(self) -> PostArticle:
        """The article as a value."""
        return PostArticle(**self.model_dump())


class CoverCropRequest(BaseModel):
    """The part of the cover that lists of this ratio show: corners in shares of its size."""

    model_config = ConfigDict(extra="forbid")
    ratio: CoverRatio
    x1: Share
    y1: Share
    x2: Share
    y2: Share


class PictureMessageRequest(BaseModel):
    """Up to 20 pictures with a plain text; the first picture is the cover.

    Pictures are https addresses or data URIs. A ratio without a crop shows the cover's middle.
    """

    model_config = ConfigDict(extra="forbid")
    article_type: Literal["newspic"]
    title: Line
    text: str = Field(max_length=200_000)
    pictures: list[Image] = Field(min_length=1, max_length=MOST_IMAGES)
    cover_crops: list[CoverCropRequest] = Field([], max_length=3)
    product_id: Annotated[str, StringConstraints(max_length=64)] = ""
    open_comments: bool = False
    only_fans_comment: bool = False
    ai_generated: bool = False

    def to_item(self) -> PostItem:
        """The picture message as a value."""
        crops = tuple(
            (each.ratio, CoverCrop(each.x1, each.y1, each.x2, each.y2)) for each in self.cover_crops
        )
        fields = self.model_dump(exclude={"pictures", "cover_crops"})
        return PictureMessage(**fields, pictures=tuple(self.pictures), cover_crops=crops)


class TextMessageRequest(BaseModel):
    """A plain text of at most 2,048 bytes, for a mass message alone."""

    model_config = ConfigDict(extra="forbid")
    article_type: Literal["text"]
    text: str = Field(max_length=200_000)
    ai_generated: bool = False

    def to_item(self) -> PostItem:
        """The text message as a value."""
        return TextMessage(**self.model_dump())


ItemRequest = Annotated[
    Annotated[ArticleRequest, Tag("news")]
    | Annotated[PictureMessageRequest, Tag("newspic")]
    | Annotated[TextMessageRequest, Tag("text")],
    Discriminator(find_article_type),
]
Articles = Annotated[list[ItemRequest], Field(min_length=1, max_length=MAX_ARTICLES)]


def describe_item(item: PostItem) -> ArticleRequest | PictureMessageRequest | TextMessageRequest:
    """An article of a post, as its author gave it."""
    if isinstance(item, PostArticle):
        return ArticleRequest.model_construct(**vars(item))
    if isinstance(item, TextMessage):
        return TextMessageRequest.model_construct(**vars(item))
    crops = [
        CoverCropRequest(ratio=ratio, x1=crop.x1, y1=crop.y1, x2=crop.x2, y2=crop.y2)
        for ratio, crop in item.cover_crops
    ]
    fields = vars(item) | {"pictures": list(item.pictures), "cover_crops": crops}
    return PictureMessageRequest.model_construct(**fields)
