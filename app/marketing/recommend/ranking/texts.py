"""Item vectors: which items' texts are close to those that a follower read."""

from dataclasses import dataclass

import numpy as np

from app.knowledge.search.largest import find_largest
from app.knowledge.search.neighbours import Neighbours

EXACT = 20_000  # items that are all compared; beyond, only those near by inverted lists
LATEST = 100  # texts of a history that count
DECAY = 20.0  # reads after which a text's weight is 1 / e


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemVectors:
    """`unit` (rows, D) fp32: embeddings minus their `mean`, of length 1; 0 for an item without.

    `numbers` (rows,): the item of each row, rising; None: row i is item i. An item that has no row
    is near to nothing.
    """

    unit: np.ndarray
    mean: np.ndarray
    near: Neighbours | None = None
    numbers: np.ndarray | None = None

    def get(self, items: np.ndarray) -> np.ndarray:
        """(len(items), D): the items' rows of `unit`."""
        if self.numbers is None:
            return np.asarray(self.unit[items])
        rows = np.searchsorted(self.numbers, items).clip(max=len(self.numbers) - 1)
        has_row = self.numbers[rows] == items
        return np.where(has_row[:, None], self.unit[rows], 0)

    def find_nearest(self, history: np.ndarray, count: int) -> np.ndarray:
        """About `count` items near to the mean of the history's latest texts; some may be in it."""
        return self._search(find_direction(self.get(history[-LATEST:])), count)

    def find_near(self, embedding: np.ndarray, count: int) -> np.ndarray:
        """About `count` items near to the embedding (D,) of another text."""
        return self._search(centre_embeddings(embedding, self.mean), count)

    def score(self, history: np.ndarray, items: np.ndarray) -> np.ndarray:
        """(len(items),): squared cosines with the history's latest texts, weighted by recency."""
        cosines = self.get(items) @ self.get(history[-LATEST:]).T
        scores: np.ndarray = np.maximum(cosines, 0) ** 2 @ _weigh(history)
        return scores

    def compare(self, embedding: np.ndarray, items: np.ndarray) -> np.ndarray:
        """(len(items),): cosines with the embedding (D,) of another text."""
        cosines: np.ndarray = self.get(items) @ centre_embeddings(embedding, self.mean)
        return cosines

    def measure_closeness(self, embedding: np.ndarray, items: np.ndarray) -> np.ndarray:
        """(len(items),): cosines with the embedding (D,) of length 1, the mean not taken off.

        Unlike `compare`, they mean the same whatever else the account has. 0 without a text.
        """
        unit = self.get(items)
        along = unit @ self.mean  # an item's embedding, mean + lengths * unit, has length 1
        lengths = np.sqrt(np.maximum(along**2 + 1 - self.mean @ self.mean, 0)) - along
        cosines = embedding @ self.mean + lengths * (unit @ embedding)
        return np.where(unit.any(1), cosines, 0.0)

    def _search(self, direction: np.ndarray, count: int) -> np.ndarray:
        if self.near is not None:
            rows = self.near.nearest(direction[None].astype(np.float32), count)[0]
            return np.asarray(rows[rows >= 0])
        rows = find_largest(self.unit @ direction, count)
        return rows if self.numbers is None else self.numbers[rows]


def build_item_vectors(embeddings: np.ndarray, *, exact: int = EXACT) -> ItemVectors:
    """Item vectors of (items, D) embeddings; a row of zeros is an item without a text.

    The encoder's cosines of any two texts are .7 and more, so the mean is taken off.
    """
    has_text = np.asarray(embeddings.any(1))
    mean = _mean(embeddings[has_text])
    unit = np.where(has_text[:, None], centre_embeddings(embeddings, mean), 0).astype(np.float32)
    near = Neighbours.of(unit) if len(unit) > exact else None
    return ItemVectors(unit=unit, mean=mean, near=near)


def centre_embeddings(embeddings: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Embeddings (..., D) minus the mean (D,), of length 1."""
    centred = embeddings - mean
    lengths = np.linalg.norm(centred, axis=-1, keepdims=True)
    return np.asarray(centred / np.maximum(lengths, 1e-9), np.float32)


def find_direction(latest: np.ndarray) -> np.ndarray:
    """(D,): the mean of a history's latest vectors (n, D), weighted by recency."""
    direction: np.ndarray = _weigh(latest) @ latest
    return direction


def _mean(rows: np.ndarray) -> np.ndarray:
    return rows.mean(0) if len(rows) > 1 else np.zeros(rows.shape[1], np.float32)


def _weigh(history: np.ndarray) -> np.ndarray:
    """Weights of the history's latest items: 1 for the last."""
    return weigh_by_recency(min(len(history), LATEST), DECAY)


def weigh_by_recency(length: int, decay: float) -> np.ndarray:
    """(length,) fp32: 1 for the last read, 1 / e for one `decay` reads earlier."""
    weights: np.ndarray = np.exp(-np.arange(length)[::-1] / decay)
    return weights.astype(np.float32)
