"""REST for gaps: list clusters of unanswered questions, draft answers, approve or dismiss."""

from typing import Annotated

from fastapi import Path

from app.api.parameters import PageLimit
from app.api.schemas.gaps import (
    LABEL_OF_AGENT,
    AddVariantsRequest,
    ApproveGapRequest,
    DraftRequest,
    DraftResponse,
    GapListResponse,
    GapSelectionRequest,
)
from app.api.schemas.knowledge import EntryResponse, as_message
from app.api.worker_client import call_worker
from app.deps import ServedAccount, State, api_router
from app.jobs import AddVariant, ApproveGap, DismissGap, DraftAnswer, GapReason, ListGaps

router = api_router("/api/v1/knowledge/gaps", "knowledge", "knowledge")
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


@router.get("")
async def list_gaps(
    state: State,
    account: ServedAccount,
    limit: PageLimit = 20,
    reason: GapReason | None = None,
) -> GapListResponse:
    """List clusters of questions without an answer, or with a doubtful one, the most asked first.

    unanswered: no answer. low_confidence: an uncertain one. rejected: 不是, 不对, or the same
    question followed. handed_over: 转人工 followed, or the bot had failed. out_of_scope_named: of
    no intent, but names the brand or a topic of its entries.
    """
    result = await call_worker(
        state, lambda w: ListGaps(waiter=w, account=account.name, limit=limit, reason=reason)
    )
    return GapListResponse(**result)


@router.post("/{gap}/draft")
async def draft_answer(gap: Id, request: DraftRequest, state: State) -> DraftResponse:
    """Draft an answer for a person to review: an agent's answer to the question, else a model's."""
    state.get_account(request.account)
    result = await call_worker(
        state, lambda w: DraftAnswer(waiter=w, account=request.account, gap=gap)
    )
    if result["agent"]:
        result |= {"ai_generated": False, "label": LABEL_OF_AGENT}
    return DraftResponse(**result)


@router.post("/{gap}/approve")
async def approve_gap(gap: Id, request: ApproveGapRequest, state: State) -> EntryResponse:
    """Add the answer as an entry, live at once; closes the cluster's gaps, records the approver."""
    state.get_account(request.account)
    job = request.model_dump() | {"answer": as_message(request.answer)}
    return EntryResponse(**await call_worker(state, lambda w: ApproveGap(waiter=w, gap=gap, **job)))


@router.post("/{gap}/dismiss", status_code=204)
async def dismiss_gap(gap: Id, request: GapSelectionRequest, state: State) -> None:
    """Dismiss the cluster's questions: they aren't listed again."""
    state.get_account(request.account)
    await call_worker(state, lambda w: DismissGap(waiter=w, gap=gap, **request.model_dump()))


@router.post("/{gap}/add-to")
async def add_variants(gap: Id, request: AddVariantsRequest, state: State) -> EntryResponse:
    """Add the cluster's questions to an entry as variants; returns the changed entry."""
    state.get_account(request.account)
    return EntryResponse(
        **await call_worker(state, lambda w: AddVariant(waiter=w, gap=gap, **request.model_dump()))
    )
