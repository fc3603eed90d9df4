"""Many comparisons: family-wise error by Holm, false discoveries by Benjamini and Hochberg."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from app.marketing.experiments.stats.values import BadCounts


def adjust_holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's adjusted p-values (1979): several variants against one control."""
    _refuse_bad_p_values(p_values)
    order = np.argsort(p_values)
    adjusted = np.empty(len(p_values))
    largest = 0.0
    for rank, at in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[at]))
        adjusted[at] = largest
    return tuple(map(float, adjusted))


def adjust_false_discovery(p_values: Sequence[float]) -> tuple[float, ...]:
    """Benjamini and Hochberg's adjusted p-values (1995): many metrics."""
    _refuse_bad_p_values(p_values)
    if not p_values:
        return ()
    return tuple(map(float, stats.false_discovery_control(p_values)))


def _refuse_bad_p_values(p_values: Sequence[float]) -> None:
    if any(not 0 <= p <= 1 for p in p_values):
        raise BadCounts("p-values lie between 0 and 1")
