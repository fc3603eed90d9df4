"""Predictions are scored by what was achieved, and the next ones corrected."""

import pytest

from app.marketing.strategy.scoring import PredictionOutcome, PredictorScore, score_predictions


def make_outcome(predicted: float, achieved: float, width: float = 0.1) -> PredictionOutcome:
    return PredictionOutcome(
        proposal="p", subject="feature:title_question", title="标题是问句",
        predicted=predicted, low=predicted - width,
        high=predicted + width, achieved=achieved,
    )  # fmt: skip


def test_without_outcomes_nothing_is_corrected() -> None:
    assert score_predictions([]) == PredictorScore(
        outcomes=0, error=None, bias=None, inside=None, right_sign=None, scale=1.0
    )


def test_the_score_of_predictions() -> None:
    score = score_predictions([make_outcome(0.2, 0.15), make_outcome(0.1, -0.1)])

    assert score.error == pytest.approx(0.125)
    assert score.bias == pytest.approx(0.125)
    assert (score.inside, score.right_sign) == (0.5, 0.5)


@pytest.mark.parametrize(("count", "scale"), [(1, 0.875), (3, 0.75), (30, 0.545)])
def test_the_scale_follows_the_record_slowly(count: int, scale: float) -> None:
    outcomes = [make_outcome(0.2, 0.1)] * count

    assert score_predictions(outcomes).scale == pytest.approx(scale, abs=0.001)


@pytest.mark.parametrize(("achieved", "scale"), [(-2.0, 0.1), (5.0, 2.0)])
def test_the_scale_is_bounded(achieved: float, scale: float) -> None:
    assert score_predictions([make_outcome(0.2, achieved)] * 50).scale == scale
