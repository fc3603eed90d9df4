"""Means and ratios of metrics: CUPED, the delta method, guardrails."""

import numpy as np
import pytest

from app.marketing.experiments.stats.means import (
    MeanEstimate,
    adjust_by_past,
    compare_estimates,
    estimate_mean,
    estimate_ratio,
    is_non_inferior,
)
from app.marketing.experiments.stats.values import BadCounts


def test_cuped_removes_the_variance_that_the_past_explains() -> None:
    generator = np.random.default_rng(3)
    past = generator.normal(10, 3, (2, 5_000))
    metric = past + generator.normal(0, 1, (2, 5_000)) + np.array([[0.0], [0.1]])

    control, treatment = adjust_by_past(list(zip(metric, past, strict=True)))

    plain = estimate_mean(metric[0])
    assert control.variance == pytest.approx(plain.variance / 10, rel=0.1)  # (9 + 1) against 1
    assert compare_estimates(control, treatment).difference == pytest.approx(0.1, abs=0.06)


def test_the_delta_variance_of_a_ratio_equals_that_of_resampling() -> None:
    generator = np.random.default_rng(3)
    views = (generator.poisson(5, 2_000) + 1).astype(float)
    clicks = generator.binomial(views.astype(int), 0.2).astype(float)

    estimate = estimate_ratio(clicks, views)

    samples = generator.integers(0, 2_000, (2_000, 2_000))
    resampled = clicks[samples].sum(axis=1) / views[samples].sum(axis=1)
    assert estimate.value == pytest.approx(clicks.sum() / views.sum())
    assert estimate.variance == pytest.approx(resampled.var(), rel=0.1)


def test_a_guardrail_passes_only_what_is_surely_not_worse_by_its_margin() -> None:
    control = MeanEstimate(0.50, 0.0001)

    assert is_non_inferior(control, MeanEstimate(0.50, 0.0001), margin=0.03)
    assert not is_non_inferior(control, MeanEstimate(0.48, 0.0001), margin=0.03)
    assert not is_non_inferior(control, MeanEstimate(0.50, 0.001), margin=0.03)


@pytest.mark.parametrize(
    ("metric", "past", "sentence"),
    [
        ([1.0, 2.0], [3.0, 3.0], "doesn't vary before"),
        ([1.0, 2.0, 3.0], [3.0, 4.0], "one value before and one"),
        ([1.0], [3.0], "two or more"),
        ([1.0, float("nan")], [1.0, 2.0], "not a number"),
    ],
)
def test_metrics_that_cannot_be_adjusted_are_refused(
    metric: list[float], past: list[float], sentence: str
) -> None:
    with pytest.raises(BadCounts, match=sentence):
        adjust_by_past([(metric, past)])
