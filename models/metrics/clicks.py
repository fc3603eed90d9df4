"""Figures of click prediction: do scores order a test's headlines as their click rates do."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from scipy.stats import norm, spearmanr

from models.metrics import bootstrap
from models.metrics.bootstrap import SEED, Array, Interval
from models.metrics.errors import Unmeasurable

SIGNIFICANT = 0.05
RANKABLE = 3  # headlines; the rank correlation of two is 1 or -1


@dataclass(frozen=True)
class ShownHeadline:
    """One headline of a test: how often it was shown and clicked, and what was predicted."""

    test: str
    impressions: int
    clicks: int
    score: float  # greater is more clicked; any scale

    def __post_init__(self) -> None:
        if not 0 <= self.clicks <= self.impressions or not self.impressions:
            raise Unmeasurable(
                f"test {self.test}: {self.clicks} clicks of {self.impressions} impressions; "
                "give headlines that were shown, clicked at most as often"
            )
        if not np.isfinite(self.score):
            raise Unmeasurable(f"test {self.test}: a score is a number, not {self.score}")


@dataclass(frozen=True)
class _Share:
    """A figure as a sum over a sum, test by test: (T,) each."""

    got: Array
    of: Array

    @property
    def value(self) -> float | None:
        return float(self.got.sum() / self.of.sum()) if self.of.any() else None


def figures(headlines: Sequence[ShownHeadline]) -> dict[str, float | int | None]:
    """How well the scores order headlines inside their tests; None where nothing is to order.

    - n, tests: headlines, and tests they belong to;
    - pairwise_accuracy_significant: over all pairs of one test whose click rates differ with
      p < 0.05 (`two_proportion_p`), the share that the scores order alike, a tie counting half;
    - pairs_significant: how many those are;
    - pairwise_accuracy: the same over all pairs that differ at all;
    - spearman: the mean over tests of Spearman's rho between score and click rate. Tests with
      fewer than 3 headlines, or with all scores or all rates alike (rho is undefined), are left
      out;
    - spearman_pooled: rho over all headlines at once, whatever their test;
    - top1: the share of tests whose best score is the best rate. Scores that tie for the best
      share the credit; tests whose rates are all alike are left out.

    Raises Unmeasurable without two headlines of one test.
    """
    shares = _shares_by_name(headlines)
    return {
        "n": len(headlines),
        "tests": len({headline.test for headline in headlines}),
        "pairs_significant": int(shares["pairwise_accuracy_significant"].of.sum()),
        **{name: share.value for name, share in shares.items()},
        "spearman_pooled": _spearman_rho(_predicted_scores(headlines), _observed_rates(headlines)),
    }


def intervals(headlines: Sequence[ShownHeadline], seed: int = SEED) -> dict[str, Interval | None]:
    """The 95 % bootstrap intervals over tests of all but spearman_pooled. Raises as `figures`."""
    shares = _shares_by_name(headlines)
    return {
        name: bootstrap.ratio_interval(share.got, share.of, seed) for name, share in shares.items()
    }


def two_proportion_p(clicks: Array, impressions: Array) -> Array:
    """The two-sided p-value that two rates are one: (2, n), (2, n) -> (n,).

    The z-test with pooled variance: NIST/SEMATECH e-Handbook of Statistical Methods, 7.3.3,
    https://www.itl.nist.gov/div898/handbook/prc/section3/prc33.htm. 1 where the pooled rate is
    0 or 1, since such rates are equal.
    """
    pooled = clicks.sum(0) / impressions.sum(0)
    deviation = np.sqrt(pooled * (1 - pooled) * (1 / impressions).sum(0))
    apart = np.abs(np.subtract(*(clicks / impressions)))
    z = np.divide(apart, deviation, out=np.zeros_like(apart), where=deviation > 0)
    p: Array = 2 * norm.sf(z)
    return p


def _shares_by_name(headlines: Sequence[ShownHeadline]) -> dict[str, _Share]:
    ordered = sorted(headlines, key=lambda headline: headline.test)
    tests = [list(group) for _, group in groupby(ordered, key=lambda headline: headline.test)]
    if not any(len(test) > 1 for test in tests):
        raise Unmeasurable("no test has two headlines to compare; is test_id right?")
    rows = np.array([_shares_of_test(test) for test in tests])  # (T, 4, 2)
    names = ("pairwise_accuracy_significant", "pairwise_accuracy", "spearman", "top1")
    return {name: _Share(*rows[:, column].T) for column, name in enumerate(names)}


def _shares_of_test(test: Sequence[ShownHeadline]) -> list[tuple[float, float]]:
    """What one test adds to each share: got, of."""
    rho = (
        _spearman_rho(_predicted_scores(test), _observed_rates(test))
        if len(test) >= RANKABLE
        else None
    )
    return [*_pair_shares(test), (0.0, 0.0) if rho is None else (rho, 1.0), _top1_share(test)]


def _pair_shares(test: Sequence[ShownHeadline]) -> list[tuple[float, float]]:
    """Pairs ordered alike, and pairs: those that differ significantly, those that differ."""
    first, second = np.triu_indices(len(test), 1)
    both = np.stack([first, second])
    counts = np.array([[h.clicks, h.impressions] for h in test], dtype=float).T
    clicks, impressions = counts[0][both], counts[1][both]
    observed = np.sign(np.subtract(*(clicks / impressions)))
    predicted = np.sign(np.subtract(*_predicted_scores(test)[both]))
    alike = (1 + observed * predicted) / 2  # 1, a half for a tie, 0
    compared_pairs = (two_proportion_p(clicks, impressions) < SIGNIFICANT, observed != 0)
    return [(float(alike[those].sum()), float(those.sum())) for those in compared_pairs]


def _top1_share(test: Sequence[ShownHeadline]) -> tuple[float, float]:
    scores, rates = _predicted_scores(test), _observed_rates(test)
    if np.ptp(rates) == 0:
        return 0.0, 0.0
    return float((rates[scores == scores.max()] == rates.max()).mean()), 1.0


def _spearman_rho(scores: Array, rates: Array) -> float | None:
    if np.ptp(scores) == 0 or np.ptp(rates) == 0:
        return None
    return float(spearmanr(scores, rates).statistic)


def _predicted_scores(headlines: Sequence[ShownHeadline]) -> Array:
    return np.array([headline.score for headline in headlines], dtype=float)


def _observed_rates(headlines: Sequence[ShownHeadline]) -> Array:
    return np.array([headline.clicks / headline.impressions for headline in headlines])
