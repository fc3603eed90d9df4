"""The scale of click rates is found again in counts drawn from a known one."""

from dataclasses import dataclass

import numpy as np
import pytest

from models.training.clicks.calibration import fit_click_scale


@dataclass(frozen=True)
class Counted:
    test: str
    impressions: int
    clicks: int


def draw_rows(tests: int, impressions: int) -> tuple[list[Counted], list[float]]:
    """Four texts a test; log-odds -3 + .3 * score, spreads .15 in tests and .4 between them."""
    dice = np.random.default_rng(7)
    rows, scores = [], []
    for test in range(tests):
        level = -3 + 0.4 * dice.normal()
        for score in dice.normal(size=4):
            rate = 1 / (1 + np.exp(-(level + 0.3 * score + 0.15 * dice.normal())))
            rows.append(Counted(f"t{test}", impressions, int(dice.binomial(impressions, rate))))
            scores.append(float(score))
    return rows, scores


def test_a_known_scale_is_found_again() -> None:
    scale = fit_click_scale(*draw_rows(tests=600, impressions=3000))

    fitted = (scale.level, scale.slope, scale.text_spread, scale.level_spread)
    assert fitted == pytest.approx((-3, 0.3, 0.15, 0.4), abs=0.04)


def test_nine_of_ten_rates_lie_in_the_interval() -> None:
    rows, scores = draw_rows(tests=600, impressions=1_000_000)
    scale = fit_click_scale(rows, scores)

    ranges = [scale.to_range(score, {}) for score in scores]

    inside = [
        each.low <= row.clicks / row.impressions <= each.high
        for row, each in zip(rows, ranges, strict=True)
    ]
    assert np.mean(inside) == pytest.approx(0.9, abs=0.03)


def test_scores_that_are_all_alike_have_no_slope() -> None:
    rows, _ = draw_rows(tests=50, impressions=1000)

    scale = fit_click_scale(rows, [1.0] * len(rows))

    assert scale.slope == 0


def test_a_feature_shifts_the_rate_and_an_unknown_value_does_not() -> None:
    scale = fit_click_scale(*draw_rows(tests=50, impressions=1000))
    scale.effects["channel"] = {"article": 0.5}

    plain, shifted, unknown = (
        scale.to_range(0.0, features).log_odds
        for features in ({}, {"channel": "article"}, {"channel": "poster", "hour": "8"})
    )

    assert (shifted - plain, unknown - plain) == pytest.approx((0.5, 0.0))
