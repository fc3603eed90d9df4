"""One question, one answer: what the counts of an experiment say to do."""

from typing import Any

import pytest

from app.marketing.experiments.stats.analysis import (
    Analysis,
    AnalysisQuestion,
    Method,
    Recommendation,
    analyse,
)
from app.marketing.experiments.stats.corrections import adjust_false_discovery, adjust_holm
from app.marketing.experiments.stats.samples import SampleRatio, check_sample_ratio
from app.marketing.experiments.stats.values import BadCounts, VariantCounts


def ask(method: Method, *counts: tuple[int, int], **settings: Any) -> Analysis:
    variants = tuple(VariantCounts("ABCDE"[at], *each) for at, each in enumerate(counts))
    return analyse(AnalysisQuestion(method=method, variants=variants, **settings))


@pytest.mark.parametrize(
    ("method", "counts", "settings", "recommendation"),
    [
        ("fixed", [(10_000, 500), (10_000, 600)], {}, "launch_variant"),
        ("fixed", [(10_000, 600), (10_000, 500)], {}, "keep_control"),
        ("fixed", [(10_000, 500), (10_000, 510)], {}, "no_difference"),
        ("fixed", [(10_000, 500), (10_000, 600)], {"planned_exposures": 40_000}, "continue"),
        ("sequential", [(10_000, 500), (10_000, 575)], {"planned_exposures": 20_000, "look": 10},
         "launch_variant"),
        ("sequential", [(5_000, 250), (5_000, 300)], {"planned_exposures": 20_000, "look": 5},
         "continue"),
        ("sequential", [(10_000, 500), (10_000, 505)], {"planned_exposures": 20_000, "look": 10},
         "no_difference"),
        ("sequential", [(10_000, 500), (10_000, 505)], {}, "continue"),
        ("anytime", [(10_000, 500), (10_000, 700)], {}, "launch_variant"),
        ("bayesian", [(10_000, 500), (10_000, 700)], {}, "continue"),
        ("fixed", [(10_000, 500), (9_000, 600)], {}, "fix_assignment"),
        ("fixed", [(9_500, 475), (500, 25)], {"shares": (0.95, 0.05)}, "no_difference"),
        ("fixed", [(1_000, 50), (1, 0)], {"shares": (1.0, 0.0)}, "fix_assignment"),
        ("fixed", [(0, 0), (0, 0)], {}, "continue"),
    ],
)  # fmt: skip
def test_the_recommendation_follows_from_method_and_plan(
    method: Method,
    counts: list[tuple[int, int]],
    settings: dict[str, Any],
    recommendation: Recommendation,
) -> None:
    assert ask(method, *counts, **settings).recommendation == recommendation


def test_sequential_without_a_plan_is_answered_by_the_always_valid_method() -> None:
    sequential = ask("sequential", (10_000, 500), (10_000, 700))

    assert sequential.method == "anytime"
    assert sequential.comparisons == ask("anytime", (10_000, 500), (10_000, 700)).comparisons


def test_several_variants_share_the_error_rate() -> None:
    alone = ask("fixed", (10_000, 500), (10_000, 570))
    beside_others = ask("fixed", (10_000, 500), (10_000, 570), (10_000, 500), (10_000, 500))

    assert alone.headline.significant
    assert not beside_others.headline.significant
    assert alone.headline.p_value is not None
    assert beside_others.headline.p_value == pytest.approx(3 * alone.headline.p_value)


def test_posteriors_say_which_variant_is_best() -> None:
    posteriors = ask("bayesian", (1_000, 50), (1_000, 75), (1_000, 20)).posteriors

    assert sum(posterior.best for posterior in posteriors) == pytest.approx(1, abs=1e-6)
    assert [round(posterior.best, 2) for posterior in posteriors] == [0.01, 0.99, 0.0]
    assert posteriors[1].loss < 0.001 < posteriors[0].loss


@pytest.mark.parametrize(
    ("counts", "settings", "sentence"),
    [
        ([(10, 11), (10, 1)], {}, "11 conversions of 10 exposures"),
        ([(10, -1), (10, 1)], {}, "negative"),
        ([(10, 1)], {}, "two variants or more"),
        ([(10, 1), (10, 1)], {"alpha": 0.0}, "alpha is 0.0"),
        ([(10, 1), (10, 1)], {"shares": (0.5, 0.6)}, "sum to 1.1"),
        ([(10, 1), (10, 1)], {"shares": (1.0,)}, "1 shares for 2 variants"),
        ([(10, 1), (10, 1)], {"planned_exposures": 0}, "planned_exposures"),
        ([(10, 1), (10, 1)], {"look": 0}, "look is 0"),
    ],
)
def test_nothing_is_silently_repaired(
    counts: list[tuple[int, int]], settings: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadCounts, match=sentence):
        ask("sequential", *counts, **settings)


def test_two_variants_of_one_name_are_refused() -> None:
    variant = VariantCounts("A", 10, 1)

    with pytest.raises(BadCounts, match="two variants have the name 'A'"):
        AnalysisQuestion(method="fixed", variants=(variant, variant))


def test_a_variant_at_no_share_that_was_seen_is_a_leak() -> None:
    assert check_sample_ratio([990, 10], [1.0, 0.0]) == SampleRatio(
        ok=False, p_value=1.0, leaks=(1,)
    )


def test_corrections_equal_textbook_values() -> None:
    """Benjamini and Hochberg 1995, section 3.2; Holm 1979 by hand."""
    assert adjust_holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert adjust_false_discovery([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.04, 0.04))
