"""REST for effects: reports of contents, the change of a series, the uplift of segments."""

from dataclasses import asdict

from fastapi.responses import HTMLResponse

from app.api.day_spans import check_past_span
from app.api.marketing.job_requests import queue_job
from app.api.parameters import PageLimit, PageOffset, RecordId
from app.api.schemas.marketing.effects import (
    ChangeRequest,
    ChangeResponse,
    EffectReportListResponse,
    EffectReportRequest,
    EffectReportResponse,
    UpliftRequest,
    UpliftResponse,
    describe_report_job,
)
from app.api.worker_client import call_worker
from app.deps import ServedAccount, State, api_router
from app.errors import Refusal
from app.jobs import EstimateChange, EstimateUplift
from app.marketing.effects.jobs import KIND, EffectOrder
from app.marketing.effects.page import render_page
from app.marketing.effects.stored_reports import read_report
from app.marketing.jobs.queue import MarketingJobs

router = api_router("/api/v1/effects", "effects", "effects")
MOST_DAYS = 731


class ReportNotReady(Refusal):
    """The report isn't written, or can't be."""

    status = 409
    name = "report_not_ready"


@router.post("/reports", status_code=202)
async def request_effect_report(request: EffectReportRequest, state: State) -> EffectReportResponse:
    """Queue a report of contents; a worker writes it."""
    check_past_span(request.first, request.last, MOST_DAYS)
    order = EffectOrder(
        source=request.source,
        first=request.first.isoformat(),
        last=request.last.isoformat(),
        metrics=list(dict.fromkeys(request.metrics)),
    )
    return describe_report_job(await queue_job(state, request, KIND, asdict(order)))


@router.get("/reports")
async def list_effect_reports(
    state: State,
    account: ServedAccount,
    offset: PageOffset = 0,
    limit: PageLimit = 20,
) -> EffectReportListResponse:
    """List reports, the latest first."""
    page = await MarketingJobs(state.engine).list_page(
        account.name, KIND, offset=offset, limit=limit
    )
    return EffectReportListResponse(reports=[describe_report_job(job) for job in page])


@router.get("/reports/{job}")
async def read_effect_report(
    job: RecordId, state: State, account: ServedAccount
) -> EffectReportResponse:
    """Read a report: its progress, and what it says once it is done."""
    return describe_report_job(await MarketingJobs(state.engine).get(account.name, KIND, job))


@router.get("/reports/{job}/page", response_class=HTMLResponse)
async def show_effect_report(job: RecordId, state: State, account: ServedAccount) -> HTMLResponse:
    """The report as one page that needs nothing from outside. 409 until it is written."""
    report = await MarketingJobs(state.engine).get(account.name, KIND, job)
    if report.state != "done":
        raise ReportNotReady(report.reason or "报告还没有写完，请稍后再打开")
    title = f"内容效果报告 {report.request['first']} 至 {report.request['last']}"
    return HTMLResponse(render_page(title, read_report(report.result)))


@router.post("/changes")
async def estimate_change(request: ChangeRequest, state: State) -> ChangeResponse:
    """What changed in a series on a day, beyond what its control did. Nothing is stored."""
    content = request.model_dump(mode="json")
    answer = await call_worker(state, lambda waiter: EstimateChange(waiter=waiter, **content))
    return ChangeResponse.model_validate(answer)


@router.post("/uplift")
async def estimate_uplift(request: UpliftRequest, state: State) -> UpliftResponse:
    """The uplift of each segment, and whether segments differ at all. Nothing is stored."""
    content = request.model_dump(mode="json")
    answer = await call_worker(state, lambda waiter: EstimateUplift(waiter=waiter, **content))
    return UpliftResponse.model_validate(answer)
