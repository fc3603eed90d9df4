"""Answers worker requests for recommendations."""

from collections.abc import Callable
from typing import Any

from app.jobs import RecommendItems
from app.marketing.recommend.item_links import ItemLinks
from app.marketing.recommend.service import Recommender
from app.marketing.recommend.values import Recommendation, RecommendedItem
from app.privacy.pseudonym import make_pseudonym


async def answer_recommendation_request(
    recommender: Recommender, links: ItemLinks, request: RecommendItems
) -> dict[str, Any]:
    """The recommendation as JSON values; what is only looked at gets no links that count."""
    recommendation = await recommender.recommend(
        request.account,
        request.openid,
        request.count,
        question=request.question,
        records=request.records,
    )
    pseudonym = make_pseudonym(request.openid, links.key)

    def make_address(entry: RecommendedItem) -> str:
        if not request.records:
            return entry.item.link
        return links.make_address(recommendation, entry, pseudonym)

    return _describe(recommendation, make_address)


def _describe(
    recommendation: Recommendation, make_address: Callable[[RecommendedItem], str]
) -> dict[str, Any]:
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
                "address": make_address(each),
                "cover": each.item.cover,
                "strategy": each.strategy,
                "reason": each.reason,
            }
            for each in recommendation.items
        ],
    }
