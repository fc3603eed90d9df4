"""What a post is made of. Frozen, validated by the routes' schemas before it comes here."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from app.publishing.article_html.values import SourceFormat
from app.wechat.client.request_values.articles import CoverCrop, CoverRatio

MAX_ARTICLES = 8  # in one draft; the platform's limit
MOST_SEGMENTS = 20  # mass sends of one post
Channel = Literal["publish", "mass", "export"]


class PostState(StrEnum):
    """Where a post stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    UNCONFIRMED = "unconfirmed"  # the platform never told the result: a person looks there
    PUBLISHED = "published"
    FAILED = "failed"
    EXPORTED = "exported"  # the account may not publish over the API: a person pastes the HTML
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class PostArticle:
    """One article of a post, as its author wrote it."""

    title: str
    source: str
    article_type: Literal["news"] = "news"
    format: SourceFormat = "markdown"
    theme: str = "plain"
    author: str = ""  # the byline
    digest: str = ""
    source_url: str = ""  # 阅读原文
    cover: str = ""  # an image's address or data URI; empty: a cover is made from the title
    open_comments: bool = False
    only_fans_comment: bool = False
    ai_generated: bool = False


@dataclass(frozen=True, kw_only=True)
class PictureMessage:
    """Up to 20 pictures with a plain text (图片消息, newspic): alone in its post.

    `pictures` are addresses or data URIs; the first one is the cover. `cover_crops` say which part
    of it lists show; a ratio that isn't named is cut out of the middle.
    """

    title: str
    text: str
    pictures: tuple[str, ...]
    article_type: Literal["newspic"] = "newspic"
    cover_crops: tuple[tuple[CoverRatio, CoverCrop], ...] = ()
    product_id: str = ""  # of a product whose card stands below the text
    open_comments: bool = False
    only_fans_comment: bool = False
    ai_generated: bool = False


@dataclass(frozen=True, kw_only=True)
class TextMessage:
    """A mass message of plain text, alone in its post: nothing to open, and no statistics."""

    text: str
    article_type: Literal["text"] = "text"
    ai_generated: bool = False


PostItem = PostArticle | PictureMessage | TextMessage


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who receives a mass message: all followers, or those with a tag of the platform.

    Each tag is a segment with a mass send of its own, in this order.
    """

    tag_ids: tuple[int, ...] = ()  # empty: all followers

    @property
    def segments(self) -> tuple[int | None, ...]:
        """The tag of each mass send; None: all followers."""
        return self.tag_ids or (None,)


@dataclass(frozen=True, kw_only=True)
class VersionApproval:
    """A named person's yes to one version."""

    by: str
    version: int
    at: float  # seconds since 1970
    reason: str = ""  # why it may go out although the check of advertising has findings


@dataclass(frozen=True, kw_only=True)
class Post:
    """One to eight articles, or one picture or text message, and where they stand.

    `version` counts edits: an approval holds for one version only. Times in seconds since 1970.
    """

    id: str
    account: str
    author: str  # who made it and edits it
    articles: tuple[PostItem, ...]
    channel: Channel = "publish"
    audience: Audience = Audience()
    state: PostState = PostState.DRAFT
    version: int = 1
    approval: VersionApproval | None = None
    scheduled_at: float | None = None
    sent_at: float | None = None
    reason: str = ""  # of a rejection, a failure or a withdrawal

    @property
    def text_message(self) -> TextMessage | None:
        """The post's text message; None for articles and pictures."""
        item = self.articles[0]
        return item if isinstance(item, TextMessage) else None
