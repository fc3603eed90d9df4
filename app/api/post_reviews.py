"""Reviews a post that came from a copy draft, before it is approved: a worker checks its claims."""

from collections.abc import Sequence
from functools import partial

from app.api.worker_client import call_worker
from app.deps import AppState
from app.jobs import ReviewDraft
from app.marketing.content.drafts.repository import CopyDrafts
from app.publishing.approval_policy import OpenPoint
from app.publishing.service import PostService, open_post_service
from app.publishing.values import Post


def open_reviewed_posts(state: AppState) -> PostService:
    """The service that approves a post of a draft only once its claims are reviewed, too."""
    return open_post_service(state.engine, reviewers=(partial(review_draft_of_post, state),))


async def review_draft_of_post(state: AppState, post: Post) -> Sequence[OpenPoint]:
    """What is open in the latest text by its draft's brief; nothing for other posts.

    Raises Overloaded where no worker answers.
    """
    draft = await CopyDrafts(state.engine).find_by_post(post.account, post.id)
    if draft is None:
        return ()
    request = ReviewDraft(waiter="", account=post.account, draft=draft.id)
    review = await call_worker(state, lambda waiter: request.model_copy(update={"waiter": waiter}))
    return [OpenPoint(**point) for point in review["open_points"]]
