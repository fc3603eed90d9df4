"""Requests about posts, comments and mass sends."""

from typing import Any, Literal

from pydantic import Field

from app.jobs.base import Job

CommentAction = Literal[
    "list", "open", "close", "elect", "unelect", "delete", "reply", "delete_reply"
]


class CheckArticles(Job):
    """Render articles and list what is wrong with them; `strict`: refuse errors.

    `tag_ids` of a mass message, [] to all: an audience that nobody is in is refused, too.
    """

    type: Literal["check_articles"] = "check_articles"
    waiter: str
    account: str
    articles: list[dict[str, Any]]
    strict: bool = False
    tag_ids: list[int] | None = None


class PreviewPost(Job):
    """Render one article of a post, counted from 1, as a page."""

    type: Literal["preview_post"] = "preview_post"
    waiter: str
    account: str
    post: str
    article: int = 1


class PreviewOnPhone(Job):
    """Send a preview of a post to the phone of a 微信号."""

    type: Literal["preview_on_phone"] = "preview_on_phone"
    waiter: str
    account: str
    post: str
    wechat_name: str


class ManageComments(Job):
    """List comments on an article of a post, counted from 1, or do what `by` decided."""

    type: Literal["manage_comments"] = "manage_comments"
    waiter: str
    account: str
    post: str
    article: int = 1
    action: CommentAction
    comment: int = 0
    text: str = ""
    by: str = ""
    begin: int = 0
    count: int = 49
    kind: Literal["all", "plain", "elected"] = "all"


class ManageMassSpeed(Job):
    """Read how fast the platform sends mass messages; with `speed` (0 to 4) set it first."""

    type: Literal["manage_mass_speed"] = "manage_mass_speed"
    waiter: str
    account: str
    speed: int | None = None


class SendMarketingMessage(Job):
    """Send a follower a template, or without `template_id` a customer-service text.

    `source` names the message: it is sent to a follower once.
    """

    type: Literal["send_marketing_message"] = "send_marketing_message"
    waiter: str
    account: str
    openid: str
    source: str
    template_id: str = ""
    data: dict[str, str] = Field(default_factory=dict)
    url: str = ""
    text: str = ""
