"""REST for ads that are written from a brief, as a job with progress."""

import secrets
from dataclasses import asdict

from app.api.marketing.brief_facts import list_segment_audiences
from app.api.marketing.job_requests import queue_job
from app.api.parameters import PageLimit, PageOffset, RecordId
from app.api.schemas.marketing.ads.generation import (
    AdJobListResponse,
    AdJobResponse,
    CreateAdDraftRequest,
    GenerateAdsRequest,
    describe_ad_job,
)
from app.api.schemas.marketing.copy_jobs import MOST_SEED
from app.api.schemas.marketing.drafts import CopyDraftResponse, describe_draft
from app.deps import ServedAccount, State, api_router
from app.marketing.ads.drafts import AdDrafts
from app.marketing.ads.orders import KIND, AdOrder
from app.marketing.ads.platforms import get_platform
from app.marketing.content.briefs import Briefs
from app.marketing.jobs.queue import MarketingJobs

router = api_router("/api/v1/ads", "ads", "content")


@router.post("/generate", status_code=202)
async def generate_ads(request: GenerateAdsRequest, state: State) -> AdJobResponse:
    """Queue a job that writes ads. 404 for an unknown brief, platform or segment."""
    account = state.get_account(request.account)
    get_platform(request.platform)
    stored = await Briefs(state.engine).get(account.name, request.brief, request.version)
    segments = await list_segment_audiences(state, account.name, request.segments)
    free_words = request.audiences if request.audiences or segments else [""]
    order = AdOrder(
        brief=stored.id,
        brief_version=stored.version,
        platform=request.platform,
        audiences=(*free_words, *segments),
        segments=(*("" for _ in free_words), *request.segments),
        languages=tuple(request.languages) or (stored.brief.language,),
        count=request.count,
        seed=secrets.randbelow(MOST_SEED) if request.seed is None else request.seed,
        url=request.url,
    )
    return describe_ad_job(await queue_job(state, request, KIND, asdict(order)))


@router.post("/drafts", status_code=201)
async def create_ad_draft(request: CreateAdDraftRequest, state: State) -> CopyDraftResponse:
    """Take an ad as a draft: its first line is the title. It is approved as all drafts are."""
    account = state.get_account(request.account)
    draft = await AdDrafts(state.engine).create(
        account.name, author=request.author, job_id=request.job, ad_id=request.ad
    )
    return describe_draft(draft)


@router.get("/jobs")
async def list_ad_jobs(
    state: State,
    account: ServedAccount,
    offset: PageOffset = 0,
    limit: PageLimit = 20,
) -> AdJobListResponse:
    """List jobs, the latest first."""
    jobs = MarketingJobs(state.engine)
    page = await jobs.list_page(account.name, KIND, offset=offset, limit=limit)
    return AdJobListResponse(jobs=[describe_ad_job(job) for job in page])


@router.get("/jobs/{job}")
async def read_ad_job(job: RecordId, state: State, account: ServedAccount) -> AdJobResponse:
    """Read a job: its progress, and its ads as far as they are written."""
    return describe_ad_job(await MarketingJobs(state.engine).get(account.name, KIND, job))
