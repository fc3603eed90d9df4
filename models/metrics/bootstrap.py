"""Bootstrap intervals: how far a figure would move on other texts of the same kind."""

from collections.abc import Callable, Sequence

import numpy as np
from tqdm import tqdm

RESAMPLES = 1000
SEED = 7

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Indices = np.ndarray[tuple[int, ...], np.dtype[np.intp]]
Interval = tuple[float, float]


def interval(
    statistic: Callable[[Indices], float], groups: Sequence[Indices], seed: int = SEED
) -> Interval:
    """The 95 % percentile interval of a statistic of row indices.

    Rows are drawn with replacement inside each group, so that no resample lacks a kind that the
    statistic needs (out-of-scope texts, positive pairs). Efron and Tibshirani, An Introduction to
    the Bootstrap (1993), chapter 13. scipy.stats.bootstrap refuses a group of one row.
    """
    generator = np.random.default_rng(seed)

    def draw() -> Indices:
        return np.concatenate([generator.choice(group, len(group)) for group in groups])

    bar = tqdm(range(RESAMPLES), desc="bootstrap", leave=False, disable=None)
    low, high = np.quantile([statistic(draw()) for _ in bar], [0.025, 0.975])
    return float(low), float(high)


def ratio_interval(numerators: Array, denominators: Array, seed: int = SEED) -> Interval | None:
    """The interval of sum(numerators) / sum(denominators), (n,) each; None without a row.

    Rows whose denominator is 0 aren't drawn.
    """
    rows = np.flatnonzero(denominators)
    if not len(rows):
        return None
    return interval(
        lambda sampled_rows: numerators[sampled_rows].sum() / denominators[sampled_rows].sum(),
        [rows],
        seed,
    )
