"""Predictions of a classifier with their true labels, and columns of them as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.metrics.bootstrap import Array
from models.metrics.errors import Unmeasurable

OUT_OF_SCOPE_LABEL = "__oos__"  # the label of a text that belongs to no class


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """One text: its label, the predicted one, confidence, and how far out of scope it looked."""

    truth: str
    answer: str
    confidence: float  # 0..1
    foreignness: float = 0.0  # score for out of scope; any scale
    refused: bool | None = None  # at the model's threshold; None if it has none
    asked_back: bool | None = None  # a bot would ask back or decline instead of answering


def with_class(predictions: Sequence[Prediction]) -> list[Prediction]:
    """The texts that have a class. Raises Unmeasurable without one."""
    inside = [guess for guess in predictions if guess.truth != OUT_OF_SCOPE_LABEL]
    if not inside:
        raise Unmeasurable("no text has a label other than " + OUT_OF_SCOPE_LABEL)
    return inside


def is_right(predictions: Sequence[Prediction]) -> Array:
    """1 where the label was predicted, else 0: (n,)."""
    return np.array([guess.truth == guess.answer for guess in predictions], dtype=float)


def confidences_of(predictions: Sequence[Prediction]) -> Array:
    """The confidences, (n,) float64."""
    return np.array([guess.confidence for guess in predictions], dtype=float)


def is_out_of_scope(predictions: Sequence[Prediction]) -> Array:
    """1 where the text belongs to no class, else 0: (n,)."""
    return np.array([guess.truth == OUT_OF_SCOPE_LABEL for guess in predictions], dtype=float)


def foreignness_of(predictions: Sequence[Prediction]) -> Array:
    """The out-of-scope scores, (n,) float64."""
    return np.array([guess.foreignness for guess in predictions], dtype=float)
