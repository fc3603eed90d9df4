"""The simulated tests stop as the product's functions would."""

from pathlib import Path

import pytest

from app.marketing.experiments.stats import anytime, fixed
from app.marketing.experiments.stats.values import VariantCounts
from tests.bench.marketing import always_valid, group_sequential
from tests.bench.marketing.simulated_tests import LIFT, simulate_counts


def test_statistics_over_arrays_are_those_of_the_product() -> None:
    counts = simulate_counts(LIFT, largest=8_000, looks=4, runs=3, seed=1)
    scores, p_values = counts.score_z(), always_valid.find_p_values(counts)

    for run in range(3):
        for look, exposures in enumerate(counts.exposures.astype(int)):
            control = VariantCounts("A", int(exposures), int(counts.control[run, look]))
            treatment = VariantCounts("B", int(exposures), int(counts.treatment[run, look]))
            assert scores[run, look] == pytest.approx(fixed.score_z(control, treatment))
            comparison = anytime.compare_anytime(control, treatment)
            assert p_values[run, look] == pytest.approx(comparison.p_value)


@pytest.mark.parametrize("part", [group_sequential, always_valid])
def test_a_short_run_gives_every_figure(part: object) -> None:
    figures = part.measure(Path(), runs=200)  # type: ignore[attr-defined]

    assert all(figure.measured and figure.target for figure in figures)
