"""REST for an account's own click model: trained on its tests, and described."""

from app.api.marketing.job_requests import queue_job
from app.api.parameters import PageLimit, PageOffset, RecordId
from app.api.schemas.marketing.ads.model import (
    ClickModelJobListResponse,
    ClickModelJobResponse,
    ClickModelResponse,
    TrainClickModelRequest,
    describe_click_model_job,
)
from app.api.worker_client import call_worker
from app.deps import ServedAccount, State, api_router
from app.jobs import ReadClickModel
from app.marketing.ctr.model_jobs import FEWEST_CLICKS, FEWEST_TESTS, KIND
from app.marketing.jobs.queue import MarketingJobs

router = api_router("/api/v1/ads/model", "ads", "content")


@router.get("")
async def read_click_model(state: State, account: ServedAccount) -> ClickModelResponse:
    """Read which click model is in use, what it has learnt from, and the last training."""
    answer = await call_worker(
        state, lambda waiter: ReadClickModel(waiter=waiter, account=account.name)
    )
    last = await MarketingJobs(state.engine).list_page(account.name, KIND, limit=1)
    return ClickModelResponse(
        account=account.name,
        needed_tests=FEWEST_TESTS,
        needed_clicks=FEWEST_CLICKS,
        last_training=describe_click_model_job(last[0]) if last else None,
        **answer,
    )


@router.post("/train", status_code=202)
async def train_click_model(request: TrainClickModelRequest, state: State) -> ClickModelJobResponse:
    """Queue a training on the account's ended tests. A model that isn't worse is used at once."""
    return describe_click_model_job(await queue_job(state, request, KIND, {}))


@router.get("/trainings")
async def list_trainings(
    state: State,
    account: ServedAccount,
    offset: PageOffset = 0,
    limit: PageLimit = 20,
) -> ClickModelJobListResponse:
    """List trainings, the latest first."""
    jobs = MarketingJobs(state.engine)
    page = await jobs.list_page(account.name, KIND, offset=offset, limit=limit)
    return ClickModelJobListResponse(trainings=[describe_click_model_job(job) for job in page])


@router.get("/trainings/{training}")
async def read_training(
    training: RecordId, state: State, account: ServedAccount
) -> ClickModelJobResponse:
    """Read a training: its progress, and what came of it."""
    job = await MarketingJobs(state.engine).get(account.name, KIND, training)
    return describe_click_model_job(job)
