"""What a classifier said of a text, beside what a person said."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.metrics.bootstrap import Array
from models.metrics.errors import Unmeasurable

FOREIGN = "__oos__"  # the label of a text that belongs to no class


@dataclass(frozen=True, kw_only=True)
class Guess:
    """One text: its label, what was named instead, how surely, and how foreign it looked."""

    truth: str
    named: str
    confidence: float  # 0..1
    foreignness: float = 0.0  # greater is more foreign; any scale
    refused: bool | None = None  # at the model's threshold; None if it has none
    asked_back: bool | None = None  # a bot would ask back or decline instead of answering


def within(guesses: Sequence[Guess]) -> list[Guess]:
    """The texts that have a class. Raises Unmeasurable without one."""
    inside = [guess for guess in guesses if guess.truth != FOREIGN]
    if not inside:
        raise Unmeasurable("no text has a label other than " + FOREIGN)
    return inside


def right(guesses: Sequence[Guess]) -> Array:
    """1 where the label was named, else 0: (n,)."""
    return np.array([guess.truth == guess.named for guess in guesses], dtype=float)


def confidence(guesses: Sequence[Guess]) -> Array:
    """(n,)."""
    return np.array([guess.confidence for guess in guesses], dtype=float)


def stranger(guesses: Sequence[Guess]) -> Array:
    """1 where the text belongs to no class, else 0: (n,)."""
    return np.array([guess.truth == FOREIGN for guess in guesses], dtype=float)


def foreignness(guesses: Sequence[Guess]) -> Array:
    """(n,)."""
    return np.array([guess.foreignness for guess in guesses], dtype=float)
