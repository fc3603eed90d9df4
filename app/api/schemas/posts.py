"""Bodies of the endpoints for posts: articles on their way to being published."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.api.schemas.marketing.content import ContentFindingResponse
from app.api.schemas.post_articles import (
    ArticleRequest,
    Articles,
    Line,
    PictureMessageRequest,
    TextMessageRequest,
    describe_item,
)
from app.api.schemas.post_checkpoints import CheckpointResponse, describe_checkpoints
from app.publishing.advertising import PostFinding
from app.publishing.approval_policy import OpenPoint
from app.publishing.diffs import VersionEdit
from app.publishing.service import PostContent
from app.publishing.steps import PostStep
from app.publishing.titles import name_item
from app.publishing.values import MOST_SEGMENTS, Audience, Post, PostState

_INNER = {"images", "day_1", "day_3", "day_7"}  # steps that are shown in another way
TagId = Annotated[int, Field(ge=0, le=2**31 - 1)]
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


class AudienceRequest(BaseModel):
    """Who receives a mass message: all followers, or those with a tag of the platform.

    Several tags are sent to one after another, in this order.
    """

    model_config = ConfigDict(extra="forbid")
    tag_ids: list[TagId] = Field([], max_length=MOST_SEGMENTS)


class PostContentRequest(BaseModel):
    """What a post consists of: articles, or one picture or text message.

    `publish` tells no follower, `mass` is a message to them, `export` is never sent: its HTML is
    for pasting.
    """

    articles: Articles
    channel: Literal["publish", "mass", "export"] = "publish"
    audience: AudienceRequest = AudienceRequest()

    def to_content(self) -> PostContent:
        """The content as a value."""
        return PostContent(
            articles=tuple(item.to_item() for item in self.articles),
            channel=self.channel,
            audience=Audience(tag_ids=tuple(self.audience.tag_ids)),
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


class SubmitPostRequest(BaseModel):
    """Hand a version to the approvers."""

    account: str = "default"
    version: Version


class ApprovePostRequest(BaseModel):
    """A named person approves the version that they read; `reason` signs for its findings."""

    account: str = "default"
    by: Name
    version: Version
    reason: Annotated[str, StringConstraints(max_length=500)] = ""


class PostFindingResponse(ContentFindingResponse):
    """A finding in the `field` of an article, counted from 1."""

    article: int
    field: str


class OpenPointResponse(BaseModel):
    """What an approver has to decide: the words that it is about ("": the whole text), and why."""

    quote: str
    sentence: str


class PostFindingListResponse(BaseModel):
    """What the check of advertising says of a post, and all that keeps it from approval."""

    findings: list[PostFindingResponse]
    open_points: list[OpenPointResponse]


def describe_findings(
    findings: Sequence[PostFinding], points: Sequence[OpenPoint]
) -> PostFindingListResponse:
    """The response of a post's findings and open points."""
    return PostFindingListResponse(
        findings=[
            PostFindingResponse(article=each.article, field=each.field, **asdict(each.finding))
            for each in findings
        ],
        open_points=[OpenPointResponse(**asdict(point)) for point in points],
    )


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


class SettlePostRequest(BaseModel):
    """A named person has looked in the platform's console whether the post is there."""

    account: str = "default"
    by: Name
    is_published: bool


class UnschedulePostRequest(BaseModel):
    """Take a post off the calendar."""

    account: str = "default"


class ApprovalResponse(BaseModel):
    """Who approved which version, and when (seconds since 1970)."""

    by: str
    version: int
    at: float
    reason: str = ""  # signs for the findings of the check of advertising


class PostResponse(BaseModel):
    """A post and where it stands. Times are seconds since 1970."""

    id: str
    account: str
    author: str
    articles: list[ArticleRequest | PictureMessageRequest | TextMessageRequest]
    channel: str
    tag_ids: list[int]  # of a mass message; empty: to all
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
    segment: int  # of a mass message to several tags, from 0
    begun_at: float
    ended_at: float | None
    answer: dict[str, Any]


class PostDetailsResponse(PostResponse):
    """A post with its steps on the platform, the addresses of its articles, and its checks."""

    steps: list[PostStepResponse]
    urls: list[str]
    checkpoints: list[CheckpointResponse]


class PostSummaryResponse(BaseModel):
    """A post in a list: without the texts of its articles. Times are seconds since 1970."""

    id: str
    author: str
    titles: list[str]  # or first headings, which become the titles
    channel: str
    state: PostState
    version: int
    scheduled_at: float | None
    sent_at: float | None
    reason: str


class PostListResponse(BaseModel):
    """A page of posts, the last changed first."""

    posts: list[PostSummaryResponse]


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
    fields = _to_fields(post) | {"titles": [name_item(item) for item in post.articles]}
    return PostSummaryResponse(**{name: fields[name] for name in PostSummaryResponse.model_fields})


def describe_details(post: Post, steps: list[PostStep]) -> PostDetailsResponse:
    """The response for a post with its steps."""
    results = [step for step in steps if (step.name, step.version) == ("result", post.version)]
    results.sort(key=lambda step: step.segment)
    urls = [url for step in results for url in step.answer.get("urls", [])]
    return PostDetailsResponse(
        **_to_fields(post),
        steps=[PostStepResponse(**asdict(step)) for step in steps if step.name not in _INNER],
        checkpoints=list(describe_checkpoints(post, steps)),
        urls=urls if post.state is PostState.PUBLISHED else [],
    )


def describe_edit(edit: VersionEdit) -> PostEditResponse:
    """The response for a version."""
    return PostEditResponse(**asdict(edit))


def _to_fields(post: Post) -> dict[str, Any]:
    fields = asdict(post)
    fields["tag_ids"] = fields.pop("audience")["tag_ids"]
    return fields | {"articles": [describe_item(item) for item in post.articles]}
