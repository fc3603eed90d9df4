"""Who read which item when, as columns."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interactions:
    """Reads, clicks and the like, sorted by follower and time; a follower has an item once.

    `followers` and `items` are (n,) numbers, `times` (n,) seconds since 1970.
    """

    followers: np.ndarray
    items: np.ndarray
    times: np.ndarray
    follower_count: int
    item_count: int

    def split_histories(self) -> list[np.ndarray]:
        """Each follower's items, the oldest first; (0,) for one who read nothing."""
        return np.split(self.items, self.starts[1:-1])

    def build_matrix(self) -> csr_array:
        """(followers, items): 1 where the follower read the item."""
        shape = (self.follower_count, self.item_count)
        ones = np.ones(len(self.items), np.float32)
        return csr_array((ones, (self.followers, self.items)), shape=shape)

    def count_readers(self) -> np.ndarray:
        """(items,): how many followers read each item."""
        return np.bincount(self.items, minlength=self.item_count)

    def select(self, rows: np.ndarray) -> "Interactions":
        """Those of the (n,) mask `rows`; numbers and counts stay."""
        return Interactions(
            followers=self.followers[rows],
            items=self.items[rows],
            times=self.times[rows],
            follower_count=self.follower_count,
            item_count=self.item_count,
        )

    def drop_last(self, count: int) -> "Interactions":
        """Without each follower's last `count` interactions."""
        ends = self.starts[1:][self.followers]
        return self.select(np.arange(len(self.items)) < ends - count)

    @property
    def starts(self) -> np.ndarray:
        """(followers + 1,): where each follower's rows begin; at last the number of rows."""
        counts = np.bincount(self.followers, minlength=self.follower_count)
        return np.concatenate([[0], np.cumsum(counts)])


def sort_interactions(
    followers: np.ndarray, items: np.ndarray, times: np.ndarray, *, counts: tuple[int, int]
) -> Interactions:
    """Interactions from (n,) columns in any order; `counts` of followers and items.

    Those of one follower at one time stay in the order given. Of repeated ones the last counts.
    """
    order = np.lexsort((times, followers))
    keys = followers[order].astype(np.int64) * counts[1] + items[order]
    _, last = np.unique(keys[::-1], return_index=True)
    rows = order[np.sort(len(keys) - 1 - last)]
    return Interactions(
        followers=followers[rows].astype(np.int32),
        items=items[rows].astype(np.int32),
        times=times[rows].astype(np.float64),
        follower_count=counts[0],
        item_count=counts[1],
    )
