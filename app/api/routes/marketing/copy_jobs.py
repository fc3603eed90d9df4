"""REST for copy: variants of a text are written from a brief, as a job with progress."""

import secrets
from dataclasses import asdict
from typing import Annotated

from fastapi import Header
from fastapi.responses import StreamingResponse

from app.api.marketing.copy_events import CopyJobEvents
from app.api.marketing.job_requests import queue_job
from app.api.parameters import PageLimit, PageOffset, RecordId
from app.api.schemas.marketing.copy_jobs import (
    MOST_SEED,
    CopyJobListResponse,
    CopyJobResponse,
    GenerateCopyRequest,
    describe_job,
)
from app.deps import ServedAccount, State, api_router
from app.marketing.content.briefs import Briefs
from app.marketing.content.copy_jobs import KIND, CopyOrder, check_comment
from app.marketing.jobs.queue import MarketingJobs

router = api_router("/api/v1/content", "content", "content")
LastEventId = Annotated[int, Header(ge=0, le=1_000)]


@router.post("/generate", status_code=202)
async def generate_copy(request: GenerateCopyRequest, state: State) -> CopyJobResponse:
    """Queue a job that writes variants; a worker runs it. 404 for an unknown brief.

    A brief for replies needs the comment to answer (422 `misplaced_comment`).
    """
    account = state.get_account(request.account)
    brief = await Briefs(state.engine).get(account.name, request.brief, request.version)
    check_comment(brief.brief, request.comment)
    order = CopyOrder(
        brief=brief.id,
        brief_version=brief.version,
        count=request.count,
        seed=secrets.randbelow(MOST_SEED) if request.seed is None else request.seed,
        comment=request.comment.model_dump() if request.comment else None,
        languages=[each for each in request.languages if each != brief.brief.language],
    )
    return describe_job(await queue_job(state, request, KIND, asdict(order)))


@router.get("/jobs")
async def list_copy_jobs(
    state: State,
    account: ServedAccount,
    offset: PageOffset = 0,
    limit: PageLimit = 20,
) -> CopyJobListResponse:
    """List jobs, the latest first."""
    page = await MarketingJobs(state.engine).list_page(
        account.name, KIND, offset=offset, limit=limit
    )
    return CopyJobListResponse(jobs=[describe_job(job) for job in page])


@router.get("/jobs/{job}")
async def read_copy_job(job: RecordId, state: State, account: ServedAccount) -> CopyJobResponse:
    """Read a job: its progress, and its variants once it is done."""
    return describe_job(await MarketingJobs(state.engine).get(account.name, KIND, job))


@router.get("/jobs/{job}/events", response_class=StreamingResponse)
async def follow_copy_job(
    job: RecordId, state: State, account: ServedAccount, last_event_id: LastEventId = 0
) -> StreamingResponse:
    """Follow a job by server-sent events: `variant`, `progress`, at last `done` or `failed`.

    There is a `variant` for each text as it is written, more than are chosen; `done` has the job
    with those that were, and with their translations.

    The connection ends after half a minute; with `Last-Event-ID` the events after it are sent.
    """
    jobs = MarketingJobs(state.engine)
    await jobs.get(account.name, KIND, job)
    events = CopyJobEvents(jobs=jobs, account=account.name, job=job)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = events.follow(last_event_id)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)
