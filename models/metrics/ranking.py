"""AUROC: how well a score of any scale separates two kinds of rows."""

import numpy as np
from scipy.stats import rankdata

from models.metrics import bootstrap
from models.metrics.bootstrap import SEED, Array, Interval


def auroc(positive: Array, score: Array) -> float:
    """The chance that a positive row scores above a negative one, a tie counting half.

    `positive` is (n,) of 0 and 1, both there; `score` is (n,). Mann and Whitney's U over the
    number of pairs: scikit-learn's checks take three times as long, and a bootstrap asks a
    thousand times.
    """
    ranks, positives = rankdata(score), float(positive.sum())
    above = ranks[positive == 1].sum() - positives * (positives + 1) / 2
    return float(above / (positives * (len(score) - positives)))


def interval(positive: Array, score: Array, seed: int = SEED) -> Interval:
    """The 95 % bootstrap interval of `auroc`, as many of either kind in each resample."""
    kinds = [np.flatnonzero(positive == 0), np.flatnonzero(positive == 1)]
    return bootstrap.interval(lambda rows: auroc(positive[rows], score[rows]), kinds, seed)


def has_both_kinds(positive: Array) -> bool:
    """Whether rows of both kinds are there, without which no curve is defined."""
    return bool(0 < positive.sum() < len(positive))
