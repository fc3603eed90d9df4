"""What a recommendation is: items, each with its strategy and reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.marketing.events.items import Item

# behaviour: what readers of the same items read; text: close to what was read; question: close to
# what was asked; picked: an editor's; popular: read of late; newest: nobody read it yet; explored:
# to learn about it.
Strategy = Literal["behaviour", "text", "question", "picked", "popular", "newest", "explored"]
MOST_ITEMS = 20  # of one answer
PICKED_TAG = "精选"  # the tag by which an editor picks an item


@dataclass(frozen=True, slots=True)
class RecommendedItem:
    """An item, why it is there, and the same for the follower, in Chinese."""

    item: Item
    strategy: Strategy
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """An answer for one follower, best item first. `id` names it in events.

    `strategy` is that of the first item, "none" without items; `explanation` says, for the
    operator, how the items were found or why there are none. `campaign`, and `experiment` with its
    `variant`, are told with exposures and clicks; "" for none. `nearest`: of what was asked for,
    the one nearest to the price, where nothing is at it.
    """

    id: str
    account: str
    strategy: Strategy | Literal["none"]
    explanation: str
    items: Sequence[RecommendedItem]
    campaign: str = ""
    experiment: str = ""
    variant: str = ""
    nearest: RecommendedItem | None = None
