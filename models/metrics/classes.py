"""Figures of classification, one label out of many: accuracy, F1 and calibration."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import classification_report

from models.metrics import bootstrap, calibration, proportion, scope
from models.metrics import guesses as columns
from models.metrics.bootstrap import SEED, Array, Indices, Interval
from models.metrics.guesses import Prediction, with_class


@dataclass(frozen=True)
class ClassFigures:
    """Figures of one class; the precision is 0 for a class that is never predicted."""

    name: str
    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True)
class _CodedLabels:
    """Labels as numbers: a bootstrap counts them a thousand times, 3 ms each in scikit-learn."""

    names: tuple[str, ...]
    truth: Indices  # (n,)
    answers: Indices  # (n,)

    def resample(self, rows: Indices) -> "_CodedLabels":
        return _CodedLabels(self.names, self.truth[rows], self.answers[rows])


def figures(predictions: Sequence[Prediction]) -> dict[str, float | int | None]:
    """n, accuracy, macro_f1, weighted_f1 and ece over the texts that have a class, and
    `scope.figures` over all.

    Averages of F1 are over the classes that occur among the labels. Raises Unmeasurable without
    a single text that has a class, or for a confidence outside 0..1.
    """
    inside = with_class(predictions)
    coded, right = _encode_predictions(inside), columns.is_right(inside)
    return {
        "n": len(inside),
        "accuracy": float(right.mean()),
        "macro_f1": _macro_f1(coded),
        "weighted_f1": float(_f1_scores(coded)[coded.truth].mean()),
        "ece": calibration.expected_calibration_error(columns.confidences_of(inside), right),
        **scope.figures(predictions),
    }


def intervals(predictions: Sequence[Prediction], seed: int = SEED) -> dict[str, Interval | None]:
    """95 % intervals of what `figures` has: Wilson's of shares of texts, the bootstrap's of
    macro_f1, ece and oos_auroc.

    Seconds for 10,000 texts.
    """
    inside = with_class(predictions)
    rows, coded = [np.arange(len(inside))], _encode_predictions(inside)
    confidence, right = columns.confidences_of(inside), columns.is_right(inside)

    def calibration_error(sampled_rows: Indices) -> float:
        return calibration.expected_calibration_error(confidence[sampled_rows], right[sampled_rows])

    return {
        "accuracy": interval(predictions),
        "macro_f1": bootstrap.interval(lambda drawn: _macro_f1(coded.resample(drawn)), rows, seed),
        "ece": bootstrap.interval(calibration_error, rows, seed),
        "oos_auroc": scope.interval(predictions, seed),
        **scope.intervals(predictions),
    }


def interval(predictions: Sequence[Prediction]) -> Interval:
    """Wilson's 95 % interval of accuracy. Raises Unmeasurable without a text that has a class."""
    wilson_interval = proportion.interval(columns.is_right(with_class(predictions)))
    assert wilson_interval is not None
    return wilson_interval


def by_class(predictions: Sequence[Prediction]) -> str:
    """Precision, recall, F1 and count of each class, as a table."""
    inside = with_class(predictions)
    table: str = classification_report(
        [g.truth for g in inside], [g.answer for g in inside],
        labels=sorted({g.truth for g in inside}), digits=3, zero_division=0,
    )  # fmt: skip
    return table


def per_class_figures(predictions: Sequence[Prediction]) -> list[ClassFigures]:
    """The figures of every class that occurs among the labels, by name."""
    coded = _encode_predictions(with_class(predictions))
    labelled, answered, hit = _count_labels(coded)
    precision, recall, f1 = _divide(hit, answered), _divide(hit, labelled), _f1_scores(coded)
    return [
        ClassFigures(
            coded.names[k], float(precision[k]), float(recall[k]), float(f1[k]), int(labelled[k])
        )
        for k in np.unique(coded.truth).tolist()
    ]


def macro_f1(truth: Sequence[str], answers: Sequence[str]) -> float:
    """The mean F1 of the classes that occur among n labels `truth`, given n `answers`."""
    return _macro_f1(_encode_labels(truth, answers))


def _encode_predictions(predictions: Sequence[Prediction]) -> _CodedLabels:
    return _encode_labels(
        [guess.truth for guess in predictions], [guess.answer for guess in predictions]
    )


def _encode_labels(truth_names: Sequence[str], answer_names: Sequence[str]) -> _CodedLabels:
    names, codes = np.unique([truth_names, answer_names], return_inverse=True)
    truth, answers = codes.reshape(2, -1)
    return _CodedLabels(tuple(names.tolist()), truth, answers)


def _count_labels(coded: _CodedLabels) -> tuple[Indices, Indices, Indices]:
    """How often each name is a label, an answer, and both at once: (C,) each."""
    size, hit = len(coded.names), coded.truth[coded.truth == coded.answers]
    return (
        np.bincount(coded.truth, minlength=size),
        np.bincount(coded.answers, minlength=size),
        np.bincount(hit, minlength=size),
    )


def _f1_scores(coded: _CodedLabels) -> Array:
    labelled, answered, hit = _count_labels(coded)
    return _divide(2 * hit, labelled + answered)


def _macro_f1(coded: _CodedLabels) -> float:
    return float(_f1_scores(coded)[np.unique(coded.truth)].mean())


def _divide(part: Indices, whole: Indices) -> Array:
    return part / np.maximum(whole, 1)  # nothing of nothing is 0, as the field has it
