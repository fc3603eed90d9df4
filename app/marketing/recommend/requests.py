"""Answers worker requests for recommendations."""

from typing import Any

from app.jobs import RecommendItems
from app.marketing.recommend.service import Recommender
from app.marketing.recommend.values import Recommendation


async def answer_recommendation_request(
    recommender: Recommender, request: RecommendItems
) -> dict[str, Any]:
    """The recommendation as JSON values."""
    return _describe(
        await recommender.recommend(
            request.account,
            request.openid,
            request.count,
            question=request.question,
            records=request.records,
        )
    )


def _describe(recommendation: Recommendation) -> dict[str, Any]:
    return {
        "id": recommendation.id,
        "strategy": recommendation.strategy,
        "explanation": recommendation.explanation,
        "items": [
            {
                "id": each.item.id,
                "kind": each.item.kind.value,
                "title": each.item.title,
                "link": each.item.link,
                "cover": each.item.cover,
                "strategy": each.strategy,
                "reason": each.reason,
            }
            for each in recommendation.items
        ],
    }
