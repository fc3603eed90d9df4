"""What is known of a test's headlines before it runs, learnt on other tests only.

A ridge regression on similarities predicts by which factor a headline's click rate differs from its
test's mean. How far to trust it follows from tests that neither the regression nor the replay of
the test has seen: a Gamma prior of each headline's factor, and one of the test's rate.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg

from tests.bench.marketing.upworthy.headlines import FOLDS, Array, HeadlineTests, Integers
from tests.bench.marketing.upworthy.similarity import Matrix

PENALTY = 3.0
Flags = npt.NDArray[np.bool_]
Predict = Callable[[Array, Array], Array]  # training mask and mask to predict -> predictions


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlinePrior:
    """For each headline, (n,): the expected factor; and what is known of tests in general.

    variance: of a headline's factor around the expected one, in all tests alike; noise: what is
    added to it for each click that the test expects. rate_mean and rate_shape: of tests' rates.
    """

    factor: Array
    variance: Array
    noise: Array
    rate_mean: Array
    rate_shape: Array


def select_tests(
    tests: HeadlineTests, prior: HeadlinePrior, is_selected: Flags
) -> tuple[HeadlineTests, HeadlinePrior]:
    """Some of the headlines, (n,), with their priors; a test's headlines stay together."""
    columns = {
        name: getattr(prior, name)[is_selected]
        for name in ("factor", "variance", "noise", "rate_mean", "rate_shape")
    }
    selected = HeadlineTests(
        texts=[text for text, keep in zip(tests.texts, is_selected, strict=True) if keep],
        test=np.unique(tests.test[is_selected], return_inverse=True)[1],
        fold=tests.fold[is_selected],
        impressions=tests.impressions[is_selected],
        clicks=tests.clicks[is_selected],
    )
    return selected, HeadlinePrior(**columns)


def learn_priors(tests: HeadlineTests, predict: Predict) -> HeadlinePrior:
    """The prior of each headline, from the tests of other folds."""
    names = ("factor", "variance", "noise", "rate_mean", "rate_shape")
    columns = {name: np.zeros(len(tests.test)) for name in names}
    for fold in range(FOLDS):
        mine, checks = tests.fold == fold, tests.fold == (fold + 1) % FOLDS
        scale = _calibrate(tests, checks, predict(~mine & ~checks, checks))
        columns["factor"][mine] = np.exp(predict(~mine, mine))
        for name, value in scale.items():
            columns[name][mine] = value
    factor = columns["factor"] / tests.average(columns["factor"])[tests.test]
    return HeadlinePrior(**columns | {"factor": factor})


def predict_by_similarity(tests: HeadlineTests, similarity: Matrix) -> Predict:
    """Predictions by ridge regression of centred log-odds on a centred similarity."""
    targets, weights = _make_targets(tests)

    def predict(learn: Array, rest: Array) -> Array:
        rows, columns = np.flatnonzero(rest), np.flatnonzero(learn)
        system = similarity[np.ix_(columns, columns)].astype(np.float64)
        trust = weights[columns] / weights[columns].mean()
        system[np.diag_indices(len(columns))] += PENALTY / trust
        factor = linalg.cho_factor(system, lower=True, overwrite_a=True, check_finite=False)
        solution = linalg.cho_solve(factor, targets[columns], check_finite=False)
        return np.asarray(similarity[np.ix_(rows, columns)] @ solution)

    return predict


def predict_nothing(learn: Array, rest: Array) -> Array:
    """No text is known to differ from another."""
    return np.zeros(int(rest.sum()))


def _make_targets(tests: HeadlineTests) -> tuple[Array, Array]:
    """Log-odds minus their test's weighted mean, and the inverse of their variance."""
    clicked, passed = tests.clicks + 0.5, tests.impressions - tests.clicks + 0.5
    odds, weights = np.log(clicked / passed), 1 / (1 / clicked + 1 / passed)
    mean = np.bincount(tests.test, weights * odds) / np.bincount(tests.test, weights)
    return odds - mean[tests.test], weights


def _calibrate(tests: HeadlineTests, checks: Array, predictions: Array) -> dict[str, float]:
    """Moments of rates around what was predicted, on tests that weren't learnt from."""
    test: Integers = np.unique(tests.test[checks], return_inverse=True)[1]
    rates, factor = tests.rates[checks], np.exp(predictions)
    counts = np.bincount(test)
    factor = factor / (np.bincount(test, factor) / counts)[test]
    test_rates = np.bincount(test, rates) / counts
    expected = test_rates[test] * factor
    squares = np.where(expected > 0, (rates / np.maximum(expected, 1e-9) - 1) ** 2, 0.0)
    clicks_each = 1 / float(np.mean(1 / tests.impressions[checks]))
    noise = float(np.mean(1 / (clicks_each * np.maximum(test_rates[test], 1e-4))))
    unbiased = float(np.mean(squares * (counts / (counts - 1))[test]))
    mean = float(test_rates.mean())
    return {
        "variance": max(unbiased - noise, 0.01),
        "noise": 1 / clicks_each,
        "rate_mean": mean,
        "rate_shape": mean**2 / float(test_rates.var()),
    }
