"""What is searched for, and how meaning and words are blended."""

from dataclasses import dataclass

import numpy as np

Vector = np.ndarray  # (D,) fp32


@dataclass(frozen=True, slots=True)
class Blend:
    """How meaning and words make up the likelihood of an answer: docs/decisions/0007."""

    words: float = 0.1  # weight of the words' share; the cosine has weight 1
    slope: float = 25.0
    bias: float = -22.0
    enough: float = 0.35  # likelihood from which a result is `answerable`


@dataclass(frozen=True, slots=True)
class Query:
    """A text to search for, with its vector."""

    text: str
    vector: Vector
    model: str  # that made the vector
