"""REST for recommendations: items for one follower."""

from typing import Annotated

from fastapi import Path, Query

from app.api.schemas.marketing.recommendations import RecommendationResponse
from app.api.worker_client import call_worker
from app.deps import ServedAccount, State, api_router
from app.jobs import RecommendItems
from app.marketing.recommend.values import MOST_ITEMS

router = api_router("/api/v1/recommendations", "recommendations", "events")


@router.get("/{openid}")
async def recommend_items(
    openid: Annotated[str, Path(min_length=1, max_length=64)],
    state: State,
    account: ServedAccount,
    count: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = 3,
    question: Annotated[str, Query(max_length=200)] = "",
    record: bool = True,
) -> RecommendationResponse:
    """Items for a follower, each with its strategy and reason.

    What is answered counts as shown, and is stored as exposures, unless `record` is false.
    `question`: what the follower asks for, such as 送妈妈什么好.
    """
    answer = await call_worker(
        state,
        lambda waiter: RecommendItems(
            waiter=waiter,
            account=account.name,
            openid=openid,
            count=count,
            question=question,
            records=record,
        ),
    )
    return RecommendationResponse.model_validate(answer)
