"""REST for the calendar of posts, and for who may approve them."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import Query

from app.api.post_zone import read_zone
from app.api.schemas.posts import (
    ApprovalPolicyRequest,
    ApprovalPolicyResponse,
    CalendarDayResponse,
    CalendarResponse,
    describe_summary,
)
from app.db.account_documents import AccountDocuments
from app.deps import ServedAccount, State, api_router
from app.errors import Refusal
from app.publishing.approval_policy import NAME, ApprovalRules
from app.publishing.calendar import CalendarDay, build_calendar, find_span
from app.publishing.repository import Posts

router = api_router("/api/v1", "posts", "posts")
MAX_DAYS = 92


class BadSpan(Refusal):
    """The days of a calendar are in the wrong order, or too many."""

    status = 422


@router.get("/calendar")
async def read_calendar(
    state: State,
    account: ServedAccount,
    first: Annotated[date, Query(ge=date(2000, 1, 1), lt=date(2100, 1, 1))],
    last: Annotated[date, Query(ge=date(2000, 1, 1), lt=date(2100, 1, 1))],
) -> CalendarResponse:
    """List posts by day in the account's zone, with conflicts: two mass sends a day, a fourth a
    month.
    """
    if not first <= last < first + timedelta(days=MAX_DAYS):
        raise BadSpan(f"first 不能晚于 last，一次最多查 {MAX_DAYS} 天。")
    zone = await read_zone(state.engine, account.name)
    posts = await Posts(state.engine).list_between(account.name, *find_span(first, last, zone))
    days = build_calendar(posts, first, last, zone)
    return CalendarResponse(zone=zone.key, days=[_describe(day) for day in days])


@router.get("/approval-policy")
async def read_approval_policy(state: State, account: ServedAccount) -> ApprovalPolicyResponse:
    """Read who may approve posts, or the default: authors may not approve their own."""
    content, revision = await AccountDocuments(state.engine, NAME).read(account.name)
    rules = ApprovalRules.model_validate(content or {})
    return ApprovalPolicyResponse(account=account.name, rules=rules, revision=revision)


@router.put("/approval-policy")
async def write_approval_policy(
    request: ApprovalPolicyRequest, state: State
) -> ApprovalPolicyResponse:
    """Replace the policy of `revision`; 409 when it was changed meanwhile."""
    account = state.get_account(request.account)
    content = request.rules.model_dump(mode="json")
    revision = await AccountDocuments(state.engine, NAME).write(
        account.name, content, request.revision
    )
    return ApprovalPolicyResponse(account=account.name, rules=request.rules, revision=revision)


def _describe(day: CalendarDay) -> CalendarDayResponse:
    return CalendarDayResponse(
        day=day.day,
        posts=[describe_summary(post) for post in day.posts],
        conflicts=list(day.conflicts),
    )
