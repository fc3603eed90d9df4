"""Fits the scale of a click model: what turns scores into click rates and intervals.

Log-odds of a click = the test's level + slope * score + error of the text + chance of few counts.
Spreads are estimated by moments, as in meta-analysis (DerSimonian and Laird 1986).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.encoder.click_scale import ClickScale, ClickSource

Array = NDArray[np.float64]
FIRST_SPREAD = 0.2  # of texts in a test, by which rows are weighted before it is estimated
LEAST_SPREAD = 0.02  # no model knows a rate better than to two percent of it


class CountedText(Protocol):
    """What a row needs: its test and its counts."""

    @property
    def test(self) -> str:
        """The test, campaign or post; rows of one are comparable."""
        ...

    @property
    def impressions(self) -> float:
        """How often it was shown."""
        ...

    @property
    def clicks(self) -> float:
        """How often it was clicked."""
        ...


@dataclass(frozen=True)
class ObservedLogOdds:
    """Log-odds of clicks (n,), their variance by chance (n,), and the index of the test (n,)."""

    value: Array
    variance: Array
    test: NDArray[np.int64]

    def weights(self, spread: float) -> Array:
        """Inverse variance, with `spread` as the standard deviation of texts beside chance."""
        weights: Array = 1 / (spread**2 + self.variance)
        return weights

    def centre(self, x: Array, weights: Array) -> Array:
        """x (n,) minus its weighted mean in each test."""
        centred: Array = x - self.test_means(x, weights)[self.test]
        return centred

    def sum_tests(self, x: Array) -> Array:
        """The sum of x (n,) in each test, (T,)."""
        return np.bincount(self.test, x).astype(np.float64)

    def test_means(self, x: Array, weights: Array) -> Array:
        """The weighted mean of x (n,) in each test, (T,)."""
        means: Array = self.sum_tests(weights * x) / self.sum_tests(weights)
        return means


def observe_log_odds(rows: Sequence[CountedText]) -> ObservedLogOdds:
    """Log-odds of clicks; a half is added to each count (Haldane 1956, Anscombe 1956), so that zero
    clicks stay finite.
    """
    clicked = np.array([row.clicks + 0.5 for row in rows])
    passed = np.array([row.impressions - row.clicks + 0.5 for row in rows])
    place = {name: i for i, name in enumerate(dict.fromkeys(row.test for row in rows))}
    test = np.array([place[row.test] for row in rows])
    return ObservedLogOdds(np.log(clicked / passed), 1 / clicked + 1 / passed, test)


def fit_click_scale(
    rows: Sequence[CountedText], scores: Sequence[float], sources: tuple[ClickSource, ...] = ()
) -> ClickScale:
    """The scale by rows that the scores were not trained on."""
    observed, x = observe_log_odds(rows), np.array(scores)
    slope = _fit_slope(observed, x)
    residuals = observed.value - slope * x
    text_spread = _spread_in_tests(observed, residuals)
    weights = observed.weights(text_spread)
    levels = observed.test_means(residuals, weights)
    return ClickScale(
        level=float(levels.mean()),
        slope=slope,
        text_spread=text_spread,
        level_spread=_spread_of_levels(levels, observed.sum_tests(weights)),
        sources=sources,
    )


def fit_level(rows: Sequence[CountedText], scores: Sequence[float], scale: ClickScale) -> float:
    """The mean level of the rows' tests under a scale whose other values stay."""
    observed = observe_log_odds(rows)
    rest = observed.value - scale.slope * np.array(scores)
    return float(observed.test_means(rest, observed.weights(scale.text_spread)).mean())


def explained_share(rows: Sequence[CountedText], scores: Sequence[float]) -> float:
    """How much of the variance in tests the scores explain: the squared weighted correlation,
    negative where they order texts the wrong way round.
    """
    observed, x = observe_log_odds(rows), np.array(scores)
    weights = observed.weights(FIRST_SPREAD)
    apart, value = observed.centre(x, weights), observed.centre(observed.value, weights)
    both = float((weights * apart * value).sum())
    of = float((weights * apart**2).sum() * (weights * value**2).sum())
    return both * abs(both) / of if of > 0 else 0.0


def _fit_slope(observed: ObservedLogOdds, x: Array) -> float:
    weights = observed.weights(FIRST_SPREAD)
    apart = observed.centre(x, weights)
    of = float((weights * apart**2).sum())
    return float((weights * apart * observed.value).sum()) / of if of > 0 else 0.0


def _spread_in_tests(observed: ObservedLogOdds, residuals: Array) -> float:
    """Standard deviation of texts around their scores, beside chance."""
    weights = 1 / observed.variance
    centred = observed.centre(residuals, weights)
    total, squares = observed.sum_tests(weights), observed.sum_tests(weights**2)
    free = len(residuals) - len(total)
    excess = float((weights * centred**2).sum()) - free
    of = float((total - squares / total).sum())
    return max(LEAST_SPREAD, math.sqrt(max(0.0, excess) / of)) if of > 0 else LEAST_SPREAD


def _spread_of_levels(levels: Array, weights: Array) -> float:
    """Standard deviation of the tests' levels (T,), whose inverse variances are `weights` (T,)."""
    chance = float((1 / weights).mean())
    return math.sqrt(max(0.0, float(levels.var()) - chance))
