"""Bodies of the endpoints that send an experiment's variants: posts, and the days of variants."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from app.api.schemas.marketing.experiment_plans import ChangeExperimentRequest
from app.api.schemas.post_articles import ArticleRequest
from app.api.schemas.posts import PostResponse, describe_post
from app.marketing.experiments.serving.variant_posts import VariantPost

Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]


class VariantPostsRequest(ChangeExperimentRequest):
    """The article, in which each variant's content takes the place of the title (subject title) or
    of the source (copy). day: where hours are tested, in the zone of the account's calendar, or
    days alternate, in China's.
    """

    article: ArticleRequest
    day: Day | None = None


class VariantPostResponse(BaseModel):
    """A variant's draft. tag_id: of its group, null for all followers. send_at: when to schedule it
    for, in seconds since 1970; null where the hour isn't tested.
    """

    variant: str
    post: PostResponse
    tag_id: int | None
    send_at: float | None


class VariantPostListResponse(BaseModel):
    """The drafts in the order of the variants. unsent: variants that are sent nothing."""

    posts: list[VariantPostResponse]
    unsent: list[str]


class VariantDayResponse(BaseModel):
    """Which variant has a day of China's time."""

    day: date
    variant: str


class VariantDayListResponse(BaseModel):
    """The days in their order."""

    days: list[VariantDayResponse]


def describe_variant_post(each: VariantPost) -> VariantPostResponse:
    """The response of a variant's draft."""
    return VariantPostResponse(
        variant=each.variant,
        post=describe_post(each.post),
        tag_id=each.tag_id,
        send_at=each.send_at,
    )
