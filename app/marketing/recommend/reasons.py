"""Why an item is recommended to a follower: its strategy, and the item read that speaks for it."""

import numpy as np

from app.marketing.recommend.ranking.features import LATEST, LONGEST
from app.marketing.recommend.ranking.signals import ItemSignals
from app.marketing.recommend.values import Strategy


def explain_item(
    signals: ItemSignals, history: np.ndarray, item: int, base: Strategy
) -> tuple[Strategy, int | None]:
    """The strategy by which the item is there, and the item of the history that explains it."""
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
    """The item read that speaks most for this one: by transitions, else by ease."""
    for weights, length in ((signals.transitions, LATEST), (signals.ease, LONGEST)):
        latest = history[-length:]
        values = weights[latest][:, [item]].toarray()[:, 0]
        if len(values) and values.max() > 0:
            return int(latest[values.argmax()])
    return None


def _find_by_text(signals: ItemSignals, history: np.ndarray, item: int) -> int | None:
    """The item read whose text is closest, if it is close at all."""
    vectors = signals.facts.vectors
    if vectors is None or not len(history):
        return None
    cosines = vectors.get(history) @ vectors.get(np.array([item]))[0]
    return int(history[cosines.argmax()]) if cosines.max() > 0 else None
