"""What a classifier is worth on labelled texts. Figures as the field defines them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import (
    accuracy_score,
    classification_report,
    f1_score,
    roc_auc_score,
    roc_curve,
)

FOREIGN = "__oos__"  # the label of a text that belongs to no class
BINS = 10
RESAMPLES = 1000

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@dataclass(frozen=True)
class Guess:
    """One text: its label, what was named instead, how surely, and how foreign it looked."""

    truth: str
    named: str
    confidence: float  # 0..1
    foreignness: float = 0.0  # greater is more foreign; any scale


def figures(guesses: Sequence[Guess]) -> dict[str, float | int | None]:
    """n, accuracy, macro_f1, weighted_f1 and ece over the texts that have a class; oos_auroc and
    oos_recall_at_5fpr over all, None without texts of both kinds.

    Averages of F1 are over the classes that occur among the labels. Raises ValueError without
    a single text that has a class.
    """
    inside = [guess for guess in guesses if guess.truth != FOREIGN]
    if not inside:
        raise ValueError("no text has a label other than " + FOREIGN)
    truth, named = [g.truth for g in inside], [g.named for g in inside]
    classes = sorted(set(truth))
    return {
        "n": len(inside),
        "accuracy": float(accuracy_score(truth, named)),
        "macro_f1": _f1(truth, named, classes, "macro"),
        "weighted_f1": _f1(truth, named, classes, "weighted"),
        "ece": _calibration_error(inside),
        **_foreign(guesses),
    }


def interval(guesses: Sequence[Guess], seed: int = 7) -> tuple[float, float]:
    """The 95 % bootstrap interval of accuracy."""
    right = np.array([g.truth == g.named for g in guesses if g.truth != FOREIGN], dtype=float)
    drawn = np.random.default_rng(seed).integers(len(right), size=(RESAMPLES, len(right)))
    low, high = np.quantile(right[drawn].mean(1), [0.025, 0.975])
    return float(low), float(high)


def by_class(guesses: Sequence[Guess]) -> str:
    """Precision, recall, F1 and count of each class, as a table."""
    inside = [guess for guess in guesses if guess.truth != FOREIGN]
    table: str = classification_report(
        [g.truth for g in inside], [g.named for g in inside],
        labels=sorted({g.truth for g in inside}), digits=3, zero_division=0,
    )  # fmt: skip
    return table


def _f1(truth: list[str], named: list[str], classes: list[str], average: str) -> float:
    return float(f1_score(truth, named, labels=classes, average=average, zero_division=0))


def _calibration_error(guesses: Sequence[Guess]) -> float:
    """Expected calibration error: bins of equal width, weighted by how many texts they hold."""
    confidence = np.array([g.confidence for g in guesses])
    right = np.array([g.truth == g.named for g in guesses], dtype=float)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(float((confidence - right)[bins == b].sum())) for b in range(BINS)]
    return sum(gaps) / len(guesses)


def _foreign(guesses: Sequence[Guess]) -> dict[str, float | None]:
    foreign = np.array([g.truth == FOREIGN for g in guesses])
    if foreign.all() or not foreign.any():
        return {"oos_auroc": None, "oos_recall_at_5fpr": None}
    score = np.array([g.foreignness for g in guesses])
    false_alarms, recall, _ = roc_curve(foreign, score)
    return {
        "oos_auroc": float(roc_auc_score(foreign, score)),
        "oos_recall_at_5fpr": float(recall[false_alarms <= 0.05].max()),
    }
