"""Predictions and counts make a posterior: few counts don't win by luck, many overrule."""

import math

import numpy as np
import pytest

from app.marketing.ads.posterior import (
    ClickPosterior,
    TextEvidence,
    combine_evidence,
    match_beta,
    order_by_low,
)


def make_text(
    rate: float, impressions: int = 0, clicks: int = 0, *, text_error: float = 0.3
) -> TextEvidence:
    return TextEvidence(
        log_odds=math.log(rate / (1 - rate)), text_error=text_error, total_error=0.9,
        impressions=impressions, clicks=clicks,
    )  # fmt: skip


def test_three_clicks_of_ten_do_not_beat_three_percent_of_a_hundred_thousand() -> None:
    texts = [make_text(0.02, 10, 3), make_text(0.02, 100_000, 3_000)]

    lucky, proven = combine_evidence(texts)

    assert order_by_low([lucky, proven]) == [1, 0]
    assert 0.05 < lucky.beats(proven) < 0.95


@pytest.mark.parametrize("predicted", [0.001, 0.02, 0.3])
def test_many_counts_overrule_any_prediction(predicted: float) -> None:
    [posterior] = combine_evidence([make_text(predicted, 1_000_000, 30_000)])

    assert posterior.rate == pytest.approx(0.03, rel=0.01)
    assert list(posterior.interval) == pytest.approx([0.0297, 0.0303], abs=2e-4)
    assert posterior.counts_weight > 0.99


def test_without_counts_the_prediction_stands() -> None:
    [posterior, _] = combine_evidence([make_text(0.02), make_text(0.03)])

    low, high = posterior.interval
    assert posterior.rate == pytest.approx(0.02)
    assert posterior.counts_weight == pytest.approx(0)
    # the 90 % interval of a normal on the scale of log-odds; a Beta is close to it
    assert low == pytest.approx(0.0046, rel=0.3)
    assert high == pytest.approx(0.0825, rel=0.3)


def test_counts_of_others_move_a_predicted_rate_to_their_level() -> None:
    [posterior, _] = combine_evidence([make_text(0.02), make_text(0.02, 100_000, 10_000)])

    low, high = posterior.interval
    assert 0.07 < posterior.rate < 0.1
    assert high / low < 5  # surer than the prediction alone, with 18


def test_texts_that_share_their_level_are_told_apart_by_their_own_error() -> None:
    better, worse = combine_evidence([make_text(0.05), make_text(0.02)])

    gap = math.log(0.05 / 0.95) - math.log(0.02 / 0.98)
    expected = (1 + math.erf(gap / math.hypot(0.3, 0.3) / math.sqrt(2))) / 2
    assert better.beats(worse) == pytest.approx(expected, abs=0.01)
    assert worse.beats(better) == pytest.approx(1 - expected, abs=0.01)


def test_the_probability_to_be_better_is_that_of_the_two_distributions() -> None:
    one = ClickPosterior(a=30, b=970, prior_impressions=0, level_variance=0)
    other = ClickPosterior(a=20, b=980, prior_impressions=0, level_variance=0)
    random = np.random.default_rng(7)

    drawn = random.beta(30, 970, 200_000) > random.beta(20, 980, 200_000)

    assert one.beats(other) == pytest.approx(drawn.mean(), abs=0.01)


@pytest.mark.parametrize("log_odds", [-9.0, -4.0, 0.0, 3.0])
@pytest.mark.parametrize("variance", [0.0004, 0.1, 1.0, 9.0])
def test_a_beta_is_found_for_any_mean_and_variance(log_odds: float, variance: float) -> None:
    a, b = match_beta(log_odds, variance)

    drawn = np.random.default_rng(7).beta(a, b, 100_000)
    logits = np.log(np.maximum(drawn, 1e-300) / np.maximum(1 - drawn, 1e-16))
    assert logits.mean() == pytest.approx(log_odds, abs=0.05)
    assert logits.var() == pytest.approx(variance, rel=0.05)


def test_more_clicks_never_lower_a_text() -> None:
    lows = [
        combine_evidence([make_text(0.03, 100, clicks), make_text(0.03, 5_000, 150)])[0].interval[0]
        for clicks in range(0, 101, 10)
    ]

    assert lows == sorted(lows)


@pytest.mark.parametrize(
    ("predicted", "impressions", "clicks"),
    [(0.008, 1_000, 1_000), (0.008, 1_000, 500), (0.5, 10_000, 0), (0.001, 10**9, 10**9)],
)
def test_counts_that_contradict_a_prediction_lie_in_the_interval(
    predicted: float, impressions: int, clicks: int
) -> None:
    [posterior] = combine_evidence([make_text(predicted, impressions, clicks)])

    low, high = posterior.interval
    assert low <= clicks / impressions <= high
    assert high - low < 0.07
