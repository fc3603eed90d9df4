"""Answers worker requests of the marketing loop: what needs arrays, models or statistics."""

from dataclasses import dataclass
from typing import Any, assert_never

from sqlalchemy.ext.asyncio import AsyncEngine

from app.inference.click_ports import ClickPredictor
from app.jobs import (
    AnalyzeExperiment,
    ApproveDraft,
    CountEvents,
    EstimateChange,
    EstimateUplift,
    ExportEvents,
    ImportBriefs,
    ImportTable,
    MarketingRequest,
    PlanExperiment,
    RankAds,
    ReadClickModel,
    ReadExperimentResult,
    ReadTrainingRows,
    RecommendItems,
    ReviewDraft,
    ScoreAds,
)
from app.marketing.ads.drafts import list_draft_misfits
from app.marketing.content.requests import answer_content_request
from app.marketing.ctr import scoring
from app.marketing.ctr.model_report import describe_click_model
from app.marketing.effects.requests import answer_effect_request
from app.marketing.events.analytics import build_analytics
from app.marketing.events.requests import EventRequests
from app.marketing.experiments.requests import ExperimentRequests
from app.marketing.recommend.item_links import ItemLinks
from app.marketing.recommend.requests import answer_recommendation_request
from app.marketing.recommend.service import Recommender
from app.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketingRequests:
    """Answers with JSON values. Raises Refusal."""

    engine: AsyncEngine
    clicks: ClickPredictor
    recommender: Recommender
    item_links: ItemLinks
    settings: Settings

    async def answer(self, request: MarketingRequest) -> Any:  # noqa: PLR0911 - a room each
        """The answer to one request; what takes long runs on a thread."""
        match request:
            case (
                AnalyzeExperiment() | PlanExperiment() | ReadExperimentResult() | ReadTrainingRows()
            ):
                analytics = build_analytics(self.engine, self.settings)
                requests = ExperimentRequests(self.engine, self.clicks, analytics)
                return await requests.answer(request)
            case ImportBriefs() | ReviewDraft() | ApproveDraft():
                return await answer_content_request(self.engine, request, list_draft_misfits)
            case ScoreAds() | RankAds() | ReadClickModel():
                return await self._answer_ads_request(request)
            case CountEvents() | ExportEvents() | ImportTable():
                return await EventRequests(self.engine, self.settings).answer(request)
            case EstimateChange() | EstimateUplift():
                return await answer_effect_request(request)
            case RecommendItems():
                return await answer_recommendation_request(
                    self.recommender, self.item_links, request
                )
            case _:
                assert_never(request)

    async def _answer_ads_request(self, request: ScoreAds | RankAds | ReadClickModel) -> Any:
        if isinstance(request, ReadClickModel):
            return await describe_click_model(self.clicks, request.account)
        if isinstance(request, ScoreAds):
            return await scoring.score_texts(
                self.clicks, request.account, request.texts, request.language, request.features
            )
        # Imported here: scipy takes half a second of each start, and few requests need it.
        from app.marketing.ads.ranking import rank_texts

        return await rank_texts(self.clicks, request.account, request.texts)
