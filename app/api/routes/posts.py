"""REST for posts: write, submit, approve, schedule, withdraw. Workers send them."""

from datetime import datetime
from typing import Annotated

from fastapi import Path, Query

from app.api.parameters import PageLimit, PageOffset
from app.api.post_reviews import open_reviewed_posts
from app.api.post_zone import read_zone
from app.api.schemas.posts import (
    ApprovePostRequest,
    CreatePostRequest,
    EditPostRequest,
    PostDetailsResponse,
    PostEditListResponse,
    PostFindingListResponse,
    PostListResponse,
    PostResponse,
    RejectPostRequest,
    SchedulePostRequest,
    SettlePostRequest,
    SubmitPostRequest,
    UnschedulePostRequest,
    describe_details,
    describe_edit,
    describe_findings,
    describe_post,
    describe_summary,
)
from app.api.worker_client import call_worker
from app.deps import ServedAccount, State, api_router
from app.jobs import CheckArticles
from app.publishing.repository import Posts
from app.publishing.rows import ARTICLES
from app.publishing.service import open_post_service
from app.publishing.steps import PostSteps
from app.publishing.values import PostState

router = api_router("/api/v1/posts", "posts", "posts")
PostId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


@router.post("", status_code=201)
async def create_post(request: CreatePostRequest, state: State) -> PostResponse:
    """Store a draft; nothing is sent before a named person has approved it."""
    account = state.get_account(request.account)
    service = open_post_service(state.engine)
    return describe_post(await service.create(account.name, request.author, request.to_content()))


@router.get("")
async def list_posts(
    state: State,
    account: ServedAccount,
    post_state: Annotated[PostState | None, Query(alias="state")] = None,
    offset: PageOffset = 0,
    limit: PageLimit = 20,
) -> PostListResponse:
    """List posts, the last changed first."""
    posts = await Posts(state.engine).list_page(
        account.name, state=post_state, offset=offset, limit=limit
    )
    return PostListResponse(posts=[describe_summary(post) for post in posts])


@router.get("/{post}")
async def read_post(post: PostId, state: State, account: ServedAccount) -> PostDetailsResponse:
    """Read a post, its steps on the platform, and the addresses of its published articles."""
    stored_post = await Posts(state.engine).get(account.name, post)
    return describe_details(stored_post, await PostSteps(state.engine).list_all(stored_post))


@router.put("/{post}")
async def edit_post(post: PostId, request: EditPostRequest, state: State) -> PostResponse:
    """Store the next version; an approval of the former one is void. 409 for another version."""
    account = state.get_account(request.account)
    edited_post = await open_post_service(state.engine).edit(
        account.name,
        post,
        editor=request.editor,
        version=request.version,
        content=request.to_content(),
    )
    return describe_post(edited_post)


@router.get("/{post}/edits")
async def list_edits(post: PostId, state: State, account: ServedAccount) -> PostEditListResponse:
    """List all versions: who edited, and a unified diff for each changed field."""
    edits = await Posts(state.engine).list_edits(account.name, post)
    return PostEditListResponse(edits=[describe_edit(edit) for edit in edits])


@router.get("/{post}/findings")
async def list_findings(
    post: PostId, state: State, account: ServedAccount
) -> PostFindingListResponse:
    """List what may break the Advertising Law or the platform's rules, with better wordings.

    `open_points` is all that an approval refuses without a reason: also claims without a fact,
    missing notices and other faults of a post that came from a copy draft.
    """
    service = open_reviewed_posts(state)
    findings = await service.list_findings(account.name, post)
    points = await service.list_open_points(account.name, post)
    return describe_findings(findings, points)


@router.post("/{post}/submit")
async def submit_post(post: PostId, request: SubmitPostRequest, state: State) -> PostResponse:
    """Hand the version to the approvers. 422 names what the platform would refuse, and of a mass
    message an audience that nobody is in.
    """
    account = state.get_account(request.account)
    stored_post = await Posts(state.engine).get(account.name, post)
    check = CheckArticles(
        waiter="",
        account=account.name,
        articles=ARTICLES.dump_python(stored_post.articles, mode="json"),
        strict=True,
        tag_ids=list(stored_post.audience.tag_ids) if stored_post.channel == "mass" else None,
    )
    await call_worker(state, lambda w: check.model_copy(update={"waiter": w}))
    service = open_post_service(state.engine)
    return describe_post(await service.submit(account.name, post, request.version))


@router.post("/{post}/approve")
async def approve_post(post: PostId, request: ApprovePostRequest, state: State) -> PostResponse:
    """Approve the version that was read: 409 when it changed, 403 for its author or an editor.

    422 names what may break the Advertising Law, and in a post of a copy draft the claims that no
    fact of its brief supports, unless `reason` signs for it.
    """
    account = state.get_account(request.account)
    service = open_reviewed_posts(state)
    approved_post = await service.approve(
        account.name, post, by=request.by, version=request.version, reason=request.reason
    )
    return describe_post(approved_post)


@router.post("/{post}/reject")
async def reject_post(post: PostId, request: RejectPostRequest, state: State) -> PostResponse:
    """Send a post back to its author with a reason."""
    account = state.get_account(request.account)
    service = open_post_service(state.engine)
    return describe_post(
        await service.reject(account.name, post, by=request.by, reason=request.reason)
    )


@router.post("/{post}/schedule")
async def schedule_post(post: PostId, request: SchedulePostRequest, state: State) -> PostResponse:
    """Send an approved post at a time in the account's zone, or now. 422 for the past."""
    account = state.get_account(request.account)
    at = request.at
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=await read_zone(state.engine, account.name))
    service = open_post_service(state.engine)
    return describe_post(await service.schedule(account.name, post, _to_timestamp(at)))


@router.post("/{post}/unschedule")
async def unschedule_post(
    post: PostId, request: UnschedulePostRequest, state: State
) -> PostResponse:
    """Take a post off the calendar; the approval stays. 409 once sending has begun."""
    account = state.get_account(request.account)
    service = open_post_service(state.engine)
    return describe_post(await service.unschedule(account.name, post))


@router.post("/{post}/withdraw")
async def withdraw_post(post: PostId, request: RejectPostRequest, state: State) -> PostResponse:
    """Drop a post; a published one is deleted from the platform. 409 while it is being sent."""
    account = state.get_account(request.account)
    service = open_post_service(state.engine)
    return describe_post(
        await service.withdraw(account.name, post, by=request.by, reason=request.reason)
    )


@router.post("/{post}/settle")
async def settle_post(post: PostId, request: SettlePostRequest, state: State) -> PostResponse:
    """Say whether a post is published of which the platform told nothing. 409 for other states."""
    account = state.get_account(request.account)
    service = open_post_service(state.engine)
    return describe_post(
        await service.settle(account.name, post, by=request.by, is_published=request.is_published)
    )


def _to_timestamp(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()
