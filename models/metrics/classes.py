"""One label out of many: accuracy, F1 and calibration."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import classification_report

from models.metrics import bootstrap, calibration, proportion, scope
from models.metrics import guesses as columns
from models.metrics.bootstrap import SEED, Array, Indices, Interval
from models.metrics.guesses import Guess, within


@dataclass(frozen=True)
class ClassFigures:
    """One class; a precision is 0 where nothing was named so."""

    name: str
    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True)
class _Coded:
    """Labels as numbers: a bootstrap counts them a thousand times, 3 ms each in scikit-learn."""

    names: tuple[str, ...]
    truth: Indices  # (n,)
    named: Indices  # (n,)

    def drawn(self, rows: Indices) -> "_Coded":
        return _Coded(self.names, self.truth[rows], self.named[rows])


def figures(guesses: Sequence[Guess]) -> dict[str, float | int | None]:
    """n, accuracy, macro_f1, weighted_f1 and ece over the texts that have a class, and
    `scope.figures` over all.

    Averages of F1 are over the classes that occur among the labels. Raises Unmeasurable without
    a single text that has a class, or for a confidence outside 0..1.
    """
    inside = within(guesses)
    coded, right = _coded(inside), columns.right(inside)
    return {
        "n": len(inside),
        "accuracy": float(right.mean()),
        "macro_f1": _macro_f1(coded),
        "weighted_f1": float(_f1(coded)[coded.truth].mean()),
        "ece": calibration.error(columns.confidence(inside), right),
        **scope.figures(guesses),
    }


def intervals(guesses: Sequence[Guess], seed: int = SEED) -> dict[str, Interval | None]:
    """95 % intervals of what `figures` has: Wilson's of shares of texts, the bootstrap's of
    macro_f1, ece and oos_auroc.

    Seconds for 10,000 texts.
    """
    inside = within(guesses)
    rows, coded = [np.arange(len(inside))], _coded(inside)
    confidence, right = columns.confidence(inside), columns.right(inside)

    def calibration_error(drawn: Indices) -> float:
        return calibration.error(confidence[drawn], right[drawn])

    return {
        "accuracy": interval(guesses),
        "macro_f1": bootstrap.interval(lambda drawn: _macro_f1(coded.drawn(drawn)), rows, seed),
        "ece": bootstrap.interval(calibration_error, rows, seed),
        "oos_auroc": scope.interval(guesses, seed),
        **scope.intervals(guesses),
    }


def interval(guesses: Sequence[Guess]) -> Interval:
    """Wilson's 95 % interval of accuracy. Raises Unmeasurable without a text that has a class."""
    found = proportion.interval(columns.right(within(guesses)))
    assert found is not None
    return found


def by_class(guesses: Sequence[Guess]) -> str:
    """Precision, recall, F1 and count of each class, as a table."""
    inside = within(guesses)
    table: str = classification_report(
        [g.truth for g in inside], [g.named for g in inside],
        labels=sorted({g.truth for g in inside}), digits=3, zero_division=0,
    )  # fmt: skip
    return table


def per_class(guesses: Sequence[Guess]) -> list[ClassFigures]:
    """The figures of every class that occurs among the labels, by name."""
    coded = _coded(within(guesses))
    labelled, answered, hit = _counts(coded)
    precision, recall, f1 = _share(hit, answered), _share(hit, labelled), _f1(coded)
    return [
        ClassFigures(
            coded.names[k], float(precision[k]), float(recall[k]), float(f1[k]), int(labelled[k])
        )
        for k in np.unique(coded.truth).tolist()
    ]


def _coded(guesses: Sequence[Guess]) -> _Coded:
    labels = [[guess.truth for guess in guesses], [guess.named for guess in guesses]]
    names, codes = np.unique(labels, return_inverse=True)
    truth, named = codes.reshape(2, -1)
    return _Coded(tuple(names.tolist()), truth, named)


def _counts(coded: _Coded) -> tuple[Indices, Indices, Indices]:
    """How often each name is a label, an answer, and both at once: (C,) each."""
    size, hit = len(coded.names), coded.truth[coded.truth == coded.named]
    return (
        np.bincount(coded.truth, minlength=size),
        np.bincount(coded.named, minlength=size),
        np.bincount(hit, minlength=size),
    )


def _f1(coded: _Coded) -> Array:
    labelled, answered, hit = _counts(coded)
    return _share(2 * hit, labelled + answered)


def _macro_f1(coded: _Coded) -> float:
    return float(_f1(coded)[np.unique(coded.truth)].mean())


def _share(part: Indices, whole: Indices) -> Array:
    return part / np.maximum(whole, 1)  # nothing of nothing is 0, as the field has it
