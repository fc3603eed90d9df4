"""The part `bandits`: how sharp a bandit of the product should be, on simulated accounts.

As the product does it: shares move once a day, an exposure counts a day after it, no variant falls
below the floor. The chance to be best is estimated with draws, which is quicker than the integral.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.marketing.experiments.plans.bandit_settings import BanditSettings
from app.marketing.experiments.stats.bandit import SharpnessSchedule
from tests.bench.marketing.figures import Figure
from tests.bench.marketing.upworthy.headlines import Array
from tests.bench.marketing.upworthy.measuring import FALLING

Sharpness = float | SharpnessSchedule
SHARPNESS: tuple[Sharpness, ...] = (1.0, 2.0, 4.0, 8.0, 12.0, FALLING)
DAYS, DRAWS, ACCOUNTS = 30, 200, 300
DAILY_EXPOSURES, ARMS = (30, 200, 2_000), (2, 4)
BASE_RATE, SPREAD = 0.05, 0.15  # spread: of the variants' log-odds
FLOOR = BanditSettings().floor


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What is known of the variants. error: of predicted log-odds; assumed: what the bandit takes
    it for; None: nothing is predicted.
    """

    what: str
    error: float | None = None
    assumed: float = 0.25


PREDICTIONS = (
    Prediction(what="no prediction"),
    Prediction(what="predicted texts", error=0.25),
    Prediction(what="predicted texts, twice as wrong as assumed", error=0.5),
)


@dataclass(frozen=True, slots=True)
class Earnings:
    """share: of the gap between equal shares and always the best; worse: accounts that equal shares
    would have served better.
    """

    share: float
    worse: float


def measure(data: Path) -> list[Figure]:
    """The mean over daily exposures and numbers of variants, for each sharpness."""
    return [
        Figure(
            what=f"bandits of accounts with 30, 200 and 2,000 exposures a day, 30 days: share of"
            f" the gap, and accounts below equal shares, at sharpness"
            f" {' / '.join(map(_name, SHARPNESS))}; {prediction.what}",
            measured=" / ".join(_describe(prediction, each) for each in SHARPNESS),
        )
        for prediction in PREDICTIONS
    ]


def _name(sharpness: Sharpness) -> str:
    if isinstance(sharpness, SharpnessSchedule):
        return f"{sharpness.first:g} falling to {sharpness.last:g}"
    return f"{sharpness:g}"


def _describe(prediction: Prediction, sharpness: Sharpness) -> str:
    earnings = [
        simulate(prediction, sharpness, daily, arms) for daily in DAILY_EXPOSURES for arms in ARMS
    ]
    share = np.mean([each.share for each in earnings])
    worse = np.mean([each.worse for each in earnings])
    return f"{share:.3f} ({worse:.0%})"


def simulate(
    prediction: Prediction, sharpness: Sharpness, daily: int, arms: int, seed: int = 2
) -> Earnings:
    """Accounts with a bandit of `arms` variants each. The default was chosen with the seed 1."""
    generator = np.random.default_rng(seed)
    level = _log_odds(np.array(BASE_RATE)) + generator.normal(0, 0.3, (ACCOUNTS, 1))
    truth = level + generator.normal(0, SPREAD, (ACCOUNTS, arms))
    successes, failures = _make_priors(prediction, level, truth, generator)
    rates = 1 / (1 + np.exp(-truth))
    shares, earned = np.full_like(rates, 1 / arms), np.zeros(ACCOUNTS)
    late = np.zeros((2, *rates.shape))  # exposures and conversions of the day before
    for day in range(DAYS):
        successes, failures = successes + late[1], failures + late[0] - late[1]
        exposures = generator.multinomial(daily, shares)
        late = np.stack([exposures, generator.binomial(exposures, rates)]).astype(float)
        earned += (exposures * rates).sum(axis=1)
        times = sharpness
        if isinstance(sharpness, SharpnessSchedule):
            times = sharpness.at(day * daily)  # those of the last day don't count yet
        shares = allocate_by_draws(times * successes, times * failures, generator)
    equal, best = DAYS * daily * rates.mean(axis=1), DAYS * daily * rates.max(axis=1)
    share = float((earned - equal).sum() / (best - equal).sum())
    return Earnings(share, float(np.mean(earned < equal)))


def allocate_by_draws(successes: Array, failures: Array, generator: np.random.Generator) -> Array:
    """Shares of each account's arms, (accounts, arms): the chance to be best above the floor."""
    size = (DRAWS, *successes.shape)
    draws = generator.beta(successes, failures, size=size).argmax(axis=2)
    arms = successes.shape[1]
    chances = np.stack([(draws == arm).mean(axis=0) for arm in range(arms)], axis=1)
    shares = FLOOR + (1 - FLOOR * arms) * chances
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _make_priors(
    prediction: Prediction, level: Array, truth: Array, generator: np.random.Generator
) -> tuple[Array, Array]:
    """Beta priors, (accounts, arms) each: flat, or as strong as the prediction is taken to be."""
    if prediction.error is None:
        return np.full_like(truth, 0.5), np.full_like(truth, 0.5)
    predictions = truth + generator.normal(0, prediction.error, truth.shape)
    trust = SPREAD**2 / (SPREAD**2 + prediction.assumed**2)
    mean = 1 / (1 + np.exp(-(level + trust * (predictions - level))))
    strength = 1 / (mean * (1 - mean) * trust * prediction.assumed**2) - 1
    return mean * strength, (1 - mean) * strength


def _log_odds(rate: Array) -> Array:
    return np.asarray(np.log(rate / (1 - rate)))
