"""REST for sending an experiment's variants: drafts of posts, and which variant has which day."""

from datetime import timedelta

from app.api.day_spans import QueryDay, check_span
from app.api.parameters import RecordId
from app.api.post_zone import read_zone
from app.api.schemas.marketing.experiment_posts import (
    VariantDayListResponse,
    VariantDayResponse,
    VariantPostListResponse,
    VariantPostsRequest,
    describe_variant_post,
)
from app.deps import ServedAccount, State, api_router
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.serving.variant_posts import VariantPosts, find_variant_of_day
from app.marketing.jobs.queue import MarketingJobs
from app.publishing.service import open_post_service

router = api_router("/api/v1/experiments", "experiments", "experiments")
MOST_DAYS = 366


@router.post("/{experiment}/posts", status_code=201)
async def create_variant_posts(
    experiment: RecordId, request: VariantPostsRequest, state: State
) -> VariantPostListResponse:
    """Draft a mass message for each variant to its group, none to a control without a text; of
    days, for the variant of `day` to all. Approve and schedule each as any post. 403 where the
    account may not use tags, 409 before the groups are tags, 422 for a content that can't be sent.
    """
    account = state.get_account(request.account)
    stored = await ExperimentStore(state.engine).get(account.name, experiment)
    zone = await read_zone(state.engine, account.name)
    posts, jobs = open_post_service(state.engine), MarketingJobs(state.engine)
    service = VariantPosts(account, posts, jobs, zone)
    article = request.article.to_item()
    drafts = await service.create(stored, request.author, article, request.day)
    return VariantPostListResponse(
        posts=[describe_variant_post(each) for each in drafts],
        unsent=sorted(stored.plan.unsent_variants),
    )


@router.get("/{experiment}/days")
async def list_variant_days(
    experiment: RecordId,
    state: State,
    account: ServedAccount,
    first: QueryDay,
    last: QueryDay,
) -> VariantDayListResponse:
    """List which variant has which day, of an experiment whose variants alternate by day."""
    check_span(first, last, MOST_DAYS)
    stored = await ExperimentStore(state.engine).get(account.name, experiment)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return VariantDayListResponse(
        days=[
            VariantDayResponse(day=day, variant=find_variant_of_day(stored, day).name)
            for day in days
        ]
    )
