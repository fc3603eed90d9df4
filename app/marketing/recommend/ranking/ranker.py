"""The ranker: weights of features, learnt from what followers chose among what they were offered.

A conditional logit: P(item) is proportional to exp(features @ weights) among those offered
(McFadden 1974). Weights start from a prior, so few choices change little.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

# What an account begins with, in the order of FEATURES. Those of behaviour and popularity are what
# MovieLens-100k teaches (it has no texts, dates and picks); the others are chosen.
PRIOR = np.array([1.0, 0.8, 1.0, 0.3, -0.7, 0.4, 0.5, 1.0])
PENALTY = 1.0  # times the squared distance from the prior
MOST_STEPS = 100


@dataclass(frozen=True, slots=True, eq=False)
class OfferChoice:
    """Features (c, F) of the items offered, and the row of the one that was chosen."""

    features: np.ndarray
    winner: int


def fit_weights(
    choices: Sequence[OfferChoice], *, prior: np.ndarray = PRIOR, penalty: float = PENALTY
) -> np.ndarray:
    """(F,) weights with the largest posterior probability; `prior` without choices."""
    if not choices:
        return prior
    offers = _Offers(choices)
    result = minimize(
        lambda weights: offers.compute_loss(weights, prior, penalty),
        prior.astype(np.float64),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": MOST_STEPS},
    )
    return np.asarray(result.x)


class _Offers:
    """All choices' rows, one after another."""

    def __init__(self, choices: Sequence[OfferChoice]) -> None:
        sizes = np.array([len(choice.features) for choice in choices])
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self._choice_of = np.repeat(np.arange(len(choices)), sizes)
        self._rows = np.concatenate([choice.features for choice in choices])
        self._winners = self._starts + np.array([choice.winner for choice in choices])

    def compute_loss(
        self, weights: np.ndarray, prior: np.ndarray, penalty: float
    ) -> tuple[float, np.ndarray]:
        """Negative log posterior, and its gradient (F,)."""
        scores = self._rows @ weights.astype(np.float32)
        scores = scores - np.maximum.reduceat(scores, self._starts)[self._choice_of]
        sums = np.add.reduceat(np.exp(scores), self._starts)
        shares = np.exp(scores) / sums[self._choice_of]
        away = weights - prior
        loss = float(np.sum(np.log(sums) - scores[self._winners])) + penalty * float(away @ away)
        gradient = shares @ self._rows - self._rows[self._winners].sum(0) + 2 * penalty * away
        return loss, gradient.astype(np.float64)
