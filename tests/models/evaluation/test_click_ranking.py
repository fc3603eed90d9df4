"""Texts ranked by predicted rate, and the comparison with true rates."""

import pytest

from models.evaluation.click_ranking import TextWithRate, compare_with_truth


def ranked(rate: float, true_rate: float | None) -> TextWithRate:
    return TextWithRate(text="茶", rate=rate, low=rate / 2, high=rate * 2, true_rate=true_rate)


def test_predictions_are_compared_with_the_truth() -> None:
    figures = compare_with_truth([ranked(0.04, 0.05), ranked(0.02, 0.03), ranked(0.01, 0.03)])

    assert figures == pytest.approx({
        "texts": 3,
        "rank_correlation": 0.866,
        "root_mean_square_error": 0.01414,
        "root_mean_square_error_of_the_mean": 0.00943,
        "within_interval": 2 / 3,
    }, abs=1e-3)  # fmt: skip


@pytest.mark.parametrize("truths", [(0.05, None), (0.05, 0.05)])
def test_without_true_rates_that_differ_nothing_is_compared(
    truths: tuple[float | None, ...],
) -> None:
    assert compare_with_truth([ranked(0.04, truth) for truth in truths]) == {}
