"""What a post is made of. Frozen, validated by the routes' schemas before it comes here."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from app.publishing.article_html.values import SourceFormat

MAX_ARTICLES = 8  # in one draft; the platform's limit
Channel = Literal["publish", "mass", "export"]


class PostState(StrEnum):
    """Where a post stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PUBLISHED = "published"
    FAILED = "failed"
    EXPORTED = "exported"  # the account may not publish over the API: a person pastes the HTML
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class PostArticle:
    """One article of a post, as its author wrote it."""

    title: str
    source: str
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
class Audience:
    """Who receives a mass message: all followers, or those with a tag of the platform."""

    to_all: bool = True
    tag_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class VersionApproval:
    """A named person's yes to one version."""

    by: str
    version: int
    at: float  # seconds since 1970


@dataclass(frozen=True, kw_only=True)
class Post:
    """One to eight articles that go out together, and where they stand.

    `version` counts edits: an approval holds for one version only. Times in seconds since 1970.
    """

    id: str
    account: str
    author: str  # who made it and edits it
    articles: tuple[PostArticle, ...]
    channel: Channel = "publish"
    audience: Audience = Audience()
    state: PostState = PostState.DRAFT
    version: int = 1
    approval: VersionApproval | None = None
    scheduled_at: float | None = None
    sent_at: float | None = None
    reason: str = ""  # of a rejection, a failure or a withdrawal
