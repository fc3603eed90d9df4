"""The sentence of an analysis says what is missing before anything can be told."""

from typing import Any

import pytest

from app.marketing.experiments.results.reports import answer_question


def make_question(*counts: tuple[int, int], **settings: Any) -> dict[str, Any]:
    variants = [
        {"name": "ABCD"[at], "exposures": exposures, "conversions": conversions}
        for at, (exposures, conversions) in enumerate(counts)
    ]
    return {"method": "fixed", "alpha": 0.05, "look": 1, "variants": variants} | settings


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (
            make_question((0, 0), (10, 1)),
            "“A”还没有曝光，无法比较，请检查它是否已经开始展示。",
        ),
        (
            make_question((9, 1), (0, 0), method="sequential", planned_exposures=1000),
            "“B”还没有曝光，无法比较，请检查它是否已经开始展示。",
        ),
        (
            make_question((0, 0), (0, 0)),
            "还没有曝光，没有可以分析的数据，请在各组开始展示后再看。",
        ),
        (
            make_question((1000, 20), (1000, 45), method="anytime"),
            "“B”目前相对提升 +125.0%。“A”的转化不到 25 次，还不能判断，请继续。"
            "要看出 10% 的相对提升，每组约需 161,364 次曝光。",
        ),
        (
            make_question((1000, 0), (1000, 3), method="sequential"),
            "对照组还没有转化，“B”有 3 次。“A”、“B”的转化不到 25 次，还不能判断，请继续。",
        ),
        (
            make_question((1000, 0), (1000, 0), planned_exposures=4000),
            "各组都还没有转化，样本只到计划的 50%，固定样本的检验要等计划完成再看。",
        ),
        (
            make_question((1000, 1000), (1000, 1000), method="anytime"),
            "“B”目前相对提升 0%，证据还不够，请继续。",
        ),
        (
            make_question((1000, 50), (0, 0), shares=[1.0, 0.0]),
            "除了对照组，各方案的比例都是 0，没有可比较的，请另做一个给它们分配比例的实验。",
        ),
    ],
)
def test_what_is_missing_is_said(question: dict[str, Any], reason: str) -> None:
    answer = answer_question(question)

    assert (answer["recommendation"], answer["reason"]) == ("continue", reason)


@pytest.mark.parametrize(
    ("counts", "start"),
    [
        (
            [(1000, 50), (1000, 70)],
            "没有给出计划的样本数，这些数据证明不了差别：“B”相对提升 +40.0%（",
        ),
        ([(1000, 50), (1000, 50)], "没有给出计划的样本数，这些数据证明不了差别：“B”相对提升 0%（"),
        (
            [(10, 0), (10, 3)],
            "没有给出计划的样本数，这些数据证明不了差别：对照组还没有转化，“B”有 3 次，"
            "样本太少，也说不准没有差别，请先定好样本数，再做一次更大的实验。",
        ),
        (
            [(10**9, 5 * 10**7), (10**9, 50_020_000)],
            "“B”优于对照组，相对提升 +0.04%（区间 +0.0018% 至 +0.1%），建议采用。",
        ),
        ([(9000, 900), (9000, 600)], "“B”不如对照组，相对下降 33.3%（"),
    ],
)
def test_a_change_is_said_without_a_double_sign(counts: list[tuple[int, int]], start: str) -> None:
    assert answer_question(make_question(*counts))["reason"].startswith(start)


@pytest.mark.parametrize("plan", [{}, {"planned_exposures": 200}])
@pytest.mark.parametrize(
    ("counts", "end"),
    [
        (((1_000, 0), (1_000, 0)), "：各组都还没有转化，请先确认转化有上报。"),
        (((1_000, 2), (1_000, 5)), "，样本太少，也说不准没有差别，"),
        (((5_000, 250), (5_000, 294)), "，样本太少，也说不准没有差别，"),
        (((100_000, 5_000), (100_000, 5_000)), "，差别即使有也不到 10%，可任选其一。"),
    ],
)
def test_a_choice_is_left_open_only_where_the_interval_is_narrow(
    counts: list[tuple[int, int]], end: str, plan: dict[str, int]
) -> None:
    answer = answer_question(make_question(*counts, **plan))

    assert answer["recommendation"] == "no_difference"
    assert end in answer["reason"]


def test_a_variant_without_a_share_takes_no_part_of_the_error_rate() -> None:
    counts = (5_000, 250), (5_000, 310)
    two = answer_question(make_question(*counts))
    three = answer_question(make_question(*counts, (0, 0), shares=[0.5, 0.5, 0.0]))

    answers = [(each["significant"], each["p_value"], each["interval"]) for each in (two, three)]

    assert answers[0] == answers[1]
    assert two["significant"]
