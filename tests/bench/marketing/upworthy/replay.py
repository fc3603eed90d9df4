"""Replays tests: each impression goes to one headline, whose rate is what was measured of it.

All tests run side by side. The measure is the share of the gap between equal shares and always the
best headline, over all tests, up to a number of impressions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.marketing.experiments.stats.bandit import SharpnessSchedule
from tests.bench.marketing.upworthy.headlines import Array, HeadlineTests, Integers
from tests.bench.marketing.upworthy.text_prior import HeadlinePrior

MARKS = (1_000, 5_000, 15_000)  # impressions
BATCH = 10  # impressions between two looks at the clicks
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ReplayState:
    """What a policy may see, (tests, arms): impressions and clicks so far, and which arms exist."""

    impressions: Array
    clicks: Array
    mask: Mask
    generator: np.random.Generator

    def pick_largest(self, scores: Array) -> Integers:
        """The arm of each test with the largest score."""
        return np.asarray(np.where(self.mask, scores, -np.inf).argmax(axis=1))


Policy = Callable[[ReplayState], Integers]


def spread(tests: HeadlineTests, values: Array, fill: float = 0.0) -> Array:
    """Values of headlines as rows of their tests, (tests, arms); `fill` where there is no arm."""
    counts = np.bincount(tests.test)
    starts = np.concatenate([[0], counts.cumsum()[:-1]])
    rows = np.full((len(counts), counts.max()), fill)
    rows[tests.test, np.arange(len(values)) - starts[tests.test]] = values
    return rows


def replay(tests: HeadlineTests, policy: Policy, seed: int, marks: Sequence[int] = MARKS) -> Array:
    """The share of the gap that is closed at each mark."""
    rates = spread(tests, tests.rates)
    mask = spread(tests, np.ones(len(tests.test))) > 0
    generator = np.random.default_rng(seed)
    state = ReplayState(np.zeros_like(rates), np.zeros_like(rates), mask, generator)
    rows, earned, shares = np.arange(len(rates)), np.zeros(len(rates)), []
    for end in range(BATCH, max(marks) + 1, BATCH):
        arms = policy(state)
        state.impressions[rows, arms] += BATCH
        state.clicks[rows, arms] += generator.binomial(BATCH, rates[rows, arms])
        earned += BATCH * rates[rows, arms]
        if end in marks:
            equal = end * rates.sum(axis=1) / mask.sum(axis=1)
            best = end * rates.max(axis=1)
            shares.append(float((earned - equal).sum() / (best - equal).sum()))
    return np.array(shares)


def choose_greedily(exploration: float) -> Policy:
    """The best rate so far, and any arm with this probability."""

    def choose(state: ReplayState) -> Integers:
        rates = state.clicks / np.maximum(state.impressions, 1)
        untried = state.impressions == 0
        noise = state.generator.random(rates.shape)
        best = state.pick_largest(np.where(untried, 1 + noise, rates + 1e-9 * noise))
        any_arm = state.pick_largest(state.generator.random(rates.shape))
        explores = state.generator.random(len(best)) < exploration
        return np.where(explores, any_arm, best)

    return choose


def sample_flat_posteriors(state: ReplayState) -> Integers:
    """Thompson sampling, Beta(1, 1)."""
    passed = state.impressions - state.clicks
    return state.pick_largest(state.generator.beta(state.clicks + 1, passed + 1))


def sample_posteriors(
    tests: HeadlineTests, prior: HeadlinePrior, sharpness: float | SharpnessSchedule
) -> Policy:
    """Thompson sampling of each headline's factor; the test's own rate is estimated beside it.

    A draw is from the posterior with its counts times `sharpness`: as likely best, less spread. All
    tests have had the same number of impressions, at which a schedule is read.
    """
    factor = spread(tests, prior.factor)
    first = spread(tests, np.ones(len(tests.test))).argmax(axis=1)

    def of_test(values: Array) -> Array:
        return np.asarray(spread(tests, values)[np.arange(len(first)), first])

    mean, shape = of_test(prior.rate_mean), of_test(prior.rate_shape)
    variance, noise = of_test(prior.variance), of_test(prior.noise)

    def choose(state: ReplayState) -> Integers:
        expected = (state.impressions * factor).sum(axis=1)
        rate = (shape + state.clicks.sum(axis=1)) / (shape / mean + expected)
        strength = (1 / (variance + noise / rate))[:, None]
        successes = strength + state.clicks
        trials = strength / np.maximum(factor, 1e-9) + state.impressions * rate[:, None]
        times = sharpness
        if isinstance(sharpness, SharpnessSchedule):
            times = sharpness.at(float(state.impressions[0].sum()))
        draws = state.generator.gamma(times * successes) / (times * trials)
        return state.pick_largest(draws)

    return choose
