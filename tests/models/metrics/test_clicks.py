"""Headlines of one test, ordered by readers and by a model."""

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from models.metrics import Unmeasurable, clicks
from models.metrics.clicks import ShownHeadline

# One test of three: 10 %, 5 %, 4.9 %. The first differs from both significantly.
HEADLINES = [
    ShownHeadline("甲", 1000, 100, 3.0),
    ShownHeadline("甲", 1000, 50, 1.0),
    ShownHeadline("甲", 1000, 49, 2.0),
    ShownHeadline("乙", 1000, 100, 1.0),
    ShownHeadline("乙", 1000, 50, 1.0),
    ShownHeadline("丙", 1000, 50, 9.0),
]

counts = st.integers(1, 5000).flatmap(
    lambda views: st.tuples(st.just(views), st.integers(0, views)),
)
rows = st.lists(
    st.tuples(st.sampled_from("甲乙丙"), counts, st.integers(-4, 4)), min_size=2, max_size=12
)


def shown_of(values: list[tuple[str, tuple[int, int], int]]) -> list[ShownHeadline]:
    assume(len({test for test, _, _ in values}) < len(values))
    return [
        ShownHeadline(test, impressions, clicked, score)
        for test, (impressions, clicked), score in values
    ]


def test_figures_are_what_they_are_by_hand() -> None:
    figures = clicks.figures(HEADLINES)

    # Significant: 甲 two of two, 乙 a tie. Of any difference: 甲 two of three, 乙 a tie.
    # Ranks in 甲 are 3 1 2 and 3 2 1: rho is 1 - 6 * 2 / (3 * 8). 乙 and 丙 are too short for one.
    assert figures == {
        "n": 6,
        "tests": 3,
        "pairs_significant": 3,
        "pairwise_accuracy_significant": pytest.approx(2.5 / 3),
        "pairwise_accuracy": pytest.approx(2.5 / 4),
        "spearman": pytest.approx(0.5),
        "top1": pytest.approx((1 + 0.5) / 2),
        "spearman_pooled": pytest.approx(
            np.corrcoef([5, 2, 4, 2, 2, 6], [5.5, 3, 1, 5.5, 3, 3])[0, 1]
        ),
    }


def test_two_headlines_are_too_few_for_a_rank_correlation() -> None:
    two = [ShownHeadline("甲", 1000, 100, 1.0), ShownHeadline("甲", 1000, 50, 2.0)]

    assert clicks.figures(two)["spearman"] is None


def test_a_textbooks_example_of_the_z_test() -> None:
    # 160 of 400 against 20 of 100: pooled 0.36, z = 0.2 / sqrt(0.36 * 0.64 * (1/400 + 1/100))
    p_values = clicks.two_proportion_p(np.array([[160.0], [20.0]]), np.array([[400.0], [100.0]]))

    assert p_values == pytest.approx([math.erfc(3.7268 / math.sqrt(2))], rel=1e-4)


@given(counts, counts)
@settings(max_examples=50)
def test_the_z_test_is_the_chi_square_test_without_correction(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    (impressions, clicked), (seen_too, clicked_too) = one, other
    assume(0 < clicked + clicked_too < impressions + seen_too)

    p_values = clicks.two_proportion_p(
        np.array([[clicked], [clicked_too]], dtype=float),
        np.array([[impressions], [seen_too]], dtype=float),
    )

    table = [[clicked, impressions - clicked], [clicked_too, seen_too - clicked_too]]
    assert p_values[0] == pytest.approx(chi2_contingency(table, correction=False).pvalue, abs=1e-9)


@pytest.mark.parametrize("clicked", [0.0, 10.0])
def test_rates_of_none_and_of_all_do_not_differ(clicked: float) -> None:
    assert clicks.two_proportion_p(np.full((2, 1), clicked), np.full((2, 1), 10.0)) == [1.0]


def test_where_nothing_differs_there_is_nothing_to_order() -> None:
    figures = clicks.figures([ShownHeadline("甲", 100, 5, score) for score in (1, 2, 3)])
    ends = clicks.intervals([ShownHeadline("甲", 100, 5, score) for score in (1, 2, 3)])

    assert figures == {
        "n": 3, "tests": 1, "pairs_significant": 0, "pairwise_accuracy_significant": None,
        "pairwise_accuracy": None, "spearman": None, "top1": None, "spearman_pooled": None,
    }  # fmt: skip
    assert set(ends.values()) == {None}


@pytest.mark.parametrize(
    ("views", "clicked", "score", "complaint"),
    [
        (0, 0, 1.0, "test 甲: 0 clicks of 0 impressions"),
        (10, 11, 1.0, "test 甲: 11 clicks of 10 impressions"),
        (10, -1, 1.0, "test 甲: -1 clicks of 10 impressions"),
        (10, 1, float("nan"), "test 甲: a score is a number, not nan"),
    ],
)
def test_impossible_headlines_are_refused(
    views: int, clicked: int, score: float, complaint: str
) -> None:
    with pytest.raises(Unmeasurable, match=complaint):
        ShownHeadline("甲", views, clicked, score)


@pytest.mark.parametrize("headlines", [[], HEADLINES[-1:]])
def test_a_headline_alone_has_no_rival(headlines: list[ShownHeadline]) -> None:
    with pytest.raises(Unmeasurable, match="no test has two headlines"):
        clicks.figures(headlines)


def test_intervals_are_over_tests() -> None:
    luck = random.Random(7)
    headlines = [
        ShownHeadline(f"{test}", 1000, luck.randint(20, 90), luck.random())
        for test in range(60)
        for _ in range(4)
    ]

    figures, ends = clicks.figures(headlines), clicks.intervals(headlines)

    assert list(ends) == ["pairwise_accuracy_significant", "pairwise_accuracy", "spearman", "top1"]
    for name, around in ends.items():
        assert around is not None
        assert around[0] < (figures[name] or 0) < around[1]


@given(rows, st.randoms())
@settings(max_examples=50)
def test_neither_order_nor_scale_is_of_account(
    values: list[tuple[str, tuple[int, int], int]], order: random.Random
) -> None:
    headlines = shown_of(values)
    stretched = [replace(headline, score=headline.score**3 + 7) for headline in headlines]
    order.shuffle(stretched)

    assert clicks.figures(stretched) == pytest.approx(clicks.figures(headlines))


@given(rows)
@settings(max_examples=50)
def test_the_opposite_scores_order_the_opposite_way(
    values: list[tuple[str, tuple[int, int], int]],
) -> None:
    headlines = shown_of(values)

    figures = clicks.figures(headlines)
    opposite = clicks.figures([replace(headline, score=-headline.score) for headline in headlines])

    for name in ("pairwise_accuracy_significant", "pairwise_accuracy"):
        one, other = figures[name], opposite[name]
        assert (one is None and other is None) or (one or 0) + (other or 0) == pytest.approx(1)


@given(rows)
@settings(max_examples=50)
def test_scores_that_are_the_click_rates_are_perfect(
    values: list[tuple[str, tuple[int, int], int]],
) -> None:
    headlines = [replace(h, score=h.clicks / h.impressions) for h in shown_of(values)]

    figures = clicks.figures(headlines)

    del figures["n"], figures["tests"], figures["pairs_significant"]
    assert all(value is None or value == pytest.approx(1) for value in figures.values())
