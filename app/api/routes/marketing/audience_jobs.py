"""REST for what is computed of the audience: profiles, clusters, funnels, retention."""

from dataclasses import asdict
from datetime import datetime

from app.api.day_spans import check_begun
from app.api.marketing.job_requests import queue_job
from app.api.parameters import RecordId
from app.api.schemas.marketing.audience import (
    AudienceJobResponse,
    ClustersJobRequest,
    FunnelJobRequest,
    LookalikesJobRequest,
    ProfilesJobRequest,
    RetentionJobRequest,
    describe_audience_job,
)
from app.deps import ServedAccount, State, api_router
from app.kit.clock import CHINA
from app.marketing.audience import jobs
from app.marketing.audience.segment_repository import Segments
from app.marketing.jobs.queue import MarketingJobs

router = api_router("/api/v1/audience/jobs", "audience", "audience")


@router.post("/profiles", status_code=202)
async def compute_profiles(request: ProfilesJobRequest, state: State) -> AudienceJobResponse:
    """Compute all profiles now, from the events of the last 400 days."""
    return describe_audience_job(await queue_job(state, request, jobs.PROFILES, {}))


@router.post("/clusters", status_code=202)
async def cluster_followers(request: ClustersJobRequest, state: State) -> AudienceJobResponse:
    """Cluster the profiles; each cluster becomes a segment with a name and a description."""
    order = asdict(jobs.ClusterOrder(method=request.method))
    return describe_audience_job(await queue_job(state, request, jobs.CLUSTERS, order))


@router.post("/lookalikes", status_code=202)
async def find_lookalikes(request: LookalikesJobRequest, state: State) -> AudienceJobResponse:
    """Find followers like those of a segment, and store them as a segment."""
    account = state.get_account(request.account)
    await Segments(state.engine).get(account.name, request.segment)
    order = jobs.LookalikeOrder(segment=request.segment, name=request.name, count=request.count)
    return describe_audience_job(await queue_job(state, request, jobs.LOOKALIKES, asdict(order)))


@router.post("/funnel", status_code=202)
async def measure_funnel(request: FunnelJobRequest, state: State) -> AudienceJobResponse:
    """Measure how many followers did each step, one after the other. 422 for a future `since`."""
    check_begun(request.since, "since")
    since = datetime(request.since.year, request.since.month, request.since.day, tzinfo=CHINA)
    order = jobs.FunnelOrder(
        since=since.timestamp(),
        steps=[step.value for step in request.steps],
        within_days=request.within_days,
    )
    return describe_audience_job(await queue_job(state, request, jobs.FUNNEL, asdict(order)))


@router.post("/retention", status_code=202)
async def measure_retention(request: RetentionJobRequest, state: State) -> AudienceJobResponse:
    """Measure how many followers of each week come back in the weeks after."""
    order = jobs.RetentionOrder(weeks=request.weeks)
    return describe_audience_job(await queue_job(state, request, jobs.RETENTION, asdict(order)))


@router.get("/{kind}/{job}")
async def read_audience_job(
    kind: jobs.AudienceKind, job: RecordId, state: State, account: ServedAccount
) -> AudienceJobResponse:
    """Read a job: its progress, and its result once it is done."""
    return describe_audience_job(await MarketingJobs(state.engine).get(account.name, kind, job))
