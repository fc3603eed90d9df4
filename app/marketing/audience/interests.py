"""What followers are interested in: words of the items that they read, recent ones first."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from app.marketing.audience.activity import Activity
from app.marketing.audience.profiles import DAY
from app.marketing.audience.words import list_nouns
from app.marketing.events.values import EventKind

MOST_WORDS = 5
HALF_LIFE_DAYS = 30.0
# How much an action tells of an interest: who buys or shares means it more than who opens.
_WEIGHTS: Mapping[EventKind, float] = {
    EventKind.VIEW: 1.0, EventKind.CLICK: 1.5, EventKind.LIKE: 2.0, EventKind.COMMENT: 2.0,
    EventKind.SHARE: 3.0, EventKind.CONVERSION: 4.0,
}  # fmt: skip


def list_item_words(title: str, tags: Sequence[str]) -> tuple[str, ...]:
    """The words that an item is about: its tags; without any, the nouns of its title."""
    return tuple(dict.fromkeys(tags or list_nouns(title)))


def find_interests(
    activity: Activity, words_of_items: Mapping[str, Sequence[str]], now: float
) -> list[list[str]]:
    """The MOST_WORDS words of each follower, the most telling one first.

    A word counts by the actions on its items, halved every HALF_LIFE_DAYS, and more where fewer
    items have it.
    """
    weights = weigh_items(activity, now)
    words = sorted({word for name in activity.items for word in words_of_items.get(name, ())})
    if not words:
        return [[] for _ in activity.followers]
    scores = (weights @ _build_word_matrix(activity.items, words_of_items, words)).tocsr()
    return [_name_best(scores, row, words) for row in range(scores.shape[0])]


def weigh_items(activity: Activity, now: float) -> sparse.csr_array:
    """The weight of each item for each follower, (followers, items)."""
    weight = np.zeros(len(activity.time))
    for kind, factor in _WEIGHTS.items():
        weight[activity.is_kind(kind)] = factor
    rows = (weight > 0) & (activity.item >= 0) & (activity.time <= now)
    age = (now - activity.time[rows]) / DAY
    shape = (len(activity.followers), len(activity.items))
    return sparse.csr_array(
        (
            weight[rows] * 0.5 ** (age / HALF_LIFE_DAYS),
            (activity.follower[rows], activity.item[rows]),
        ),
        shape=shape,
    )


def average_vectors(
    weights: sparse.csr_array, vectors: npt.NDArray[np.floating]
) -> npt.NDArray[np.float64]:
    """The weighted mean of the items' vectors for each follower; 0 for who read nothing.

    weights: (followers, items). vectors: (items, D). Returns (followers, D).
    """
    totals = np.asarray(weights.sum(axis=1)).reshape(-1, 1)
    return np.asarray((weights @ vectors) / np.maximum(totals, 1e-12))


def _build_word_matrix(
    items: Sequence[str], words_of_items: Mapping[str, Sequence[str]], words: Sequence[str]
) -> sparse.csr_array:
    """(items, words): the logarithm of how few items have the word."""
    places = {word: at for at, word in enumerate(words)}
    pairs = [
        (row, places[word])
        for row, name in enumerate(items)
        for word in words_of_items.get(name, ())
    ]
    rows, columns = (np.array(part, dtype=np.int64) for part in zip(*pairs, strict=True))
    counts = np.bincount(columns, minlength=len(words))
    rarity = np.log1p(len(items) / counts)
    return sparse.csr_array((rarity[columns], (rows, columns)), shape=(len(items), len(words)))


def _name_best(scores: sparse.csr_array, row: int, words: Sequence[str]) -> list[str]:
    start, end = scores.indptr[row], scores.indptr[row + 1]
    values, columns = scores.data[start:end], scores.indices[start:end]
    best = sorted(zip(-values, columns, strict=True))[:MOST_WORDS]
    return [words[column] for value, column in best if value < 0]
