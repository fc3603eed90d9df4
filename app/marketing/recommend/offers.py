"""Finds items for conversations: the port that the dialogue asks for items."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.item_offers import OfferedItem
from app.marketing.recommend.item_links import ItemLinks
from app.marketing.recommend.service import Recommender
from app.marketing.recommend.values import Recommendation, RecommendedItem
from app.privacy.pseudonym import make_pseudonym


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOffers:
    """Items by the recommender; `records`: whether they, and taps on their links, count."""

    recommender: Recommender
    links: ItemLinks
    records: bool = True

    async def find_items(
        self, account: str, openid: str, question: str, count: int
    ) -> Sequence[OfferedItem]:
        """At most `count` items; none while the index is being loaded: the follower waits."""
        if not self.recommender.is_warm(account):
            return ()
        recommendation = await self.recommender.recommend(
            account, openid, count, question=question, records=self.records
        )
        return [
            OfferedItem(
                each.item.title, each.reason, self._make_address(recommendation, each, openid),
                each.item.cover,
            )
            for each in recommendation.items
        ]  # fmt: skip

    def _make_address(
        self, recommendation: Recommendation, entry: RecommendedItem, openid: str
    ) -> str:
        if not self.records:
            return entry.item.link
        pseudonym = make_pseudonym(openid, self.links.key)
        return self.links.make_address(recommendation, entry, pseudonym)
