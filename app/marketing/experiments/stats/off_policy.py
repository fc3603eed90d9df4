"""What another policy would have earned, from logged choices and their probabilities.

Sources: Horvitz and Thompson 1952; Swaminathan and Joachims 2015 (NIPS, 3231) for the
self-normalised estimate; Dudík, Langford and Li 2011 (ICML, 1097) for the doubly robust one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from app.marketing.experiments.stats.values import BadCounts

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyValue:
    """An estimate of the mean reward, its standard error, and the effective sample size."""

    value: float
    error: float
    effective_size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyLog:
    """Rounds of a logging policy, all of one length.

    rewards: what was earned. logged: the probability with which the logging policy chose what it
    did. target: that of the policy to judge.
    """

    rewards: Array
    logged: Array
    target: Array

    @classmethod
    def of(
        cls, rewards: Sequence[float], logged: Sequence[float], target: Sequence[float]
    ) -> "PolicyLog":
        """A log of checked values. Raises BadCounts."""
        arrays = [np.asarray(each, dtype=np.float64) for each in (rewards, logged, target)]
        if len({len(array) for array in arrays}) != 1 or len(arrays[0]) < 2:
            raise BadCounts("a log has two rounds or more, each with reward and both probabilities")
        if not ((arrays[1] > 0) & (arrays[1] <= 1)).all():
            raise BadCounts("a logged probability lies above 0 and at most at 1")
        if not ((arrays[2] >= 0) & (arrays[2] <= 1)).all():
            raise BadCounts("a probability of the policy lies between 0 and 1")
        return cls(rewards=arrays[0], logged=arrays[1], target=arrays[2])

    @property
    def weights(self) -> Array:
        """How much likelier the judged policy chooses what was chosen."""
        return self.target / self.logged


def estimate_by_weighting(log: PolicyLog) -> PolicyValue:
    """IPS: unbiased; its variance is large where the policies differ."""
    return _summarise(log.weights * log.rewards, log.weights)


def estimate_self_normalised(log: PolicyLog) -> PolicyValue:
    """SNIPS: slightly biased, of smaller variance. Raises BadCounts where no round fits."""
    weights = log.weights
    if not weights.sum():
        raise BadCounts("the policy never chooses what was logged: nothing can be said of it")
    value = float((weights * log.rewards).sum() / weights.sum())
    residuals = weights * (log.rewards - value) / weights.mean()
    return PolicyValue(
        value=value, error=_error_of(residuals), effective_size=_effective_size(weights)
    )


def estimate_doubly_robust(
    log: PolicyLog, predicted_logged: Sequence[float], predicted_target: Sequence[float]
) -> PolicyValue:
    """DR: right where either the probabilities or the predictions are.

    predicted_logged: the predicted reward of what was chosen. predicted_target: the mean
    prediction over what the judged policy would choose. Raises BadCounts.
    """
    chosen = np.asarray(predicted_logged, dtype=np.float64)
    expected = np.asarray(predicted_target, dtype=np.float64)
    if len(chosen) != len(log.rewards) or len(expected) != len(log.rewards):
        raise BadCounts("each round needs both predictions")
    return _summarise(expected + log.weights * (log.rewards - chosen), log.weights)


def _summarise(values: Array, weights: Array) -> PolicyValue:
    return PolicyValue(
        value=float(values.mean()), error=_error_of(values), effective_size=_effective_size(weights)
    )


def _error_of(values: Array) -> float:
    return float(values.std(ddof=1) / sqrt(len(values)))


def _effective_size(weights: Array) -> float:
    """Kish's effective sample size: the rounds that equal weights would have needed."""
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares else 0.0
