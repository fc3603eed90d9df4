"""Answers worker requests about content: product sheets, and the review of drafts."""

from typing import Any, assert_never

from sqlalchemy.ext.asyncio import AsyncEngine

from app.jobs import ApproveDraft, ImportBriefs, ReviewDraft
from app.marketing.content.drafts.approval import DraftApproval, ListMisfits
from app.marketing.content.sheets.importing import import_briefs

ContentRequest = ImportBriefs | ReviewDraft | ApproveDraft


async def answer_content_request(
    engine: AsyncEngine, request: ContentRequest, list_misfits: ListMisfits
) -> Any:
    """The answer as JSON values. Raises Refusal."""
    match request:
        case ImportBriefs():
            return await import_briefs(engine, request)
        case ReviewDraft():
            return await DraftApproval(engine, list_misfits).review(request)
        case ApproveDraft():
            return await DraftApproval(engine, list_misfits).approve(request)
        case _:
            assert_never(request)
