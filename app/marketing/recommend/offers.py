"""Finds items for conversations: the port that the dialogue asks for items."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.item_offers import OfferedItem
from app.marketing.recommend.service import Recommender

COUNT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOffers:
    """Items by the recommender; `records`: whether they count as shown."""

    recommender: Recommender
    records: bool = True

    async def find_items(self, account: str, openid: str, question: str) -> Sequence[OfferedItem]:
        """At most COUNT items; none while the index is being loaded: the follower waits."""
        if not self.recommender.is_warm(account):
            return ()
        recommendation = await self.recommender.recommend(
            account, openid, COUNT, question=question, records=self.records
        )
        return [
            OfferedItem(each.item.title, each.reason, each.item.link, each.item.cover)
            for each in recommendation.items
        ]
