"""REST for experiments: the counts of variants are analysed."""

from app.api.schemas.marketing.experiments import (
    AnalyzeExperimentRequest,
    AnalyzeExperimentResponse,
)
from app.api.worker_client import call_worker
from app.deps import State, api_router
from app.jobs import AnalyzeExperiment

router = api_router("/api/v1/experiments", "experiments", "experiments")


@router.post("/analyze")
async def analyze_experiment(
    request: AnalyzeExperimentRequest, state: State
) -> AnalyzeExperimentResponse:
    """Analyse counts by one of four methods. Nothing is stored."""
    question = request.model_dump(mode="json")
    answer = await call_worker(
        state, lambda waiter: AnalyzeExperiment(waiter=waiter, question=question)
    )
    return AnalyzeExperimentResponse.model_validate(answer)
