"""REST for the calendar of posts, and for who may approve them."""

from app.api.day_spans import QueryDay, check_span
from app.api.post_zone import read_zone
from app.api.routes.mass_sends import open_cap
from app.api.schemas.post_calendar import (
    ApprovalPolicyRequest,
    ApprovalPolicyResponse,
    CalendarDayResponse,
    CalendarResponse,
)
from app.api.schemas.posts import describe_summary
from app.db.account_documents import AccountDocuments
from app.deps import ServedAccount, State, api_router
from app.publishing.approval_policy import NAME, ApprovalRules
from app.publishing.calendar import CalendarDay, build_calendar, find_span
from app.publishing.repository import Posts

router = api_router("/api/v1", "posts", "posts")
MAX_DAYS = 92


@router.get("/calendar")
async def read_calendar(
    state: State,
    account: ServedAccount,
    first: QueryDay,
    last: QueryDay,
) -> CalendarResponse:
    """List posts by day in the account's zone, with conflicts: two mass sends a day, a fourth a
    month.
    """
    check_span(first, last, MAX_DAYS)
    zone = await read_zone(state.engine, account.name)
    posts = await Posts(state.engine).list_between(account.name, *find_span(first, last, zone))
    cap = open_cap(state)
    rules = await cap.read_rules(account.name)
    days = build_calendar(posts, first, last, zone, rules.monthly)
    return CalendarResponse(
        zone=zone.key,
        monthly_cap=rules.monthly,
        capped_followers=await cap.count_capped_followers(account.name),
        days=[_describe(day) for day in days],
    )


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
