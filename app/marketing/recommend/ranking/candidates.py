"""Candidates: the items of many thousand that are worth the ranker's look."""

from dataclasses import dataclass, replace

import numpy as np

from app.marketing.recommend.ranking.features import (
    BehaviourScores,
    compute_features,
    score_behaviour,
)
from app.marketing.recommend.ranking.signals import ItemSignals, find_positive

PER_SOURCE = 200  # candidates by each score of a follower
PER_LEADERS = 50  # and by each order that is the same for all


@dataclass(frozen=True, slots=True, eq=False)
class CandidateItems:
    """Items (c,) that may be shown, and their features (c, len(FEATURES)) fp32.

    `by_behaviour`: whether ease or a transition speaks for any item.
    """

    items: np.ndarray
    features: np.ndarray
    by_behaviour: bool

    def select_items(self, mask: np.ndarray) -> "CandidateItems":
        """Those of the mask (c,)."""
        return replace(self, items=self.items[mask], features=self.features[mask])


def find_candidates(
    signals: ItemSignals,
    history: np.ndarray,
    may_show: np.ndarray | None = None,
    question: np.ndarray | None = None,
    named: np.ndarray | None = None,
) -> CandidateItems:
    """Candidates for a follower: items of the mask `may_show` that are not in the history.

    `question`: the embedding (D,) of what they asked for; `named`: the items (n,) that it names.
    """
    mask = np.ones(len(signals.readers), bool) if may_show is None else may_show.copy()
    mask[history] = False
    scores = score_behaviour(signals, history, mask)
    sources = _find_sources(signals, history, scores, mask)
    if question is not None and signals.facts.vectors is not None:
        sources.append(signals.facts.vectors.find_near(question, PER_SOURCE))
    if named is not None:
        sources.append(named)
    items = np.unique(np.concatenate(sources))
    items = np.asarray(items[mask[items]])
    if len(items) < PER_LEADERS:  # what leads was read, or is shown no more
        items = np.union1d(items, np.flatnonzero(mask)[-PER_LEADERS:])
    features = compute_features(signals, history, items, scores)
    return CandidateItems(items, features, not scores.is_empty)


def _find_sources(
    signals: ItemSignals, history: np.ndarray, scores: BehaviourScores, mask: np.ndarray
) -> list[np.ndarray]:
    """The best by each score, and the nearest by text; some may be out of the mask."""
    sources = [find_positive(each, PER_SOURCE) for each in scores.columns]
    sources += [leaders[mask[leaders]][:PER_LEADERS] for leaders in signals.leaders]
    if signals.facts.vectors is not None and len(history):
        sources.append(signals.facts.vectors.find_nearest(history, PER_SOURCE + len(history)))
    return sources
