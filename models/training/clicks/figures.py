"""Figures of a click model on the rows held out, beside those of the baselines."""

import math
from collections.abc import Sequence

import numpy as np

from models.encoder.click_scale import ClickScale
from models.metrics import click_pairs, clicks
from models.metrics.clicks import ShownHeadline
from models.metrics.errors import Unmeasurable
from models.training.clicks.baselines import score_by_baselines
from models.training.clicks.rows import ClickRow

FEWEST = 20  # rows to learn a baseline from
NAMES = ("pairs_significant", "pairwise_accuracy_significant", "pairwise_accuracy", "spearman")


def measure(
    held_rows: Sequence[ClickRow], scores: Sequence[float], scale: ClickScale
) -> dict[str, float]:
    """The figures of held-out rows: by pairs in a test, else over all rows. {}: nothing to rank."""
    if not held_rows:
        return {}
    if not any(row.test for row in held_rows):
        return _measure_rates(held_rows, scores, scale)
    try:
        headlines = show(held_rows, [scale.slope * score for score in scores])
        plain = clicks.figures(headlines)
        pairs = click_pairs.pair_figures(headlines, scale.text_spread)
        gain, bound = click_pairs.click_log_loss_gain(headlines)
    except Unmeasurable:
        return {}
    ordered = {name: value for name in NAMES if (value := plain[name]) is not None}
    return {**ordered, **pairs, "click_log_loss_gain": gain, "click_log_loss_gain_bound": bound}


def compare_with_baselines(
    learn: Sequence[ClickRow], held_rows: Sequence[ClickRow]
) -> dict[str, float]:
    """The accuracy of each baseline on the significant pairs; {} where too few rows are learnt
    from or none can be ranked.
    """
    if len(learn) < FEWEST or not any(row.test for row in held_rows):
        return {}
    name = "pairwise_accuracy_significant"
    figures: dict[str, float] = {}
    for baseline, scores in score_by_baselines(learn, held_rows).items():
        try:
            value = clicks.figures(show(held_rows, scores))[name]
        except Unmeasurable:
            return {}
        if value is not None:
            figures[f"{baseline}_{name}"] = value
    return figures


def show(rows: Sequence[ClickRow], log_odds: Sequence[float]) -> list[ShownHeadline]:
    """The rows with their scores, for the metrics."""
    return [
        ShownHeadline(row.test, round(row.impressions), round(row.clicks), score)
        for row, score in zip(rows, log_odds, strict=True)
    ]


def _measure_rates(
    held_rows: Sequence[ClickRow], scores: Sequence[float], scale: ClickScale
) -> dict[str, float]:
    """Rows that belong to no test: how rates, not orders in a test, are predicted."""
    rates = np.array([row.rate for row in held_rows])
    impressions = np.array([row.impressions for row in held_rows])
    ranges = [
        scale.to_range(score, row.features) for row, score in zip(held_rows, scores, strict=True)
    ]
    predicted = np.array([each.rate for each in ranges])
    plain = np.full(len(rates), (rates * impressions).sum() / impressions.sum())
    rho = clicks.figures(show(held_rows, [each.log_odds for each in ranges]))["spearman_pooled"]
    return {
        "rank_correlation": 0.0 if rho is None else rho,
        "log_loss_gain": 1
        - _log_loss(predicted, rates, impressions) / _log_loss(plain, rates, impressions),
        "root_mean_square_error": math.sqrt(float(((predicted - rates) ** 2).mean())),
        "root_mean_square_error_of_the_mean": math.sqrt(float(((plain - rates) ** 2).mean())),
    }


def _log_loss(predicted: np.ndarray, rates: np.ndarray, impressions: np.ndarray) -> float:
    p = predicted.clip(1e-9, 1 - 1e-9)
    loss = -(rates * np.log(p) + (1 - rates) * np.log1p(-p))
    return float((loss * impressions).sum() / impressions.sum())
