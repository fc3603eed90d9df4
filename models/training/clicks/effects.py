"""Effects of features (channel, segment, hour, position) on the log-odds of a click."""

from collections.abc import Sequence

import numpy as np

from models.encoder.click_scale import ClickScale
from models.training.clicks.calibration import Array, observe_log_odds
from models.training.clicks.rows import FEATURES, ClickRow

PRIOR_SPREAD = 0.3  # of effects: a value of few rows has an effect close to 0
ROUNDS = 5  # over all features, since they go together: posters in the evening


def fit_effects(
    rows: Sequence[ClickRow], scores: Sequence[float], scale: ClickScale
) -> dict[str, dict[str, float]]:
    """The effect of each value of each feature that the rows have, by backfitting ridge."""
    observed = observe_log_odds(rows)
    weights = observed.weights(np.hypot(scale.text_spread, scale.level_spread))
    rest = observed.value - scale.level - scale.slope * np.array(scores)
    names = [name for name in FEATURES if any(name in row.features for row in rows)]
    effects: dict[str, dict[str, float]] = {name: {} for name in names}
    shifts = {name: np.zeros(len(rows)) for name in names}
    for name in names * ROUNDS:
        others = sum((shift for other, shift in shifts.items() if other != name), np.zeros(1))
        values = [row.features.get(name, "") for row in rows]
        effects[name] = _shrunken_means(values, rest - others, weights)
        shifts[name] = np.array([effects[name].get(value, 0.0) for value in values])
    return effects


def _shrunken_means(values: Sequence[str], rest: Array, weights: Array) -> dict[str, float]:
    """The mean of `rest` for each value but "", drawn towards 0 by the prior."""
    effects: dict[str, float] = {}
    for value in sorted(set(values) - {""}):
        rows = np.array([each == value for each in values])
        weight = float(weights[rows].sum())
        mean = float((weights * rest)[rows].sum()) / (weight + PRIOR_SPREAD**-2)
        effects[value] = round(mean, 4)
    return effects
