"""Bodies of the endpoints for posts: articles on their way to being published."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.api.schemas.replies import Revision
from app.publishing.approval_policy import ApprovalRules
from app.publishing.repository import PostEdit
from app.publishing.service import PostContent
from app.publishing.steps import PostStep
from app.publishing.values import (
    MAX_ARTICLES,
    Audience,
    Post,
    PostArticle,
    PostState,
)

# Wider than the platform's limits: what is too long is answered with a sentence by the check.
Line = Annotated[str, StringConstraints(max_length=2_000)]
Name = Annotated[str, StringConstraints(max_length=64)]
Version = Annotated[int, Field(ge=1, le=2**31 - 2)]
EXAMPLE: dict[str, Any] = {
    "account": "default",
    "author": "小林",
    "articles": [{"source": "# 春茶上新\n\n今年的龙井**到店**了。", "theme": "plain"}],
}


def _check_year(at: datetime) -> datetime:
    if not 2000 <= at.year < 2100:
        raise ValueError("年份要在 2000 到 2099 之间")
    return at


class ArticleRequest(BaseModel):
    """One article. Without `title` the first heading of the source becomes the title.

    `cover` and images in the source are https addresses or data URIs; without `cover` one is made
    from the title. `digest`: without one the first 54 characters.
    """

    model_config = ConfigDict(extra="forbid")
    title: Line = ""
    source: str = Field(max_length=4_000_000)
    format: Literal["markdown", "html"] = "markdown"
    theme: Annotated[str, StringConstraints(max_length=64)] = "plain"
    author: Line = ""
    digest: Line = ""
    source_url: Line = ""
    cover: str = Field("", max_length=4_000_000)
    open_comments: bool = False
    only_fans_comment: bool = False
    ai_generated: bool = False


Articles = Annotated[list[ArticleRequest], Field(min_length=1, max_length=MAX_ARTICLES)]


class AudienceRequest(BaseModel):
    """Who receives a mass message: all followers, or those with a tag of the platform."""

    model_config = ConfigDict(extra="forbid")
    tag_id: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class PostContentRequest(BaseModel):
    """What a post consists of. `publish` tells no follower, `mass` is a message to them.

    `export` is never sent: its HTML is for pasting.
    """

    articles: Articles
    channel: Literal["publish", "mass", "export"] = "publish"
    audience: AudienceRequest = AudienceRequest()

    def to_content(self) -> PostContent:
        """The content as a value."""
        tag_id = self.audience.tag_id
        return PostContent(
            articles=tuple(PostArticle(**article.model_dump()) for article in self.articles),
            channel=self.channel,
            audience=Audience(to_all=tag_id is None, tag_id=tag_id),
        )


class CreatePostRequest(PostContentRequest):
    """A new post."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    account: str = "default"
    author: Name


class EditPostRequest(PostContentRequest):
    """The next version of a post; `version` is the one that was read."""

    account: str = "default"
    editor: Name
    version: Version


class CheckArticlesRequest(BaseModel):
    """Articles to check; nothing is stored or sent."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{key: EXAMPLE[key] for key in ("account", "articles")}]}
    )
    account: str = "default"
    articles: Articles


class SubmitPostRequest(BaseModel):
    """Hand a version to the approvers."""

    account: str = "default"
    version: Version


class ApprovePostRequest(BaseModel):
    """A named person approves the version that they read."""

    account: str = "default"
    by: Name
    version: Version


class RejectPostRequest(BaseModel):
    """A named person sends a post back, or withdraws it."""

    account: str = "default"
    by: Name
    reason: Line = ""


class SchedulePostRequest(BaseModel):
    """When to send: local to the account's zone without an offset; without a time: now."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"account": "default", "at": "2030-03-01T09:00"}]}
    )
    account: str = "default"
    at: Annotated[datetime, AfterValidator(_check_year)] | None = None


class UnschedulePostRequest(BaseModel):
    """Take a post off the calendar."""

    account: str = "default"


class PhonePreviewRequest(BaseModel):
    """Whose phone shows the preview: a 微信号 that follows the account."""

    account: str = "default"
    wechat_name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class PhonePreviewResponse(BaseModel):
    """Who got the preview."""

    sent_to: str


class FindingResponse(BaseModel):
    """Something that the platform or a reader would reject; an `error` keeps it from being sent."""

    rule: str
    place: str
    message: str
    severity: Literal["error", "warning"]


class CheckedArticleResponse(BaseModel):
    """An article as it would be sent: `content` is the platform's HTML."""

    title: str
    digest: str
    content: str
    findings: list[FindingResponse]


class CheckArticlesResponse(BaseModel):
    """The articles in their order."""

    articles: list[CheckedArticleResponse]


class ApprovalResponse(BaseModel):
    """Who approved which version, and when (seconds since 1970)."""

    by: str
    version: int
    at: float


class PostResponse(BaseModel):
    """A post and where it stands. Times are seconds since 1970."""

    id: str
    account: str
    author: str
    articles: list[ArticleRequest]
    channel: str
    tag_id: int | None
    state: PostState
    version: int
    approval: ApprovalResponse | None
    scheduled_at: float | None
    sent_at: float | None
    reason: str


class PostStepResponse(BaseModel):
    """A call to the platform; `ended_at` is null while its answer isn't known."""

    name: str
    version: int
    begun_at: float
    ended_at: float | None
    answer: dict[str, Any]


class PostDetailsResponse(PostResponse):
    """A post with its steps on the platform and the addresses of its articles."""

    steps: list[PostStepResponse]
    urls: list[str]


class PostSummaryResponse(BaseModel):
    """A post in a list: without the texts of its articles. Times are seconds since 1970."""

    id: str
    author: str
    titles: list[str]  # "" where the first heading becomes the title
    channel: str
    state: PostState
    version: int
    scheduled_at: float | None
    sent_at: float | None
    reason: str


class PostListResponse(BaseModel):
    """A page of posts, the last changed first."""

    posts: list[PostSummaryResponse]


class CalendarDayResponse(BaseModel):
    """A day in the account's zone, with its posts by time and a sentence for each conflict."""

    day: date
    posts: list[PostSummaryResponse]
    conflicts: list[str]


class CalendarResponse(BaseModel):
    """The days on which a post goes out."""

    zone: str
    days: list[CalendarDayResponse]


class ExportResponse(BaseModel):
    """HTML to paste into the editor of the platform's console."""

    title: str
    content: str
    advice: str


class ApprovalPolicyRequest(BaseModel):
    """An account's approval policy. `revision` is the one read before; 0 before the first."""

    account: str = "default"
    rules: ApprovalRules
    revision: Revision


class ApprovalPolicyResponse(BaseModel):
    """The policy and its revision."""

    account: str
    rules: ApprovalRules
    revision: int


class PostEditResponse(BaseModel):
    """One version: its editor, and a unified diff for each changed field."""

    version: int
    editor: str
    at: float
    diffs: list[dict[str, Any]]


class PostEditListResponse(BaseModel):
    """All versions, the first one first."""

    edits: list[PostEditResponse]


def describe_post(post: Post) -> PostResponse:
    """The response for a post."""
    return PostResponse(**_to_fields(post))


def describe_summary(post: Post) -> PostSummaryResponse:
    """The response for a post in a list."""
    fields = _to_fields(post) | {"titles": [article.title for article in post.articles]}
    return PostSummaryResponse(**{name: fields[name] for name in PostSummaryResponse.model_fields})


def describe_details(post: Post, steps: list[PostStep]) -> PostDetailsResponse:
    """The response for a post with its steps."""
    results = [step.answer for step in steps if step.name == "result"]
    urls = results[-1].get("urls", []) if results and post.state is PostState.PUBLISHED else []
    return PostDetailsResponse(
        **_to_fields(post),
        steps=[PostStepResponse(**asdict(step)) for step in steps if step.name != "images"],
        urls=urls,
    )


def describe_edit(edit: PostEdit) -> PostEditResponse:
    """The response for a version."""
    return PostEditResponse(**asdict(edit))


def _to_fields(post: Post) -> dict[str, Any]:
    fields = asdict(post)
    fields["tag_id"] = fields.pop("audience")["tag_id"]
    return fields
