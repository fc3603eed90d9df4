"""The simulated accounts move their shares as the product does."""

import numpy as np
import pytest

from app.marketing.experiments.stats.bandit import Arm, allocate_shares
from tests.bench.marketing.bandit_accounts import FLOOR, Prediction, allocate_by_draws, simulate


def test_draws_give_the_shares_that_the_product_computes() -> None:
    arms = [Arm(exposures=400, conversions=k) for k in (20, 24, 30)]
    counts = np.array([[arm.rate.successes, arm.rate.failures] for arm in arms])

    shares = allocate_by_draws(
        np.tile(counts[:, 0], (200, 1)), np.tile(counts[:, 1], (200, 1)), np.random.default_rng(3)
    )

    assert shares.mean(axis=0) == pytest.approx(allocate_shares(arms, FLOOR), abs=0.01)


def test_a_good_prediction_earns_more_than_none() -> None:
    predictions = Prediction(what="none"), Prediction(what="texts", error=0.1, assumed=0.1)

    none, texts = (simulate(each, 8.0, daily=50, arms=2) for each in predictions)

    assert texts.share > none.share > 0
