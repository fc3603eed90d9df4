"""Why an item is recommended to a follower: its strategy, and the item read that speaks for it."""

from collections.abc import Collection

import numpy as np

from app.marketing.recommend.ranking.features import LATEST, LONGEST
from app.marketing.recommend.ranking.signals import ItemSignals
from app.marketing.recommend.values import Strategy

# Centred cosine of two items: 85 % of pairs with a tag in common have it, and 4 % of the others
# (1,770 pairs of a tea shop's 60 items).
RELATED = 0.15
CLEAR_TRANSITION = 0.15  # two who read nothing else, or more among those who read much


def explain_item(
    signals: ItemSignals,
    history: np.ndarray,
    item: int,
    base: Strategy,
    reasons_before: Collection[int] = (),
) -> tuple[Strategy, int | None]:
    """The strategy by which the item is there, and the item of the history that explains it; none
    of `reasons_before`, with which other items are explained, where there is another.
    """
    others = history[~np.isin(history, list(reasons_before))] if reasons_before else history
    strategy, because = _explain(signals, others, item, base)
    return (strategy, because) if because is not None else _explain(signals, history, item, base)


def _explain(
    signals: ItemSignals, history: np.ndarray, item: int, base: Strategy
) -> tuple[Strategy, int | None]:
    if base == "question":
        return "question", None
    if base == "behaviour" and (because := _find_by_behaviour(signals, history, item)) is not None:
        return "behaviour", because
    if base != "popular" and (because := _find_by_text(signals, history, item)) is not None:
        return "text", because
    if signals.facts.picked[item]:
        return "picked", None
    return ("popular" if signals.readers[item] > 0 else "newest"), None


def _find_by_behaviour(signals: ItemSignals, history: np.ndarray, item: int) -> int | None:
    """The item read that speaks most for this one: by transitions, else by ease.

    None unless both are clearly read together, or their texts are related as well.
    """
    for weights, length, clear in (
        (signals.transitions, LATEST, CLEAR_TRANSITION),
        (signals.ease, LONGEST, np.inf),
    ):
        latest = history[-length:]
        values = weights[latest][:, [item]].toarray()[:, 0]
        values = np.where((values >= clear) | _is_related(signals, latest, item), values, 0)
        if len(values) and values.max() > 0:
            return int(latest[values.argmax()])
    return None


def _find_by_text(signals: ItemSignals, history: np.ndarray, item: int) -> int | None:
    """The item read whose text is closest, if it is close at all."""
    if not len(history) or not _is_related(signals, history, item).any():
        return None
    return int(history[_compare_texts(signals, history, item).argmax()])


def _is_related(signals: ItemSignals, history: np.ndarray, item: int) -> np.ndarray:
    """(len(history),): whose text is related to the item's."""
    return np.asarray(_compare_texts(signals, history, item) >= RELATED)


def _compare_texts(signals: ItemSignals, history: np.ndarray, item: int) -> np.ndarray:
    """(len(history),): centred cosines with the item's text; 0 without texts."""
    vectors = signals.facts.vectors
    if vectors is None:
        return np.zeros(len(history))
    return np.asarray(vectors.get(history) @ vectors.get(np.array([item]))[0])
