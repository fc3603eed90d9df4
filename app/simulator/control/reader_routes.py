"""Readers of published articles: they visit and comment."""

from fastapi import APIRouter, HTTPException

from app.simulator.control.bodies import CommentRequest, CommentResponse, VisitRequest
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.platform import Platform
from app.simulator.publishing.articles import PublishedArticles
from app.simulator.publishing.comment_threads import add_comment
from app.simulator.statistics.store import ArticleVisit, StatisticsStore

NO_ARTICLE = "no published article has this msg_data_id and index: /simulator/articles has them"
COMMENTS_CLOSED = 88000  # errcode
COMMENTS_CLOSED_ADVICE = "the article takes no comments: set open_comments, or call comment/open"


def build_reader_router(platform: Platform) -> APIRouter:
    """Routes of what readers of articles do."""
    router = APIRouter(tags=["readers"])

    @router.post("/comments")
    async def comment(request: CommentRequest) -> CommentResponse:
        try:
            added = add_comment(
                platform.account(), request.msg_data_id, request.index,
                openid=request.openid, content=request.content, now=platform.clock(),
            )  # fmt: skip
        except Refused as refused:
            raise HTTPException(*_explain_comment(refused)) from refused
        return CommentResponse(user_comment_id=added.comment_id)

    @router.post("/visits", status_code=204)
    async def visit(request: VisitRequest) -> None:
        try:
            _store_visit(platform, request)
        except Refused as refused:
            raise HTTPException(404, NO_ARTICLE) from refused

    return router


def _explain_comment(refused: Refused) -> tuple[int, str]:
    if refused.errcode == COMMENTS_CLOSED:
        return 409, COMMENTS_CLOSED_ADVICE
    return 404, NO_ARTICLE


def _store_visit(platform: Platform, request: VisitRequest) -> None:
    """Raises Refused with 88001 where there is no such article."""
    published = platform.account().store(PublishedArticles)
    message = published.find_by_data_id(request.msg_data_id, platform.clock())
    refuse_unless(request.index < len(message.articles), 88001)
    fields = request.model_dump(exclude={"msg_data_id", "index"})
    msgid = f"{request.msg_data_id}_{request.index + 1}"
    visit = ArticleVisit(msgid=msgid, at=platform.clock(), **fields)
    platform.account().store(StatisticsStore).visits.append(visit)
