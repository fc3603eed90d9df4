"""The vectors that one answer needs, where an account's vectors aren't in memory."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.ranking.candidates import PER_SOURCE
from app.marketing.recommend.ranking.texts import (
    LATEST,
    ItemVectors,
    centre_embeddings,
    find_direction,
)
from app.marketing.recommend.vectors.stored_vectors import AccountVectors


async def load_answer_vectors(
    index: AccountIndex, stored: AccountVectors, pseudonym: str, question: np.ndarray | None
) -> AccountIndex:
    """The index with the vectors of what the follower read of late and of the items near to it.

    `question`: the embedding (D,) of what they ask for, whose near items are loaded too. Other
    items count as near to nothing.
    """
    if index.fitted is None:
        return index
    history = index.activity.list_history(pseudonym)
    embeddings = await stored.load(history[-LATEST:])
    directions = []
    if embeddings:
        latest = [embeddings[item] for item in history[-LATEST:] if item in embeddings]
        directions.append(find_direction(centre_embeddings(np.stack(latest), stored.mean)))
    if question is not None:
        directions.append(centre_embeddings(question, stored.mean))
    for direction in directions:
        nearest = await stored.nearest_items(direction, PER_SOURCE, history)
        embeddings |= await stored.load(nearest)
    return _with_vectors(index, _build_vectors(index, embeddings, stored.mean))


def _build_vectors(
    index: AccountIndex, embeddings: dict[str, np.ndarray], mean: np.ndarray
) -> ItemVectors | None:
    """Those of items that the last fit knows."""
    assert index.fitted is not None
    size = len(index.fitted.exposures)
    numbers = {item: index.catalog.numbers.get(item, size) for item in embeddings}
    items: Sequence[str] = sorted(
        (item for item in embeddings if numbers[item] < size), key=lambda item: numbers[item]
    )
    if not items:
        return None
    rows = np.stack([embeddings[item] for item in items])
    return ItemVectors(
        unit=centre_embeddings(rows, mean),
        mean=mean,
        numbers=np.array([numbers[item] for item in items]),
    )


def _with_vectors(index: AccountIndex, vectors: ItemVectors | None) -> AccountIndex:
    assert index.fitted is not None
    signals = index.fitted.signals
    signals = replace(signals, facts=replace(signals.facts, vectors=vectors))
    return replace(index, fitted=replace(index.fitted, signals=signals))
