"""All reads of an account as columns, which a fit copies in a moment."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.marketing.recommend.ranking.interactions import Interactions, sort_interactions


@dataclass(frozen=True, slots=True, eq=False)
class FollowerHistory:
    """A follower's items (n,), the oldest first, and when they last read something."""

    items: np.ndarray
    last_read: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadHistories:
    """Reads (n,) by follower and time; those of follower f are rows starts[f] to starts[f + 1]."""

    items: np.ndarray
    times: np.ndarray
    starts: np.ndarray

    def find_before(self, follower: int | None, time: float) -> FollowerHistory:
        """What a follower had read before `time`, each item at its latest read."""
        if follower is None:
            return FollowerHistory(np.zeros(0, np.int32), None)
        start, end = self.starts[follower : follower + 2]
        end = start + np.searchsorted(self.times[start:end], time)
        items = self.items[start:end]
        _, latest = np.unique(items[::-1], return_index=True)
        chosen = items[np.sort(len(items) - 1 - latest)]
        return FollowerHistory(chosen, float(self.times[end - 1]) if end > start else None)


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
        rows, items = self._number_items(numbers)
        counts = (self.follower_count, len(numbers))
        return sort_interactions(self.followers[rows], items, self.times[rows], counts=counts)

    def build_histories(self, numbers: Mapping[str, int]) -> ReadHistories:
        """All reads of these items by follower and time, repeated ones too."""
        rows, items = self._number_items(numbers)
        followers, times = self.followers[rows], self.times[rows]
        order = np.lexsort((times, followers))
        counts = np.bincount(followers, minlength=self.follower_count)
        starts = np.concatenate([[0], np.cumsum(counts)])
        return ReadHistories(items=items[order], times=times[order], starts=starts)

    def _number_items(self, numbers: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray]:
        """The mask (n,) of reads whose items have a number, and these numbers."""
        item_numbers = np.array([numbers.get(name, -1) for name in self.names], np.int32)
        items = item_numbers[self.items]
        return items >= 0, items[items >= 0]


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

    def find_follower(self, pseudonym: str) -> int | None:
        """The follower's number; None for one who read nothing."""
        return self._follower_numbers.get(pseudonym)

    def copy(self) -> ReadColumns:
        """The columns as they are now."""
        return ReadColumns(
            np.array(self._followers, np.int32),
            np.array(self._items, np.int32),
            np.array(self._times, np.float64),
            list(self._item_numbers),
            self._follower_count,
        )
