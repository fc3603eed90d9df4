"""Chooses what is shown among ranked items: diverse, and with a share for what is little known."""

from dataclasses import dataclass

import numpy as np

from app.marketing.recommend.ranking.texts import ItemVectors


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionPolicy:
    """How items are chosen from the ranking.

    diversity: what a cosine of 1 with an item chosen before costs, in units of the ranker's score.
    exploration: the chance that a place goes to an item with few exposures.
    """

    count: int = 3
    diversity: float = 1.0
    exploration: float = 0.1
    pool: int = 100  # best items among which diversity chooses


@dataclass(frozen=True, slots=True)
class SelectedItem:
    """An item by its number, its score, and whether it is there to be explored."""

    item: int
    score: float
    is_explored: bool


def select_items(
    items: np.ndarray,
    scores: np.ndarray,
    exposures: np.ndarray,
    policy: SelectionPolicy,
    vectors: ItemVectors | None,
    rng: np.random.Generator,
) -> list[SelectedItem]:
    """At most `count` of the items (c,), each once, by scores (c,) and exposures so far (c,).

    Exploration draws from all items, the more likely the fewer exposures an item had; an item that
    is there to be explored stands behind the others.
    """
    order = np.argsort(-scores, kind="stable")
    chances = 1 / (1.0 + exposures)
    chosen: list[int] = []
    selected = []
    while len(chosen) < min(policy.count, len(items)):
        is_explored = bool(rng.random() < policy.exploration)
        place = (
            _draw(chances, chosen, rng)
            if is_explored
            else _choose_diverse(order, items, scores, chosen, policy, vectors)
        )
        chosen.append(place)
        selected.append(SelectedItem(int(items[place]), float(scores[place]), is_explored))
    return sorted(selected, key=lambda each: each.is_explored)


def _draw(chances: np.ndarray, chosen: list[int], rng: np.random.Generator) -> int:
    left = chances.copy()
    left[chosen] = 0
    return int(rng.choice(len(left), p=left / left.sum()))


def _choose_diverse(
    order: np.ndarray,
    items: np.ndarray,
    scores: np.ndarray,
    chosen: list[int],
    policy: SelectionPolicy,
    vectors: ItemVectors | None,
) -> int:
    """The best place by maximal marginal relevance (Carbonell and Goldstein 1998)."""
    left = order[~np.isin(order, chosen)][: policy.pool]
    values = scores[left].astype(np.float64)
    if vectors is not None and chosen:
        cosines = vectors.get(items[left]) @ vectors.get(items[chosen]).T
        values -= policy.diversity * cosines.max(1)
    return int(left[np.argmax(values)])
