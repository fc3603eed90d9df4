"""A logistic regression of clicks on what was shown, which starts from the weights of before.

The biases, such as the place, are fitted beside the features, so that an item isn't held good for
having stood first; they are left out when items are ranked (Richardson et al. 2007).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

PENALTY = 1.0  # times the squared distance from the prior, of features
BIAS_PENALTY = 0.1  # the same of biases, whose prior is 0
LEAST_CLICKS = 200  # from which clicks teach at all
LEAST_LATER_CLICKS = 40  # of them in the later part, by which the weights are judged
EARLIER = 0.75  # share of exposures that the judged weights are learnt from
CONFIDENCE = 1.645  # standard errors: one-sided 95 %


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClickRows:
    """Exposures by rising time: features (n, K), biases (n, B), clicks (n,) of 0 and 1.

    `followers` (n,): a number for each follower, whose exposures aren't independent.
    """

    features: np.ndarray
    biases: np.ndarray
    clicks: np.ndarray
    followers: np.ndarray

    def select(self, rows: slice) -> "ClickRows":
        """A part of the rows."""
        return ClickRows(
            features=self.features[rows],
            biases=self.biases[rows],
            clicks=self.clicks[rows],
            followers=self.followers[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickTrial:
    """How weights learnt from clicks did on later exposures, against those of before.

    `gain`: by what share the mean log loss of the later exposures is smaller; `lowest_gain`: its
    one-sided 95 % bound, by followers.
    """

    exposures: int
    clicks: int
    later_exposures: int
    gain: float
    lowest_gain: float

    @property
    def is_better(self) -> bool:
        """Whether the learnt weights are better beyond chance."""
        return self.lowest_gain > 0


@dataclass(frozen=True, slots=True, eq=False)
class ClickLesson:
    """Weights (K,) learnt from all rows, and how those learnt from the earlier ones did later."""

    weights: np.ndarray
    trial: ClickTrial


def learn_weights(rows: ClickRows, former: np.ndarray) -> ClickLesson | None:
    """Weights that start from `former` (K,) and are compared with it; None with few clicks."""
    cut = int(EARLIER * len(rows.clicks))
    if rows.clicks.sum() < LEAST_CLICKS or rows.clicks[cut:].sum() < LEAST_LATER_CLICKS:
        return None
    # What is the same in all rows must not share in the rate of clicks, which is a bias.
    rows = replace(rows, features=rows.features - rows.features.mean(0))
    earlier, later = rows.select(slice(cut)), rows.select(slice(cut, None))
    losses = _measure_losses(later, _fit(earlier, former))
    former_losses = _measure_losses(
        _score_alone(later, former), _fit(_score_alone(earlier, former))
    )
    differences = former_losses - losses
    error = _find_clustered_error(differences, later.followers)
    scale = float(former_losses.mean())
    gain = float(differences.mean())
    trial = ClickTrial(
        exposures=len(rows.clicks),
        clicks=int(rows.clicks.sum()),
        later_exposures=len(later.clicks),
        gain=gain / scale,
        lowest_gain=(gain - CONFIDENCE * error) / scale,
    )
    return ClickLesson(_fit(rows, former)[: len(former)], trial)


def _score_alone(rows: ClickRows, weights: np.ndarray) -> ClickRows:
    """The rows with one feature: the score by these weights. Its weight calibrates the score."""
    score = rows.features @ weights.astype(np.float32)
    return replace(rows, features=score[:, None])


def _fit(rows: ClickRows, prior: np.ndarray | None = None) -> np.ndarray:
    """(K + B,) weights of features and biases with the largest posterior probability."""
    width = rows.features.shape[1]
    columns = np.concatenate([rows.features, rows.biases], 1).astype(np.float64)
    means = np.zeros(columns.shape[1])
    means[:width] = np.ones(width) if prior is None else prior
    penalties = np.full(len(means), BIAS_PENALTY)
    penalties[:width] = PENALTY

    def compute_loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logits, away = columns @ weights, weights - means
        loss = np.sum(np.logaddexp(0, logits) - rows.clicks * logits)
        gradient = columns.T @ (_expit(logits) - rows.clicks) + 2 * penalties * away
        return float(loss + penalties @ away**2), gradient

    return np.asarray(minimize(compute_loss, means, jac=True, method="L-BFGS-B").x)


def _measure_losses(rows: ClickRows, weights: np.ndarray) -> np.ndarray:
    """(n,) log losses in nats."""
    logits = np.concatenate([rows.features, rows.biases], 1) @ weights
    losses: np.ndarray = np.logaddexp(0, logits) - rows.clicks * logits
    return losses


def _find_clustered_error(values: np.ndarray, clusters: np.ndarray) -> float:
    """The standard error of the mean of values (n,), which depend on one another in a cluster."""
    _, numbers = np.unique(clusters, return_inverse=True)
    sums = np.bincount(numbers, values - values.mean())
    return float(np.sqrt(sums @ sums) / len(values))


def _expit(logits: np.ndarray) -> np.ndarray:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)))
