"""REST for digests: what followers answered is moderated, clustered, and becomes a draft."""

from dataclasses import asdict

from app.api.marketing.job_requests import queue_job
from app.api.parameters import RecordId
from app.api.schemas.marketing.social import (
    DigestPostRequest,
    DigestPostResponse,
    DigestRequest,
    DigestResponse,
    describe_digest_job,
)
from app.deps import ServedAccount, State, api_router
from app.errors import Refusal
from app.marketing.jobs.queue import MarketingJobs
from app.marketing.social.values import KIND, DigestOrder
from app.privacy import pii
from app.publishing.service import PostContent, open_post_service
from app.publishing.values import PostArticle

router = api_router("/api/v1/digests", "content", "content")


class DigestNotReady(Refusal):
    """The digest isn't made, or can't be."""

    status = 409
    name = "digest_not_ready"


@router.post("", status_code=202)
async def request_digest(request: DigestRequest, state: State) -> DigestResponse:
    """Queue a digest of answers; a worker makes it."""
    order = DigestOrder(
        question=request.question,
        texts=[pii.mask(text) for text in request.texts],  # the job keeps them for months
        post=request.post,
        article=request.article,
    )
    return describe_digest_job(await queue_job(state, request, KIND, asdict(order)))


@router.get("/{job}")
async def read_digest(job: RecordId, state: State, account: ServedAccount) -> DigestResponse:
    """Read a digest: its progress, and the groups once it is done."""
    return describe_digest_job(await MarketingJobs(state.engine).get(account.name, KIND, job))


@router.post("/{job}/post", status_code=201)
async def draft_digest(
    job: RecordId, request: DigestPostRequest, state: State
) -> DigestPostResponse:
    """Make a draft of a digest, to be edited and approved as any post. 409 until it is made."""
    account = state.get_account(request.account)
    digest = await MarketingJobs(state.engine).get(account.name, KIND, job)
    if digest.state != "done":
        raise DigestNotReady(digest.reason or "合集还没有整理完，请稍后再试")
    article = PostArticle(title=request.title, source=request.text or digest.result["markdown"])
    posts = open_post_service(state.engine)
    post = await posts.create(account.name, request.author, PostContent(articles=(article,)))
    return DigestPostResponse(post=post.id)
