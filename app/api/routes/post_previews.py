"""REST for what posts will look like: check, preview page, phone preview, HTML to paste."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import HTMLResponse

from app.api.routes.posts import PostId
from app.api.schemas.post_previews import (
    CheckArticlesRequest,
    CheckArticlesResponse,
    ExportResponse,
    PhonePreviewRequest,
    PhonePreviewResponse,
)
from app.api.worker_client import call_worker
from app.deps import ServedAccount, State, api_router
from app.jobs import CheckArticles, PreviewOnPhone, PreviewPost
from app.publishing.rows import ARTICLES
from app.publishing.values import MAX_ARTICLES

router = api_router("/api/v1/posts", "posts", "posts")
ArticleNumber = Annotated[int, Query(ge=1, le=MAX_ARTICLES)]
# An author's HTML: nothing runs in the page, and nothing but images is loaded.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; "
        "base-uri 'none'; form-action 'none'; sandbox"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_ADVICE = "复制 content 中的 HTML，粘贴到公众平台后台的图文编辑器，检查预览后发布。"
_PICTURE_ADVICE = (
    "在公众平台后台新建“图片消息”，按顺序上传 pictures 中的图片，"
    "粘贴标题和 content 中的文字，检查预览后发布。"
)


@router.post("/check")
async def check_articles(request: CheckArticlesRequest, state: State) -> CheckArticlesResponse:
    """Render articles and list what is wrong with them, images too. Nothing is stored or sent."""
    account = state.get_account(request.account)
    items = tuple(item.to_item() for item in request.articles)
    articles = ARTICLES.dump_python(items, mode="json")
    result = await call_worker(
        state, lambda w: CheckArticles(waiter=w, account=account.name, articles=articles)
    )
    return CheckArticlesResponse(articles=result)


@router.get("/{post}/preview", response_class=HTMLResponse)
async def preview_post(
    post: PostId, state: State, account: ServedAccount, article: ArticleNumber = 1
) -> HTMLResponse:
    """Show an article at the width of a phone, with a switch for dark mode: the draft's bytes."""
    result = await call_worker(
        state, lambda w: PreviewPost(waiter=w, account=account.name, post=post, article=article)
    )
    return HTMLResponse(result["html"], headers=_HEADERS)


@router.get("/{post}/export")
async def export_post(
    post: PostId, state: State, account: ServedAccount, article: ArticleNumber = 1
) -> ExportResponse:
    """The HTML of an article, for accounts that may not publish over the API, and its findings."""
    result = await call_worker(
        state, lambda w: PreviewPost(waiter=w, account=account.name, post=post, article=article)
    )
    return ExportResponse(
        **{name: result[name] for name in ("title", "content", "pictures", "findings")},
        advice=_PICTURE_ADVICE if result["pictures"] else _ADVICE,
    )


@router.post("/{post}/phone-preview")
async def preview_on_phone(
    post: PostId, request: PhonePreviewRequest, state: State
) -> PhonePreviewResponse:
    """Send a preview to the phone of one 微信号; the draft is stored on the platform."""
    account = state.get_account(request.account)
    result = await call_worker(
        state,
        lambda w: PreviewOnPhone(
            waiter=w, account=account.name, post=post, wechat_name=request.wechat_name
        ),
    )
    return PhonePreviewResponse(**result)
