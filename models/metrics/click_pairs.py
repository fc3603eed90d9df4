"""Figures of predicted probabilities: which of two headlines of a test is clicked more often."""

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from scipy.stats import norm

from models.metrics.bootstrap import Array
from models.metrics.clicks import ShownHeadline
from models.metrics.errors import Unmeasurable

BINS = 10  # of equally many pairs


def pair_figures(headlines: Sequence[ShownHeadline], text_spread: float) -> dict[str, float]:
    """How good the probabilities are that the one or the other of a pair has the higher rate.

    The scores are log-odds of a click, with the standard deviation `text_spread` within a test.
    All pairs of a test whose rates differ count:

    - pair_ece: the calibration error over BINS bins of equally many pairs;
    - pair_log_loss: the mean log-loss, pairs weighted by their clicks;
    - pair_log_loss_gain: the share by which that is lower than the loss of the plain mean, which
      holds both to be as likely: log 2.

    Raises Unmeasurable without a pair.
    """
    probability, outcome, weight = _list_pairs(headlines, text_spread)
    if not len(probability):
        raise Unmeasurable("no test has two headlines with different rates")
    likely = np.where(outcome, probability, 1 - probability).clip(1e-9)
    loss = float(-(np.log(likely) * weight).sum() / weight.sum())
    return {
        "pair_ece": equal_mass_error(probability, outcome),
        "pair_log_loss": loss,
        "pair_log_loss_gain": 1 - loss / math.log(2),
    }


def click_log_loss_gain(headlines: Sequence[ShownHeadline]) -> tuple[float, float]:
    """The share by which the log-loss of which headline of a pair a click fell on is lower than by
    the plain mean of the test, and the same for the observed rates, which no prediction exceeds.

    The scores are log-odds. Each pair of a test counts by its clicks.
    """
    plain = predicted = observed = 0.0
    for first, second in _iterate_pairs(headlines):
        clicks = np.array([first.clicks, second.clicks], dtype=float)
        impressions = np.array([first.impressions, second.impressions], dtype=float)
        rates = 1 / (1 + np.exp(-np.array([first.score, second.score])))
        plain += _loss(clicks, impressions)
        predicted += _loss(clicks, impressions * rates)
        observed += _loss(clicks, clicks)
    return 1 - predicted / plain, 1 - observed / plain


def equal_mass_error(probability: Array, outcome: Array) -> float:
    """The calibration error of probabilities (n,) of outcomes (n,), over BINS equal bins.

    The pairs are told from the side that is held to be likelier, so that .9 and .1 are one.
    """
    confidence = np.maximum(probability, 1 - probability)
    right = (probability >= 0.5) == (outcome > 0.5)
    order = np.argsort(confidence, kind="stable")
    gaps = [
        abs(float((confidence[part] - right[part]).sum())) for part in np.array_split(order, BINS)
    ]
    return sum(gaps) / len(order)


def _list_pairs(
    headlines: Sequence[ShownHeadline], text_spread: float
) -> tuple[Array, Array, Array]:
    """P(the first has the higher observed rate) (n,), whether it has (n,), clicks of both (n,).

    The chance of few clicks is part of the probability, at the test's own rate.
    """
    rows = []
    for first, second in _iterate_pairs(headlines):
        rates = [each.clicks / each.impressions for each in (first, second)]
        clicks = first.clicks + second.clicks
        if rates[0] == rates[1]:
            continue
        pooled = clicks / (first.impressions + second.impressions)
        chance = sum(1 / (each.impressions * pooled) for each in (first, second))
        spread = math.sqrt(2 * text_spread**2 + chance)
        rows.append(((first.score - second.score) / spread, rates[0] > rates[1], clicks))
    apart, outcome, weight = np.array(rows, dtype=float).reshape(-1, 3).T
    probability: Array = norm.cdf(apart)
    return probability, outcome, weight


def _iterate_pairs(
    headlines: Sequence[ShownHeadline],
) -> list[tuple[ShownHeadline, ShownHeadline]]:
    tests: dict[str, list[ShownHeadline]] = {}
    for headline in headlines:
        tests.setdefault(headline.test, []).append(headline)
    return [pair for test in tests.values() for pair in combinations(test, 2)]


def _loss(clicks: Array, shares: Array) -> float:
    """Minus the log-likelihood of clicks (2,) that fall on two headlines by their shares (2,)."""
    fell = clicks > 0
    return float(-(clicks[fell] * np.log(shares[fell] / shares.sum())).sum())
