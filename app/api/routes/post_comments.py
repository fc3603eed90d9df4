"""REST for comments under published posts: list, elect, answer, delete, close."""

from typing import Annotated

from fastapi import Query

from app.api.routes.post_previews import ArticleNumber
from app.api.routes.posts import PostId
from app.api.schemas.post_comments import (
    CommentActionRequest,
    CommentListResponse,
    CommentReplyRequest,
    SuggestReplyRequest,
    SuggestReplyResponse,
)
from app.api.worker_client import call_worker
from app.deps import ServedAccount, State, api_router
from app.jobs import ManageComments, PreviewReply

router = api_router("/api/v1/posts", "posts", "posts")
_READER = "comment"  # the openid under which suggestions are made: nobody's session


@router.get("/{post}/comments")
async def list_comments(
    post: PostId,
    state: State,
    account: ServedAccount,
    article: ArticleNumber = 1,
    begin: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    count: Annotated[int, Query(ge=1, le=49)] = 49,
) -> CommentListResponse:
    """List comments on a published article. 403 for accounts without the right to comments."""
    result = await call_worker(
        state,
        lambda w: ManageComments(
            waiter=w, account=account.name, post=post, article=article, action="list",
            begin=begin, count=count,
        ),
    )  # fmt: skip
    return CommentListResponse(**result)


@router.post("/{post}/comments/actions", status_code=204)
async def act_on_comment(post: PostId, request: CommentActionRequest, state: State) -> None:
    """Open or close the comments of an article; elect, unelect or delete a comment, or a reply."""
    state.get_account(request.account)
    await call_worker(state, lambda w: ManageComments(waiter=w, post=post, **request.model_dump()))


@router.post("/{post}/comments/replies", status_code=204)
async def reply_to_comment(post: PostId, request: CommentReplyRequest, state: State) -> None:
    """Reply to a comment, once, with a text that a named person has approved."""
    state.get_account(request.account)
    await call_worker(
        state,
        lambda w: ManageComments(waiter=w, post=post, action="reply", **request.model_dump()),
    )


@router.post("/{post}/comments/suggestion")
async def suggest_reply(
    post: PostId, request: SuggestReplyRequest, state: State
) -> SuggestReplyResponse:
    """What the bot would answer to a comment. Nothing is sent or stored."""
    state.get_account(request.account)
    result = await call_worker(
        state,
        lambda w: PreviewReply(
            waiter=w, account=request.account, openid=_READER, text=request.text
        ),
    )
    return SuggestReplyResponse(reply=result["reply"])
