"""Bodies of the endpoints for copy drafts."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.api.schemas.marketing.briefs import Author
from app.api.schemas.marketing.content import ContentFindingResponse
from app.api.schemas.posts import ApprovalResponse
from app.marketing.content.drafts.values import CopyDraft

Version = Annotated[int, Field(ge=1, le=2**31 - 2)]
Reason = Annotated[str, StringConstraints(max_length=500)]


class CreateDraftRequest(BaseModel):
    """Take a variant of a job, counted from 1. `title` and `digest` are those of an article."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"account": "default", "author": "小林", "job": "0" * 32, "variant": 1}]
        },
    )
    account: str = "default"
    author: Author
    job: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    variant: Annotated[int, Field(ge=1, le=1_000)]
    title: Annotated[str, StringConstraints(max_length=200)] = ""
    digest: Annotated[str, StringConstraints(max_length=500)] = ""


class EditDraftRequest(BaseModel):
    """The text of the version that follows `version`."""

    model_config = ConfigDict(extra="forbid")
    account: str = "default"
    editor: Author
    version: Version
    text: Annotated[str, StringConstraints(min_length=1, max_length=5_000)]


class ApproveDraftRequest(BaseModel):
    """A named person approves the version that they read; `reason` signs for what is open."""

    model_config = ConfigDict(extra="forbid")
    account: str = "default"
    by: Author
    version: Version
    reason: Reason = ""


class RejectDraftRequest(BaseModel):
    """A named person sends a draft back."""

    model_config = ConfigDict(extra="forbid")
    account: str = "default"
    by: Author
    reason: Reason = ""


class DraftVersionResponse(BaseModel):
    """One version of a text and who wrote it; the first is the generated text."""

    editor: str
    at: float
    text: str


class CopyDraftResponse(BaseModel):
    """A draft. `post` is the post that it is edited and approved as; "": it is no post.

    `origin` is what made the text: job, variant, model, prompts' version, tokens, seconds; `review`
    is that of the generated text, null once the text was edited: `/review` is of the latest text.
    """

    id: str
    account: str
    author: str
    channel: str
    post: str
    brief: str
    brief_version: int
    origin: dict[str, Any]
    review: dict[str, Any] | None
    version: int
    versions: list[DraftVersionResponse]
    state: Literal["draft", "approved", "rejected"]
    approval: ApprovalResponse | None
    reason: str
    created: float
    changed: float


class CopyDraftListResponse(BaseModel):
    """Drafts, the last changed first."""

    drafts: list[CopyDraftResponse]


class DraftClaimResponse(BaseModel):
    """A claim: text[start:end]. `source` is that of the fact that supports it, "" for none;
    `unsupported` are its words that no fact states.
    """

    text: str
    start: int
    end: int
    source: str
    unsupported: list[str]


class DraftReviewResponse(BaseModel):
    """What an approver reads of the latest version: findings of the law, faults, claims."""

    version: int
    text: str
    findings: list[ContentFindingResponse]
    faults: list[str]
    claims: list[DraftClaimResponse]
    is_clean: bool


def describe_draft(draft: CopyDraft) -> CopyDraftResponse:
    """The response of a draft; an edited one shows no review, which would be of another text."""
    review = draft.review if draft.version == 1 else None
    return CopyDraftResponse(**asdict(draft) | {"review": review}, version=draft.version)
