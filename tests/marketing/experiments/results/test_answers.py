"""The answer on counts: what is strange about them, the other variants, the size that would do."""

from typing import Any

import pytest

from app.marketing.experiments.results.reports import answer_question
from tests.marketing.experiments.results.test_reasons import make_question


def test_a_posterior_has_a_probability_and_no_p_value() -> None:
    answer = answer_question(make_question((10_000, 500), (10_000, 510), method="bayesian"))

    assert (answer["p_value"], answer["lift"]) == (None, pytest.approx(0.02))
    assert answer["probability_better"] == pytest.approx(0.627, abs=0.001)
    assert "比对照组更好的概率 62.7%。" in answer["reason"]


def test_a_control_without_conversions_has_no_posterior_lift() -> None:
    answer = answer_question(make_question((1_000, 0), (1_000, 40), method="bayesian"))

    assert (answer["lift"], answer["interval"][1]) == (None, None)


@pytest.mark.parametrize(
    ("counts", "warnings"),
    [
        ([(1_000, 50), (1_000, 60)], []),
        ([(0, 0), (0, 0)], []),
        (
            [(1_000, 0), (1_000, 1)],
            [
                "“A”的 1,000 次曝光里没有一次转化（转化率 0%）：请确认转化有上报；"
                "曝光还少时，也可能只是还没有发生。",
                "“B”只有 1 次转化，提升的数字很不可靠。",
            ],
        ),
        (
            [(50, 50), (50, 45)],
            [
                "“A”的 50 次曝光全部转化（转化率 100%）："
                "请确认上报的是转化，而不是把曝光也算作了转化。"
            ],
        ),
    ],
)
def test_rates_that_look_wrong_are_warned_of(
    counts: list[tuple[int, int]], warnings: list[str]
) -> None:
    assert answer_question(make_question(*counts))["warnings"] == warnings


@pytest.mark.parametrize(
    ("settings", "others"),
    [
        ({}, "其他方案与对照组相比：“C”相对提升 +24.0%，优于对照组；"
         "“D”相对提升 +2.0%，看不出差别。"),
        ({"planned_exposures": 80_000},
         "其他方案与对照组相比：“C”相对提升 +24.0%；“D”相对提升 +2.0%。"),
        ({"method": "bayesian"}, "“C”相对提升 +24.0%，更好的概率超过 99.9%；"
         "“D”相对提升 +2.0%，更好的概率 62.7%。"),
    ],
)  # fmt: skip
def test_other_variants_are_told_beside_the_best(settings: dict[str, Any], others: str) -> None:
    counts = [(10_000, 500), (10_000, 650), (10_000, 620), (10_000, 510)]

    answer = answer_question(make_question(*counts, **settings))

    assert answer["variant"] == "B"
    assert others in answer["reason"]


def test_false_discoveries_are_controlled_among_variants() -> None:
    """p of C is .0237: .071 as one of three (Bonferroni), half of that as the second smallest."""
    answer = answer_question(
        make_question((10_000, 500), (10_000, 650), (10_000, 572), (10_000, 510))
    )

    comparisons = [each["comparison"] for each in answer["variants"][1:]]

    assert [each["significant"] for each in comparisons] == [True, False, False]
    assert [each["p_value"] for each in comparisons] == pytest.approx([0, 0.071, 1], abs=5e-4)
    assert [each["q_value"] for each in comparisons] == pytest.approx([0, 0.0355, 0.747], abs=5e-4)


@pytest.mark.parametrize(
    ("settings", "size"),
    [
        ({"method": "fixed"}, 31_234), ({"method": "sequential"}, 62_468),
        ({"method": "anytime"}, 62_468),
    ],
)  # fmt: skip
def test_without_a_plan_the_exposures_are_told_that_would_do(
    settings: dict[str, Any], size: int
) -> None:
    answer = answer_question(make_question((2_000, 100), (2_000, 110), **settings))

    assert answer["needed_size"] == {"lift": 0.1, "exposures": size}
    assert answer["reason"].endswith(f"要看出 10% 的相对提升，每组约需 {size:,} 次曝光。")


@pytest.mark.parametrize("counts", [((100, 0), (100, 5)), ((100, 95), (100, 95))])
def test_no_size_is_told_where_the_controls_rate_gives_none(
    counts: tuple[tuple[int, int], ...],
) -> None:
    assert answer_question(make_question(*counts))["needed_size"] is None


@pytest.mark.parametrize(
    ("exposures", "end"),
    [
        (5_000, "，样本到计划的 50%，证据还不够，请继续。"),
        (10_000, "，计划的样本已用完，证据还不够，"
         "可以再多收集一些，也可以结束实验，当作看不出差别。"),
    ],
)  # fmt: skip
def test_an_always_valid_test_speaks_of_no_boundary(exposures: int, end: str) -> None:
    counts = [(exposures, exposures // 20)] * 2
    question = make_question(*counts, method="anytime", planned_exposures=20_000)

    assert answer_question(question)["reason"].endswith(end)


def test_a_fixed_test_is_not_significant_before_its_plan_is_complete() -> None:
    question = make_question((5_000, 250), (5_000, 400), planned_exposures=20_000)

    answer = answer_question(question)

    assert (answer["significant"], answer["recommendation"]) == (False, "continue")
    assert answer["variants"][1]["comparison"]["significant"] is False
