"""What recommendations look like over HTTP."""

from typing import Literal

from pydantic import BaseModel

from app.marketing.events.items import ItemKind
from app.marketing.recommend.values import Strategy


class RecommendedItemResponse(BaseModel):
    """An item, the strategy that found it, and a reason that the follower may read.

    `address` is what to show the follower: a link that counts, or the item's own `link` where its
    taps can't be counted.
    """

    id: str
    kind: ItemKind
    title: str
    link: str
    address: str
    cover: str
    strategy: Strategy
    reason: str


class RecommendationResponse(BaseModel):
    """Items for a follower, the best first; `strategy` is that of the first one.

    `explanation` says how they were found, or why there are none. Send clicks as events with the
    item, and `id` as their `recommendation`.
    """

    id: str
    strategy: Strategy | Literal["none"]
    explanation: str
    items: list[RecommendedItemResponse]
