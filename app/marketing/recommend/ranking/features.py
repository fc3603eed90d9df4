"""Features of items for a follower: what the ranker weighs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.marketing.recommend.ranking.signals import ItemSignals, find_positive
from app.marketing.recommend.ranking.texts import weigh_by_recency

# ease: what readers of the same items read; last, lately: what is read near the last item, near
# the last few; text: closeness of texts; popular: readers; trend: readers of late; fresh: just
# published; picked: an editor recommends it. The first four are logarithms of relative scores.
FEATURES = ("ease", "last", "lately", "text", "popular", "trend", "fresh", "picked")
LAST, LATELY = 1.0, 5.0  # reads after which the weight of a transition is 1 / e
LONGEST, LATEST = 300, 30  # items of a history for ease, and for transitions
BEST = 50  # a score is relative to the mean of so many best ones
FLOOR = 0.05  # added to relative scores before the logarithm


@dataclass(frozen=True, slots=True, eq=False)
class BehaviourScores:
    """Scores (items,) fp32 of a history: by ease, and by transitions from its last and late items.

    `tops`: for each the mean of the BEST among the items that compete.
    """

    ease: np.ndarray
    last: np.ndarray
    lately: np.ndarray

    @property
    def columns(self) -> Sequence[np.ndarray]:
        """The scores in the order of FEATURES."""
        return self.ease, self.last, self.lately

    @property
    def is_empty(self) -> bool:
        """Whether behaviour says nothing."""
        return not any(each.any() for each in self.columns)


def score_behaviour(signals: ItemSignals, history: np.ndarray, mask: np.ndarray) -> BehaviourScores:
    """The scores of the items of `mask` (items,); 0 for the others."""
    longest, latest = history[-LONGEST:], history[-LATEST:]
    near = signals.transitions[latest]
    ease = np.ones(len(longest), np.float32) @ signals.ease[longest]
    last, lately = (weigh_by_recency(len(latest), each) @ near for each in (LAST, LATELY))
    return BehaviourScores(*(np.where(mask, scores, 0) for scores in (ease, last, lately)))


def compute_features(
    signals: ItemSignals, history: np.ndarray, items: np.ndarray, scores: BehaviourScores
) -> np.ndarray:
    """(len(items), len(FEATURES)) fp32."""
    vectors = signals.facts.vectors
    closeness = vectors.score(history, items) if vectors else np.zeros(len(items))
    columns = [
        *(_relate(each[items], each) for each in scores.columns),
        _relate(closeness, closeness),
        np.log1p(signals.readers[items]),
        np.log1p(signals.recent[items]),
        signals.fresh[items],
        signals.facts.picked[items],
    ]
    return np.stack(columns, 1).astype(np.float32)


def _relate(chosen: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Logarithms of the chosen scores relative to the BEST of `scores`."""
    best = scores[find_positive(scores, BEST)]
    top = float(best.mean()) if len(best) else 0.0
    relative: np.ndarray = np.maximum(chosen, 0) / top if top > 0 else np.zeros(len(chosen))
    return np.log(relative + FLOOR)
