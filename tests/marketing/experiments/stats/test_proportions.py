"""The tests of two proportions against published figures and against statsmodels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats import proportion

from app.marketing.experiments.stats import anytime, fixed, power, sequential
from app.marketing.experiments.stats.values import BadCounts, VariantComparison, VariantCounts

RUNS = 20_000


def make_counts(draw: st.DrawFn) -> VariantCounts:
    exposures = draw(st.integers(20, 100_000))
    return VariantCounts("v", exposures, draw(st.integers(1, exposures - 1)))


variant_counts = st.composite(make_counts)()


@settings(max_examples=60, deadline=None)
@given(control=variant_counts, treatment=variant_counts)
def test_the_score_test_and_its_interval_equal_those_of_statsmodels(
    control: VariantCounts, treatment: VariantCounts
) -> None:
    comparison = fixed.compare_proportions(control, treatment)

    counts = [treatment.conversions, control.conversions]
    _, p_value = proportion.proportions_ztest(counts, [treatment.exposures, control.exposures])
    # The ends solve the score equation: statsmodels' interval is some thousandths off where one
    # variant has few exposures and nearly all of the other's convert.
    p_values_of_ends = [
        proportion.test_proportions_2indep(
            treatment.conversions, treatment.exposures, control.conversions, control.exposures,
            value=1 + end, compare="ratio", method="score", correction=False,
        ).pvalue
        for end in comparison.interval
        if end is not None
    ]  # fmt: skip
    assert comparison.p_value == pytest.approx(p_value, abs=1e-9)
    assert p_values_of_ends == pytest.approx([0.05, 0.05], abs=1e-5)


@given(control=variant_counts, treatment=variant_counts)
def test_the_interval_excludes_no_lift_exactly_where_the_test_is_significant(
    control: VariantCounts, treatment: VariantCounts
) -> None:
    comparison = fixed.compare_proportions(control, treatment)

    low, high = comparison.interval
    assert low is not None
    assert high is not None
    if abs(fixed.find_p_value(control, treatment) - 0.05) > 1e-6:
        assert comparison.significant == (low > 0 or high < 0)


@pytest.mark.parametrize(
    ("control", "treatment", "lift", "interval"),
    [
        ((0, 0), (0, 0), None, (None, None)),
        ((10, 0), (10, 0), None, (-1.0, None)),
        ((10, 5), (10, 0), -1.0, (-1.0, -0.3871)),
        ((10, 10), (10, 10), 0.0, (-0.2775, 0.3841)),
    ],
)
def test_the_smallest_counts_have_an_answer(
    control: tuple[int, int],
    treatment: tuple[int, int],
    lift: float | None,
    interval: tuple[float | None, float | None],
) -> None:
    comparison = fixed.compare_proportions(
        VariantCounts("a", *control), VariantCounts("b", *treatment)
    )

    assert comparison.lift == lift
    assert comparison.interval == pytest.approx(interval, abs=1e-4)


def test_boundaries_equal_published_ones() -> None:
    """Jennison and Turnbull 2000, table 7.1 and the program of Reboussin et al. 2000."""
    five_looks = sequential.find_boundaries([0.2, 0.4, 0.6, 0.8, 1.0], 0.05)
    one_look = sequential.find_boundaries([1.0], 0.05)

    assert five_looks == pytest.approx((4.8769, 3.3569, 2.6803, 2.2898, 2.0310), abs=1e-3)
    assert one_look == pytest.approx((1.95996,), abs=1e-4)


def test_ten_daily_looks_raise_few_false_alarms_and_need_few_exposures() -> None:
    fixed_size = power.required_exposures(0.05, 0.15)
    plan = sequential.plan_looks(10)
    sizes = (np.arange(1, 11) * fixed_size * plan.largest / 10).round().astype(int)

    equal = simulate_first_crossing(0.05, 0.05, sizes, plan.boundaries)
    better = simulate_first_crossing(0.05, 0.0575, sizes, plan.boundaries)

    assert np.mean(equal < 10) <= 0.054  # 0.05 and three standard errors of 20,000 runs
    assert np.mean(better < 10) == pytest.approx(0.8, abs=0.01)
    assert plan.largest <= 1.10
    assert sizes[np.minimum(better, 9)].mean() / fixed_size <= 0.85
    assert plan.mean == pytest.approx(sizes[np.minimum(better, 9)].mean() / fixed_size, abs=0.01)


def simulate_first_crossing(
    control_rate: float, treatment_rate: float, sizes: np.ndarray, boundaries: tuple[float, ...]
) -> np.ndarray:
    """The index of the look at which each run stops; the number of looks where it never does."""
    generator = np.random.default_rng(7)
    steps = np.diff(sizes, prepend=0)
    control, treatment = (
        generator.binomial(steps, rate, (RUNS, len(sizes))).cumsum(axis=1)
        for rate in (control_rate, treatment_rate)
    )
    pooled = (control + treatment) / (2 * sizes)
    z = (treatment - control) / sizes / np.sqrt(pooled * (1 - pooled) * 2 / sizes)
    crossed = np.abs(z) >= np.array(boundaries)
    return np.where(crossed.any(axis=1), crossed.argmax(axis=1), len(sizes))


def test_looking_after_each_batch_raises_no_false_alarm_beyond_alpha() -> None:
    generator = np.random.default_rng(7)
    alarms, runs = 0, 300

    for _ in range(runs):
        counts = generator.binomial(500, 0.05, (2, 100)).cumsum(axis=1)
        alarms += any(
            anytime.compare_anytime(
                VariantCounts("a", 500 * (at + 1), int(counts[0, at])),
                VariantCounts("b", 500 * (at + 1), int(counts[1, at])),
            ).significant
            for at in range(100)
        )

    assert alarms / runs <= 0.05


def test_a_difference_that_is_large_stops_at_any_time() -> None:
    early = anytime.compare_anytime(VariantCounts("a", 400, 20), VariantCounts("b", 400, 40))
    late = anytime.compare_anytime(VariantCounts("a", 9_000, 450), VariantCounts("b", 9_000, 630))

    assert early == VariantComparison(
        significant=False, p_value=1.0, lift=1.0, interval=(None, None)
    )
    assert late.significant
    assert late.interval[0] is not None
    assert late.interval[0] > 0


def test_required_exposures_equal_those_of_a_textbook() -> None:
    """Fleiss, Levin and Paik 2003, table A.4 without continuity correction: 0.05 against 0.10."""
    assert power.required_exposures(0.05, 1.0) == 435
    assert power.smallest_lift(0.05, 14_193) == pytest.approx(0.15, abs=2e-3)


def test_the_planner_counts_days_and_says_when_it_will_not_get_there() -> None:
    plan = power.plan_duration(14_193, 2, 3_000, inflation=1.04)

    assert (plan.exposures, plan.days) == (14_761, 10)
    assert power.days_left(10_000, 29_522, 3_000) == 7
    assert power.days_left(10_000, 29_522, 10) is None
    assert power.days_left(29_522, 29_522, 0) == 0


@pytest.mark.parametrize(
    ("fractions", "alpha", "sentence"),
    [
        ([0.5, 0.4], 0.05, "must rise"),
        ([0.0, 0.4], 0.05, "must rise"),
        ([], 0.05, "0 looks"),
        ([0.5, 1.0], 1.5, "alpha is 1.5"),
    ],
)
def test_bad_plans_are_refused(fractions: list[float], alpha: float, sentence: str) -> None:
    with pytest.raises(BadCounts, match=sentence):
        sequential.find_boundaries(fractions, alpha)


def test_the_look_that_overruns_the_plan_is_the_final_one_and_keeps_the_error_rate() -> None:
    """Ten looks, the last two past the plan, which is read at the tenth."""
    fractions = [look / 8.5 for look in range(1, 11)]
    final = sequential.end_at_final_look(fractions)
    boundaries = sequential.find_boundaries(final, 0.05)

    stops = simulate_first_crossing(
        0.05, 0.05, (np.array(final) * 15_000).round().astype(int), boundaries
    )

    assert final == [*fractions[:8], fractions[9]]
    assert np.mean(stops < len(final)) == pytest.approx(0.05, abs=0.0046)
    assert sequential.compare_at_look(
        VariantCounts("a", 20_000, 1_000), VariantCounts("b", 20_000, 1_200), fractions
    ).significant


@pytest.mark.parametrize(
    ("planned", "size", "looks"),
    [(30_000, 20_000, 10), (30_000, 15_600, 20), (30_000, 16_000, 20), (30_000, 17_600, 7),
     (100, 7_500, 5), (30_000, 20_000, 1)],
)  # fmt: skip
def test_a_clear_difference_stays_one_past_the_plan(planned: int, size: int, looks: int) -> None:
    fractions = [2 * size * at / looks / planned for at in range(1, looks + 1)]

    comparison = sequential.compare_at_look(
        VariantCounts("a", size, round(0.05 * size)),
        VariantCounts("b", size, round(0.06 * size)),
        fractions,
    )

    assert comparison.significant
    assert comparison.p_value is not None
    assert comparison.p_value < 0.01
