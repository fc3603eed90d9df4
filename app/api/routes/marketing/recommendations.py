"""REST for recommendations: items for one follower, and for all followers of a segment."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import Path, Query
from fastapi.responses import StreamingResponse

from app.api.parameters import PageLimit, RecordId
from app.api.schemas.marketing.recommendations import (
    BatchFollowerResponse,
    BatchFollowersResponse,
    BatchItemResponse,
    BatchJobResponse,
    BatchListResponse,
    BatchMessagesRequest,
    BatchPostsRequest,
    BatchResponse,
    CreateBatchRequest,
    RecommendationResponse,
    describe_batch,
    describe_batch_job,
)
from app.api.worker_client import call_worker
from app.deps import ServedAccount, State, api_router
from app.jobs import RecommendItems
from app.marketing.audience.segment_repository import Segments
from app.marketing.events.item_repository import Items
from app.marketing.jobs.queue import MarketingJobs, UnknownJob
from app.marketing.recommend.batches import approving
from app.marketing.recommend.batches.group_repository import BatchGroups
from app.marketing.recommend.batches.repository import BatchItems, select_batch
from app.marketing.recommend.batches.values import (
    BATCH,
    MESSAGES,
    POSTS,
    BatchOrder,
    MessagesOrder,
    PostsOrder,
)
from app.marketing.recommend.values import MOST_ITEMS
from app.publishing.service import open_post_service
from app.publishing.statistics.files import stream_csv
from app.publishing.statistics.repository import StoredStatistics

router = api_router("/api/v1/recommendations", "recommendations", "events")


@router.post("/batches", status_code=202)
async def create_batch(request: CreateBatchRequest, state: State) -> BatchResponse:
    """Queue the computation of items for each follower of a segment. Nothing is sent."""
    account = state.get_account(request.account)
    await Segments(state.engine).get(account.name, request.segment)
    order = asdict(
        BatchOrder(
            segment=request.segment,
            count=request.count,
            campaign=request.campaign,
            groups=request.groups,
        )
    )
    job = await MarketingJobs(state.engine).add(account.name, BATCH, request.author, order)
    return describe_batch(job)


@router.get("/batches")
async def list_batches(
    state: State,
    account: ServedAccount,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    limit: PageLimit = 20,
) -> BatchListResponse:
    """List batches, the latest first."""
    jobs = MarketingJobs(state.engine)
    page = await jobs.list_page(account.name, BATCH, offset=offset, limit=limit)
    return BatchListResponse(batches=[describe_batch(job) for job in page])


@router.get("/batches/{batch}")
async def read_batch(batch: RecordId, state: State, account: ServedAccount) -> BatchResponse:
    """Read a batch: its progress, what was computed, and its groups."""
    job = await MarketingJobs(state.engine).get(account.name, BATCH, batch)
    groups = await BatchGroups(state.engine).list_all(account.name, batch)
    items = await Items(state.engine).list_by_ids(account.name, [each.item for each in groups])
    return describe_batch(job, groups, items)


@router.get("/batches/{batch}/followers")
async def list_batch_followers(
    batch: RecordId,
    state: State,
    account: ServedAccount,
    after: Annotated[str, Query(max_length=32)] = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> BatchFollowersResponse:
    """List the followers of a batch with their items, those behind the pseudonym `after`."""
    await MarketingJobs(state.engine).get(account.name, BATCH, batch)
    page = await BatchItems(state.engine).list_page(account.name, batch, after=after, limit=limit)
    followers = [
        BatchFollowerResponse(
            pseudonym=pseudonym,
            items=[BatchItemResponse.model_validate(asdict(row)) for row in rows],
        )
        for pseudonym, rows in page.items()
    ]
    return BatchFollowersResponse(
        followers=followers, after=followers[-1].pseudonym if len(followers) == limit else ""
    )


@router.get("/batches/{batch}/export", response_class=StreamingResponse)
async def export_batch(batch: RecordId, state: State, account: ServedAccount) -> StreamingResponse:
    """Download the items of all followers of a batch as CSV."""
    await MarketingJobs(state.engine).get(account.name, BATCH, batch)
    rows = stream_csv(StoredStatistics(state.engine), select_batch(account.name, batch))
    headers = {"Content-Disposition": f'attachment; filename="{batch}.csv"'}
    return StreamingResponse(rows, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/batches/{batch}/posts", status_code=202)
async def draft_batch_posts(
    batch: RecordId, request: BatchPostsRequest, state: State
) -> BatchJobResponse:
    """Queue a job: each group gets a tag of the platform and a draft post to it, which is approved
    and sent as any mass message. 403 where the account can't send to tags."""
    account, jobs = state.get_account(request.account), MarketingJobs(state.engine)
    await approving.check_posts(jobs, account, batch)
    order = asdict(PostsOrder(batch=batch, action=request.action))
    return describe_batch_job(await jobs.add(account.name, POSTS, request.author, order))


@router.post("/batches/{batch}/messages", status_code=202)
async def send_batch_messages(
    batch: RecordId, request: BatchMessagesRequest, state: State
) -> BatchJobResponse:
    """Approve and send: a card to each follower who may be written to now (48 hours), but for those
    whose group has a post. Not by the author of the batch; 422 where texts have findings and no
    `reason` is given."""
    account, jobs = state.get_account(request.account), MarketingJobs(state.engine)
    posts = open_post_service(state.engine)
    await approving.approve_messages(
        jobs, posts, account, batch, by=request.by, reason=request.reason
    )
    order = asdict(MessagesOrder(batch=batch, reason=request.reason))
    return describe_batch_job(await jobs.add(account.name, MESSAGES, request.by, order))


@router.get("/batches/{batch}/{work}/{job}")
async def read_batch_job(
    batch: RecordId,
    work: Literal["posts", "messages"],
    job: RecordId,
    state: State,
    account: ServedAccount,
) -> BatchJobResponse:
    """Read a job of a batch: its progress and what came of it."""
    stored = await MarketingJobs(state.engine).get(account.name, f"batch_{work}", job)
    if stored.request["batch"] != batch:
        raise UnknownJob(
            f"batch {batch!r} has no job {job!r}",
            chinese=f"这一批推荐 {batch!r} 没有任务 {job!r}",
        )
    return describe_batch_job(stored)


@router.get("/{openid}")
async def recommend_items(
    openid: Annotated[str, Path(min_length=1, max_length=64)],
    state: State,
    account: ServedAccount,
    count: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = 3,
    question: Annotated[str, Query(max_length=200)] = "",
    record: bool = True,
) -> RecommendationResponse:
    """Items for a follower, each with its strategy and reason.

    What is answered counts as shown, and is stored as exposures, unless `record` is false.
    `question`: what the follower asks for, such as 送妈妈什么好.
    """
    answer = await call_worker(
        state,
        lambda waiter: RecommendItems(
            waiter=waiter,
            account=account.name,
            openid=openid,
            count=count,
            question=question,
            records=record,
        ),
    )
    return RecommendationResponse.model_validate(answer)
