"""Probabilities of pairs: calibrated ones have a small error, and gain on the plain mean."""

import numpy as np
import pytest

from models.metrics.click_pairs import click_log_loss_gain, equal_mass_error, pair_figures
from models.metrics.clicks import ShownHeadline
from models.metrics.errors import Unmeasurable


def draw_headlines(spread: float, skill: float) -> list[ShownHeadline]:
    """Tests of two headlines; `skill`: how much of the score the rates follow."""
    dice = np.random.default_rng(7)
    headlines = []
    for test in range(1500):
        for score in dice.normal(0, 0.5, 2):
            odds = np.exp(-3 + skill * score + spread * dice.normal())
            clicks = int(dice.binomial(5000, odds / (1 + odds)))
            headlines.append(ShownHeadline(f"t{test}", 5000, clicks, float(score)))
    return headlines


def test_right_probabilities_are_calibrated_and_gain() -> None:
    figures = pair_figures(draw_headlines(spread=0.2, skill=1.0), text_spread=0.2)

    assert figures["pair_ece"] < 0.03
    assert figures["pair_log_loss_gain"] > 0.4


def test_scores_that_say_nothing_lose_against_the_plain_mean() -> None:
    figures = pair_figures(draw_headlines(spread=0.2, skill=0.0), text_spread=0.2)

    assert figures["pair_ece"] > 0.2
    assert figures["pair_log_loss_gain"] < 0


def test_no_prediction_beats_the_observed_rates() -> None:
    gain, bound = click_log_loss_gain(draw_headlines(spread=0.2, skill=1.0))

    assert 0 < gain < bound < 0.15


def test_a_probability_counts_from_its_likelier_side() -> None:
    probability = np.array([0.9, 0.1] * 10)

    assert equal_mass_error(probability, np.array([1.0, 0.0] * 10)) == pytest.approx(0.1)


def test_equal_rates_are_no_pair() -> None:
    with pytest.raises(Unmeasurable, match="different rates"):
        pair_figures([ShownHeadline("t", 10, 1, 0.0), ShownHeadline("t", 10, 1, 1.0)], 0.2)
