"""Figures of pairs: whether two sentences mean the same."""

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import f1_score

from models.metrics import bootstrap, calibration, proportion, ranking
from models.metrics.bootstrap import SEED, Array, Indices, Interval
from models.metrics.errors import Unmeasurable

SAME = 0.5  # a probability above it means "the same"; not tuned on test data


def figures(truth: Sequence[int], score: Sequence[float]) -> dict[str, float | int | None]:
    """n, accuracy, auc, f1 and ece of pairs: 1 the same or 0, and the probability of the same.

    F1 is that of "the same"; auc is None without pairs of both kinds; ece is that of the answer
    given. Raises Unmeasurable for no pair at all or values out of these ranges.
    """
    same, likely = _check_pairs(truth, score)
    return {
        "n": len(same),
        "accuracy": float(_is_right(same, likely).mean()),
        "auc": ranking.auroc(same, likely) if ranking.has_both_kinds(same) else None,
        "f1": float(f1_score(same, likely > SAME, zero_division=0)),
        "ece": calibration.expected_calibration_error(
            answer_confidence(likely), _is_right(same, likely)
        ),
    }


def intervals(
    truth: Sequence[int], score: Sequence[float], seed: int = SEED
) -> dict[str, Interval | None]:
    """95 % intervals: Wilson's of accuracy, the bootstrap's of auc and ece. Raises as `figures`."""
    same, likely = _check_pairs(truth, score)
    rows, right, sure = [np.arange(len(same))], _is_right(same, likely), answer_confidence(likely)

    def calibration_error(sampled_rows: Indices) -> float:
        return calibration.expected_calibration_error(sure[sampled_rows], right[sampled_rows])

    return {
        "accuracy": proportion.interval(right),
        "auc": ranking.interval(same, likely, seed) if ranking.has_both_kinds(same) else None,
        "ece": bootstrap.interval(calibration_error, rows, seed),
    }


def answer_confidence(score: Array) -> Array:
    """The probability of the answer that was given, the same or not: (n,) -> (n,)."""
    sure: Array = np.maximum(score, 1 - score)
    return sure


def _is_right(same: Array, score: Array) -> Array:
    return np.array((score > SAME) == (same == 1), dtype=float)


def _check_pairs(truth: Sequence[int], score: Sequence[float]) -> tuple[Array, Array]:
    same, likely = np.asarray(truth, dtype=float), np.asarray(score, dtype=float)
    if not len(same) or same.shape != likely.shape:
        raise Unmeasurable(f"{len(same)} labels and {len(likely)} scores: give one of each a pair")
    if not np.isin(same, (0, 1)).all():
        raise Unmeasurable("a pair's label is 1 (the same) or 0 (not)")
    if not ((likely >= 0) & (likely <= 1 + calibration.ROUNDING)).all():
        raise Unmeasurable("a pair's score is a probability, 0 to 1")
    return same, likely
