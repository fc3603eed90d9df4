"""REST for the platform's statistics by day and by article, as JSON, CSV and Parquet."""

import time
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from fastapi.responses import StreamingResponse
from sqlalchemy import Select

from app.accounts import Account
from app.api.day_spans import BadSpan, QueryDay, check_past_span, check_span
from app.api.parameters import PageOffset
from app.api.schemas.statistics import (
    AccountDayListResponse,
    AccountDayResponse,
    ArticleDayListResponse,
    ArticleDayResponse,
    RefetchRequest,
    RefetchResponse,
    describe_open_day,
)
from app.deps import AppState, ServedAccount, State, api_router
from app.errors import Refusal
from app.publishing.post_comments import UnknownArticle
from app.publishing.repository import Posts
from app.publishing.statistics.fetch_log import FetchLog
from app.publishing.statistics.files import stream_csv, stream_parquet
from app.publishing.statistics.plan import find_last_day
from app.publishing.statistics.repository import (
    StoredStatistics,
    select_account_days,
    select_article_days,
)
from app.publishing.steps import PostSteps

router = api_router("/api/v1/statistics", "statistics", "statistics")
Format = Literal["csv", "parquet"]
MOST_DAYS, MOST_REFETCHED = 366, 92
MEDIA: Mapping[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


class SecretMissing(Refusal):
    """The account has no AppSecret, without which the platform tells nothing."""

    status = 409
    name = "secret_missing"


async def find_article_days(
    state: State,
    account: ServedAccount,
    first: QueryDay,
    last: QueryDay,
    post: Annotated[str | None, Query(pattern=r"^[0-9a-f]{16}$")] = None,
) -> Select[Any]:
    """The query of articles by day; with `post` those of one post."""
    check_past_span(first, last, MOST_DAYS)
    number = None if post is None else await _find_msg_data_id(state, account, post)
    return select_article_days(account.name, first, last, number)


ArticleDays = Annotated[Select[Any], Depends(find_article_days)]


@router.get("/days")
async def read_days(
    state: State, account: ServedAccount, first: QueryDay, last: QueryDay
) -> AccountDayListResponse:
    """Read the account's days, and which are missing, late, or can't be had any more."""
    check_past_span(first, last, MOST_DAYS)
    query = select_account_days(account.name, first, last)
    open_days = await FetchLog(state.engine).list_open(account.name, first, last)
    return AccountDayListResponse(
        days=[
            AccountDayResponse(**row)
            for row in await StoredStatistics(state.engine).read_rows(query)
        ],
        incomplete=[describe_open_day(day) for day in open_days],
    )


@router.get("/days/export", response_class=StreamingResponse)
async def export_days(
    state: State,
    account: ServedAccount,
    first: QueryDay,
    last: QueryDay,
    format: Format = "csv",  # noqa: A002 - what it is called in the URL
) -> StreamingResponse:
    """Download the account's days."""
    check_past_span(first, last, MOST_DAYS)
    query = select_account_days(account.name, first, last)
    return _respond(state, query, format, f"{account.name}-days")


@router.get("/articles")
async def read_articles(
    state: State,
    query: ArticleDays,
    offset: PageOffset = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> ArticleDayListResponse:
    """Read articles by day, a page of all or those of one post."""
    rows = await StoredStatistics(state.engine).read_rows(query.offset(offset).limit(limit))
    return ArticleDayListResponse(days=[ArticleDayResponse(**row) for row in rows])


@router.get("/articles/export", response_class=StreamingResponse)
async def export_articles(
    state: State,
    account: ServedAccount,
    query: ArticleDays,
    format: Format = "csv",  # noqa: A002 - what it is called in the URL
) -> StreamingResponse:
    """Download articles by day."""
    return _respond(state, query, format, f"{account.name}-articles")


@router.post("/refetch", status_code=202)
async def refetch_days(request: RefetchRequest, state: State) -> RefetchResponse:
    """Let a worker fetch days again now: also days that are older than any stored one."""
    account, now = state.get_account(request.account), time.time()
    check_span(request.first, request.last, MOST_REFETCHED)
    if request.last > find_last_day(now):
        raise BadSpan("last 最晚是昨天：当天的数据次日 8 点以后才有。")
    if not account.secret:
        raise SecretMissing(f"公众号 {account.name} 没有配置 AppSecret，取不到统计数据。")
    log = FetchLog(state.engine)
    return RefetchResponse(days=await log.request(account.name, request.first, request.last, now))


async def _find_msg_data_id(state: AppState, account: Account, post: str) -> int:
    stored_post = await Posts(state.engine).get(account.name, post)
    number = await PostSteps(state.engine).find_msg_data_id(stored_post)
    if number is None:
        raise UnknownArticle("文章发布以后才有统计；平台没有给出编号的文章，请按日期查看。")
    return number


def _respond(state: AppState, query: Select[Any], form: Format, name: str) -> StreamingResponse:
    stream = stream_csv if form == "csv" else stream_parquet
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    content = stream(StoredStatistics(state.engine), query)
    return StreamingResponse(content, media_type=MEDIA[form], headers=headers)
