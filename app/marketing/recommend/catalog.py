"""The items of an account in memory, numbered in the order in which they came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.marketing.events.items import Item
from app.marketing.recommend.ranking.signals import ItemFacts
from app.marketing.recommend.ranking.texts import build_item_vectors
from app.marketing.recommend.values import PICKED_TAG


@dataclass(slots=True)
class ItemCatalog:
    """Items by number, and arrays (items,) of when they may be shown."""

    items: list[Item] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    _begins: np.ndarray = field(default_factory=lambda: np.zeros(0))
    _ends: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def get(self, item_id: str) -> Item | None:
        """The item of this id."""
        number = self.numbers.get(item_id)
        return None if number is None else self.items[number]

    def put_items(self, new_items: Sequence[Item]) -> None:
        """Take new items, and those that changed in place of their earlier state."""
        for item in new_items:
            number = self.numbers.setdefault(item.id, len(self.items))
            self.items[number : number + 1] = [item]
        self._begins = np.array([_find_begin(item) for item in self.items])
        self._ends = np.array([np.inf if i.expires is None else i.expires for i in self.items])

    def find_shown(self, now: float) -> np.ndarray:
        """(items,): whether an item may be shown now, as `Item.is_shown` says."""
        mask: np.ndarray = (self._begins <= now) & (now < self._ends)
        return mask


def describe_facts(items: Sequence[Item], embeddings: Mapping[str, np.ndarray]) -> ItemFacts:
    """The items' facts; `embeddings` of texts by item id, where there are some."""
    published = [np.nan if item.published is None else item.published for item in items]
    return ItemFacts(
        published=np.array(published),
        picked=np.array([PICKED_TAG in item.tags for item in items], bool),
        vectors=build_item_vectors(_stack_rows(items, embeddings)) if embeddings else None,
    )


def _find_begin(item: Item) -> float:
    """From when on an item may be shown; infinite for a hidden or deleted one."""
    if item.hidden or item.deleted is not None:
        return np.inf
    return -np.inf if item.published is None else item.published


def _stack_rows(items: Sequence[Item], embeddings: Mapping[str, np.ndarray]) -> np.ndarray:
    """(items, D) fp32, a row of zeros for an item without."""
    width = len(next(iter(embeddings.values())))
    rows = np.zeros((len(items), width), np.float32)
    for number, item in enumerate(items):
        if (row := embeddings.get(item.id)) is not None:
            rows[number] = row
    return rows
