"""Calibration error: how far confidences differ from the share of right answers."""

from dataclasses import dataclass

import numpy as np

from models.metrics.bootstrap import Array, Indices
from models.metrics.errors import Unmeasurable

BINS = 10  # of equal width
ROUNDING = 1e-6  # a softmax in fp32 may add up to a little more than one


@dataclass(frozen=True)
class Bin:
    """The texts whose confidence lies in [low, high), the last bin's in [low, 1]."""

    low: float
    high: float
    count: int
    confidence: float  # mean
    accuracy: float


def expected_calibration_error(
    confidence: Array, right: Array, expected: Array | None = None
) -> float:
    """Expected calibration error of (n,) confidences and (n,) outcomes, 0 or 1.

    Bins of equal width, weighted by how many texts they hold (Guo et al.,
    https://arxiv.org/abs/1706.04599). `expected` (n,): the probability of each outcome, where it
    isn't the confidence. Raises Unmeasurable for a confidence outside 0..1.
    """
    predicted = confidence if expected is None else expected
    gaps = np.bincount(_bin_indices(confidence), weights=predicted - right)
    return float(np.abs(gaps).sum() / len(confidence))


def noisy_calibration_error(confidence: Array, agree: Array, noise: float, classes: int) -> float:
    """Expected calibration error of (n,) confidences, judged by labels that may be wrong.

    `agree` (n,): whether the prediction is the label, 0 or 1; `noise`: the share of wrong labels,
    spread evenly over the other classes. A right prediction agrees with 1 - noise of the labels, a
    wrong one by chance; the gap is scaled back. Raises Unmeasurable for a confidence outside 0..1.
    """
    by_chance = noise / (classes - 1)
    expected = confidence * (1 - noise) + (1 - confidence) * by_chance
    error = expected_calibration_error(confidence, agree, expected)
    return error / (1 - noise - by_chance)


def confidence_bins(confidence: Array, right: Array) -> list[Bin]:
    """The non-empty bins, by rising confidence. Raises Unmeasurable for one outside 0..1."""
    places = _bin_indices(confidence)
    return [
        Bin(
            low=place / BINS,
            high=(place + 1) / BINS,
            count=int((places == place).sum()),
            confidence=float(confidence[places == place].mean()),
            accuracy=float(right[places == place].mean()),
        )
        for place in np.unique(places).tolist()
    ]


def _bin_indices(confidence: Array) -> Indices:
    wrong = confidence[~((confidence >= 0) & (confidence <= 1 + ROUNDING))]  # NaN is wrong, too
    if len(wrong):
        raise Unmeasurable(f"a confidence is a probability, 0 to 1, not {wrong[0]}")
    return np.minimum((confidence * BINS).astype(np.intp), BINS - 1)
