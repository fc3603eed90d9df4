"""All reads of an account as columns, which a fit copies in a moment."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.marketing.recommend.ranking.interactions import Interactions, sort_interactions


@dataclass(frozen=True, slots=True, eq=False)
class ReadColumns:
    """A copy of the log: (n,) numbers of followers and of `names`, times in s since 1970."""

    followers: np.ndarray
    items: np.ndarray
    times: np.ndarray
    names: Sequence[str]
    follower_count: int

    def build_interactions(self, numbers: Mapping[str, int]) -> Interactions:
        """The reads of items that have a number; item ids -> numbers from 0."""
        item_numbers = np.array([numbers.get(name, -1) for name in self.names], np.int32)
        items = item_numbers[self.items]
        rows = items >= 0
        counts = (self.follower_count, len(numbers))
        return sort_interactions(self.followers[rows], items[rows], self.times[rows], counts=counts)


@dataclass(slots=True, kw_only=True)
class ReadLog:
    """Grows with each read. Rows of an erased follower stay, and lead to nobody."""

    _followers: "array[int]" = field(default_factory=lambda: array("i"))
    _items: "array[int]" = field(default_factory=lambda: array("i"))
    _times: "array[float]" = field(default_factory=lambda: array("d"))
    _follower_numbers: dict[str, int] = field(default_factory=dict)
    _item_numbers: dict[str, int] = field(default_factory=dict)
    _follower_count: int = 0

    def add(self, pseudonym: str, item: str, time: float) -> None:
        """Add a read."""
        number = self._follower_numbers.setdefault(pseudonym, self._follower_count)
        self._follower_count = max(self._follower_count, number + 1)
        self._followers.append(number)
        self._items.append(self._item_numbers.setdefault(item, len(self._item_numbers)))
        self._times.append(time)

    def forget(self, pseudonym: str) -> None:
        """Drop the name of a follower who was erased."""
        self._follower_numbers.pop(pseudonym, None)

    def copy(self) -> ReadColumns:
        """The columns as they are now."""
        return ReadColumns(
            np.array(self._followers, np.int32),
            np.array(self._items, np.int32),
            np.array(self._times, np.float64),
            list(self._item_numbers),
            self._follower_count,
        )
