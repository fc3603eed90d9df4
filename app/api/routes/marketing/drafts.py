"""REST for copy drafts: take a variant, edit it, read its claims and findings, approve it."""

from typing import Annotated

from fastapi import Query

from app.api.parameters import PageLimit, PageOffset, RecordId
from app.api.schemas.marketing.drafts import (
    ApproveDraftRequest,
    CopyDraftListResponse,
    CopyDraftResponse,
    CreateDraftRequest,
    DraftReviewResponse,
    EditDraftRequest,
    RejectDraftRequest,
    describe_draft,
)
from app.api.worker_client import call_worker
from app.deps import ServedAccount, State, api_router
from app.jobs import ApproveDraft, ReviewDraft
from app.marketing.content.drafts.repository import CopyDrafts
from app.marketing.content.drafts.service import DraftOrder, DraftService
from app.marketing.content.drafts.values import DraftState

router = api_router("/api/v1/drafts", "content", "content")


@router.post("", status_code=201)
async def create_draft(request: CreateDraftRequest, state: State) -> CopyDraftResponse:
    """Take a variant of a finished job; an article or broadcast becomes a post. 409 for others."""
    account = state.get_account(request.account)
    order = DraftOrder(**request.model_dump(exclude={"account"}))
    return describe_draft(await DraftService(state.engine).create(account.name, order))


@router.get("")
async def list_drafts(
    state: State,
    account: ServedAccount,
    draft_state: Annotated[DraftState | None, Query(alias="state")] = None,
    offset: PageOffset = 0,
    limit: PageLimit = 20,
) -> CopyDraftListResponse:
    """List drafts, the last changed first."""
    page = await CopyDrafts(state.engine).list_page(
        account.name, state=draft_state, offset=offset, limit=limit
    )
    return CopyDraftListResponse(drafts=[describe_draft(draft) for draft in page])


@router.get("/{draft}")
async def read_draft(draft: RecordId, state: State, account: ServedAccount) -> CopyDraftResponse:
    """Read a draft: all versions, what made the text, and its review until it is edited."""
    return describe_draft(await CopyDrafts(state.engine).get(account.name, draft))


@router.put("/{draft}")
async def edit_draft(draft: RecordId, request: EditDraftRequest, state: State) -> CopyDraftResponse:
    """Store the next version; an approval of the former one is void. 409 for another version."""
    account = state.get_account(request.account)
    edited_draft = await DraftService(state.engine).edit(
        account.name, draft, editor=request.editor, version=request.version, text=request.text
    )
    return describe_draft(edited_draft)


@router.get("/{draft}/review")
async def review_draft(
    draft: RecordId, state: State, account: ServedAccount
) -> DraftReviewResponse:
    """Review the latest text, of its post where it is one: findings, faults, claims' sources."""
    review = await call_worker(
        state, lambda waiter: ReviewDraft(waiter=waiter, account=account.name, draft=draft)
    )
    return DraftReviewResponse.model_validate(review)


@router.post("/{draft}/approve")
async def approve_draft(
    draft: RecordId, request: ApproveDraftRequest, state: State
) -> CopyDraftResponse:
    """Approve the version that was read: 409 when it changed, 403 for its author or an editor.

    422 names what is open in it, unless `reason` signs for that.
    """
    account = state.get_account(request.account)
    approval = ApproveDraft(
        waiter="", account=account.name, draft=draft, **request.model_dump(exclude={"account"})
    )
    await call_worker(state, lambda waiter: approval.model_copy(update={"waiter": waiter}))
    return describe_draft(await CopyDrafts(state.engine).get(account.name, draft))


@router.post("/{draft}/reject")
async def reject_draft(
    draft: RecordId, request: RejectDraftRequest, state: State
) -> CopyDraftResponse:
    """Send a draft back to its author with a reason."""
    account = state.get_account(request.account)
    rejected_draft = await DraftService(state.engine).reject(
        account.name, draft, by=request.by, reason=request.reason
    )
    return describe_draft(rejected_draft)
