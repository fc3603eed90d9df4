"""Bodies of the endpoints for the review of menus and welcome texts."""

from dataclasses import asdict
from typing import Any

from pydantic import BaseModel

from app.api.schemas.post_articles import Line
from app.api.schemas.posts import ApprovalResponse, Name
from app.publishing.diffs import VersionEdit
from app.touchpoints.review.diffs import compare_contents, describe_fields
from app.touchpoints.review.values import ContentKind, ReviewedContent, ReviewState


class GoLiveRequest(BaseModel):
    """Who puts the approved version before the followers."""

    account: str = "default"
    by: Name


class WithdrawContentRequest(BaseModel):
    """Who takes it away from the followers, and why."""

    account: str = "default"
    by: Name
    reason: Line = ""


class LiveVersionResponse(BaseModel):
    """The version that followers meet now, who put it there, and when (seconds since 1970)."""

    version: int
    by: str
    at: float
    platform_id: str


class FieldDiffResponse(BaseModel):
    """A changed field, as a unified diff."""

    field: str
    diff: str


class ReviewResponse(BaseModel):
    """Where a menu or welcome text stands.

    `text` is the present version, field by field; `changes` is how it differs from what is live.
    """

    id: str
    account: str
    kind: ContentKind
    author: str
    state: ReviewState
    version: int
    approval: ApprovalResponse | None
    live: LiveVersionResponse | None
    reason: str
    text: dict[str, str]
    changes: list[FieldDiffResponse]


class ReviewListResponse(BaseModel):
    """A page of menus and welcome texts, the last changed first."""

    reviews: list[ReviewResponse]


class ContentEditResponse(BaseModel):
    """One version: its editor, and a unified diff for each changed field."""

    version: int
    editor: str
    at: float
    diffs: list[FieldDiffResponse]


class ContentEditListResponse(BaseModel):
    """All versions, the first one first."""

    edits: list[ContentEditResponse]


def describe_review(item: ReviewedContent) -> ReviewResponse:
    """The response for reviewed content."""
    return ReviewResponse(**to_review_fields(item))


def describe_content_edit(edit: VersionEdit) -> ContentEditResponse:
    """The response for a version."""
    return ContentEditResponse.model_validate(asdict(edit))


def to_review_fields(item: ReviewedContent) -> dict[str, Any]:
    """The fields of a ReviewResponse."""
    live_content = item.live.content if item.live else None
    fields = asdict(item) | {
        "kind": item.content.kind,
        "text": describe_fields(item.content),
        "changes": [asdict(diff) for diff in compare_contents(live_content, item.content)],
    }
    return {name: fields[name] for name in ReviewResponse.model_fields}
