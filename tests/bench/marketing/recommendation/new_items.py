"""New items, known by title and genres alone: a fifth of the films is held out, five times.

For each follower the target is the new film that they saw last, among the new ones that they had
not seen; their history is of the other films.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.marketing.recommend.ranking.interactions import Interactions
from app.marketing.recommend.ranking.texts import ItemVectors, build_item_vectors
from tests.bench.marketing.recommendation.hits import TOP

FOLDS, SEED = 5, 0
SHORTEST = 5  # items of a history

Embed = Callable[[Sequence[str]], np.ndarray]  # texts -> (texts, D)


@dataclass(frozen=True, slots=True, eq=False)
class NewItemCase:
    """A follower's history of known items, the new ones on offer, and which of them they took."""

    history: np.ndarray
    offered: np.ndarray
    target: int


def describe_film(title: str, genres: Sequence[str]) -> str:
    """The text of which a new item is known."""
    return f"{title}. {', '.join(genres)}"


def measure_new_items(
    interactions: Interactions, texts: Sequence[str], genres: Sequence[Sequence[str]], embed: Embed
) -> dict[str, float]:
    """Ways -> HR@10, the mean of FOLDS."""
    vectors = build_item_vectors(embed(texts))
    folds = np.random.default_rng(SEED).permutation(interactions.item_count) % FOLDS
    rows = [_measure_fold(interactions, folds == fold, vectors, genres) for fold in range(FOLDS)]
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def _measure_fold(
    interactions: Interactions,
    is_new: np.ndarray,
    vectors: ItemVectors,
    genres: Sequence[Sequence[str]],
) -> dict[str, float]:
    readers = interactions.count_readers().astype(np.float64)
    by_genre = _average_by_genre(np.where(is_new, np.nan, readers), genres)
    cases = list(list_cases(interactions, is_new))
    ways: dict[str, Callable[[NewItemCase], np.ndarray]] = {
        "nothing known": lambda case: np.zeros(len(case.offered)),
        "popularity of the genres": lambda case: by_genre[case.offered],
        "text": lambda case: vectors.score(case.history, case.offered),
        "popularity, were it known": lambda case: readers[case.offered],
    }
    return {
        name: float(np.mean([_count_hit(score(case), case) for case in cases]))
        for name, score in ways.items()
    }


def list_cases(interactions: Interactions, is_new: np.ndarray) -> Iterator[NewItemCase]:
    """One case for each follower who saw a new item after SHORTEST others."""
    for history in interactions.split_histories():
        new_rows = np.flatnonzero(is_new[history])
        if not len(new_rows):
            continue
        earlier, target = history[: new_rows[-1]], int(history[new_rows[-1]])
        offered = is_new.copy()
        offered[earlier] = False
        old_items = earlier[~is_new[earlier]]
        if len(old_items) >= SHORTEST:
            yield NewItemCase(old_items, np.flatnonzero(offered), target)


def _average_by_genre(readers: np.ndarray, genres: Sequence[Sequence[str]]) -> np.ndarray:
    """(items,): the mean of the readers of its genres; NaN in `readers` is unknown."""
    names = sorted({name for some in genres for name in some})
    has_genre = np.array([[name in some for name in names] for some in genres], float)
    has_readers = ~np.isnan(readers)
    means = (
        readers[has_readers] @ has_genre[has_readers] / np.maximum(has_genre[has_readers].sum(0), 1)
    )
    averages: np.ndarray = has_genre @ means / np.maximum(has_genre.sum(1), 1)
    return averages


def _count_hit(scores: np.ndarray, case: NewItemCase) -> float:
    """The chance that the target is in the TOP; equal scores are in random order."""
    own = scores[case.offered == case.target][0]
    better, equal = int((scores > own).sum()), int((scores == own).sum())
    return float(np.clip((TOP - better) / equal, 0, 1))
