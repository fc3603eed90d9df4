"""REST for ranking texts by predicted and measured click rates."""

from app.api.schemas.marketing.ads.ranking import RankAdsRequest, RankAdsResponse
from app.api.worker_client import call_worker
from app.deps import State, api_router
from app.jobs import RankAds

router = api_router("/api/v1/ads", "ads", "content")


@router.post("/rank")
async def rank_ads(request: RankAdsRequest, state: State) -> RankAdsResponse:
    """Rank texts; each says what is prediction and what was measured. Nothing is stored."""
    account = state.get_account(request.account).name
    texts = [each.counts for each in request.texts]
    answer = await call_worker(
        state, lambda waiter: RankAds(waiter=waiter, account=account, texts=texts)
    )
    return RankAdsResponse.model_validate(answer)
