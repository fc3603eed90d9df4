"""REST for ads: texts are scored by the click model."""

from app.api.schemas.marketing.ads.scoring import ScoreAdsRequest, ScoreAdsResponse
from app.api.worker_client import call_worker
from app.deps import State, api_router
from app.jobs import ScoreAds

router = api_router("/api/v1/ads", "ads", "content")


@router.post("/score")
async def score_ads(request: ScoreAdsRequest, state: State) -> ScoreAdsResponse:
    """Predict the click rates of texts, and name the words for and against. Nothing is stored."""
    account = state.get_account(request.account).name
    answer = await call_worker(
        state,
        lambda waiter: ScoreAds(
            waiter=waiter,
            account=account,
            texts=request.texts,
            language=request.language or "",
            features={**request.features},
        ),
    )
    return ScoreAdsResponse.model_validate(answer)
