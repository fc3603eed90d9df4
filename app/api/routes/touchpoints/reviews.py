"""REST for the review of menus and welcome texts: submit, approve, reject, read the versions."""

from typing import Annotated

from fastapi import Path, Query

from app.api.parameters import PageLimit, PageOffset
from app.api.schemas.posts import ApprovePostRequest, RejectPostRequest, SubmitPostRequest
from app.api.schemas.touchpoints.reviews import (
    ContentEditListResponse,
    ReviewListResponse,
    ReviewResponse,
    describe_content_edit,
    describe_review,
)
from app.deps import ServedAccount, State, api_router
from app.touchpoints.review.repository import ReviewedContents
from app.touchpoints.review.service import open_review_service
from app.touchpoints.review.values import ContentKind, ReviewState

router = api_router("/api/v1/reviews", "reviews", "touchpoints")
ContentId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


@router.get("")
async def list_reviews(
    state: State,
    account: ServedAccount,
    kind: ContentKind | None = None,
    review_state: Annotated[ReviewState | None, Query(alias="state")] = None,
    offset: PageOffset = 0,
    limit: PageLimit = 20,
) -> ReviewListResponse:
    """List menus and welcome texts, the last changed first; `submitted` ones wait for approval."""
    items = await ReviewedContents(state.engine).list_page(
        account.name, kind=kind, state=review_state, offset=offset, limit=limit
    )
    return ReviewListResponse(reviews=[describe_review(item) for item in items])


@router.get("/{content}/edits")
async def list_content_edits(
    content: ContentId, state: State, account: ServedAccount
) -> ContentEditListResponse:
    """List all versions with their editors and diffs."""
    edits = await ReviewedContents(state.engine).list_edits(account.name, content)
    return ContentEditListResponse(edits=[describe_content_edit(edit) for edit in edits])


@router.post("/{content}/submit")
async def submit_content(
    content: ContentId, request: SubmitPostRequest, state: State
) -> ReviewResponse:
    """Hand a version to the approvers. 422 names each fault that the platform would refuse."""
    account = state.get_account(request.account)
    service = open_review_service(state.engine)
    return describe_review(await service.submit(account.name, content, request.version))


@router.post("/{content}/approve")
async def approve_content(
    content: ContentId, request: ApprovePostRequest, state: State
) -> ReviewResponse:
    """Approve the version that was read, by the account's approval policy. 403 for an editor."""
    account = state.get_account(request.account)
    service = open_review_service(state.engine)
    item = await service.approve(account.name, content, by=request.by, version=request.version)
    return describe_review(item)


@router.post("/{content}/reject")
async def reject_content(
    content: ContentId, request: RejectPostRequest, state: State
) -> ReviewResponse:
    """Send a submitted or approved version back to its author."""
    account = state.get_account(request.account)
    service = open_review_service(state.engine)
    item = await service.reject(account.name, content, by=request.by, reason=request.reason)
    return describe_review(item)
