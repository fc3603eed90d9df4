"""Counts hits: whether the item that a follower read is among the ten recommended before it.

All items that the follower hasn't read compete; an item that is no candidate is missed.
"""

from collections.abc import Callable

import numpy as np

from app.marketing.recommend.ranking.candidates import find_candidates
from app.marketing.recommend.ranking.interactions import Interactions
from app.marketing.recommend.ranking.popularity import DAY
from app.marketing.recommend.ranking.signals import ItemSignals, at_time, fit_signals
from app.marketing.recommend.ranking.training import train_ranker

TOP = 10

Recommend = Callable[[ItemSignals, np.ndarray], np.ndarray]  # signals, history -> the TOP items


def recommend_popular(signals: ItemSignals, history: np.ndarray) -> np.ndarray:
    """The items with the most readers."""
    return _find_top(signals.readers, history)


def recommend_by_ease(signals: ItemSignals, history: np.ndarray) -> np.ndarray:
    """The items with the largest scores of EASE alone."""
    return _find_top(np.asarray(signals.ease[history].sum(0)), history)


def recommend_ranked(weights: np.ndarray) -> Recommend:
    """What the product does, with these weights of the features."""

    def recommend(signals: ItemSignals, history: np.ndarray) -> np.ndarray:
        offered = find_candidates(signals, history)
        best = np.argsort(-(offered.features @ weights), kind="stable")[:TOP]
        return np.asarray(offered.items[best])

    return recommend


def find_targets(interactions: Interactions) -> np.ndarray:
    """(followers,): the item each follower read last."""
    targets: np.ndarray = interactions.items[interactions.starts[1:] - 1]
    return targets


def measure_last_items(interactions: Interactions) -> dict[str, np.ndarray]:
    """Ways -> (followers,) hits on the last items; learnt from all followers' items before."""
    earlier = interactions.drop_last(1)
    ways = build_ways(earlier)
    signals = fit_signals(earlier, 0.0)
    moments = interactions.times[earlier.starts[1:] + np.arange(earlier.follower_count) - 1]
    hits: dict[str, list[bool]] = {name: [] for name in ways}
    for history, now, target in zip(
        earlier.split_histories(), moments, find_targets(interactions), strict=True
    ):
        moment = at_time(signals, earlier, float(now))
        for name, recommend in ways.items():
            hits[name].append(bool(target in recommend(moment, history)))
    return {name: np.array(each) for name, each in hits.items()}


def build_ways(earlier: Interactions) -> dict[str, Recommend]:
    """The baselines and the ranker, trained on `earlier`."""
    return {
        "popularity": recommend_popular,
        "ease": recommend_by_ease,
        "ranker": recommend_ranked(train_ranker(earlier)),
    }


def measure_by_time(interactions: Interactions, share: float = 0.8) -> dict[str, np.ndarray]:
    """Ways -> hits on the last item of each follower who was there in the last part of the time.

    Nothing after the item's moment is known: the ranker is trained on the first `share` of the
    interactions, the signals are fitted each midnight (UTC), and only the follower's own history
    is newer.
    """
    cut = float(np.quantile(interactions.times, share))
    ways = build_ways(interactions.select(interactions.times <= cut))
    hits: dict[str, list[bool]] = {name: [] for name in ways}
    starts = interactions.starts
    late = [at for at in starts[1:] - 1 if interactions.times[at] > cut]
    midnight, signals = -1.0, None
    for at in sorted(late, key=lambda row: float(interactions.times[row])):
        now = float(interactions.times[at])
        if signals is None or now // DAY * DAY > midnight:
            midnight = now // DAY * DAY
            signals = fit_signals(interactions.select(interactions.times < midnight), midnight)
        history = interactions.items[starts[interactions.followers[at]] : at]
        moment = at_time(signals, interactions.select(interactions.times < now), now)
        for name, recommend in ways.items():
            hits[name].append(bool(interactions.items[at] in recommend(moment, history)))
    return {name: np.array(each) for name, each in hits.items()}


def _find_top(scores: np.ndarray, history: np.ndarray) -> np.ndarray:
    scores = scores.astype(np.float64)
    scores[history] = -np.inf
    return np.argsort(-scores, kind="stable")[:TOP]
