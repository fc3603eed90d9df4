"""The result of an experiment that has ended speaks of its end, and never says to go on."""

import re
from dataclasses import replace
from typing import Any

import pytest

from app.marketing.experiments.exposed_activity import DAY
from app.marketing.experiments.results.reading import describe_result
from app.marketing.experiments.values import StoredExperiment
from tests.marketing.experiments.people import START, expose, make_experiment, observe

ALIKE, BETTER = {"A": 0.05, "B": 0.051}, {"A": 0.05, "B": 0.07}


def end(experiment: StoredExperiment, chosen: str = "") -> StoredExperiment:
    state: Any = "decided" if chosen else "stopped"
    return replace(experiment, state=state, chosen=chosen, ended=START + 10 * DAY)


@pytest.mark.parametrize(
    ("chosen", "rates", "recommendation", "start", "finish"),
    [
        ("B", ALIKE, "ended", "实验已结束，决定采用“B”；提前停止，只完成计划的 60%（12,000 / "
         "20,000）。“B”相对提升 ", "），证明不了有差别。"),
        ("A", BETTER, "launch_variant", "实验已结束，决定采用“A”；提前停止，",
         "注意：“A”的转化率 5.0%，低于“B”的 7.0%，选择它与已有的数据相反。"),
        ("B", BETTER, "launch_variant", "实验已结束，决定采用“B”；提前停止，", "）。"),
        ("", BETTER, "launch_variant", "实验已结束，没有选定方案；提前停止，", "），建议采用。"),
    ],
)  # fmt: skip
def test_an_ended_experiment_says_what_was_chosen_and_what_the_data_say(
    chosen: str, rates: dict[str, float], recommendation: str, start: str, finish: str
) -> None:
    experiment = end(make_experiment(), chosen)

    result = describe_result(experiment, observe(experiment, expose(experiment, 12_000), rates))

    assert (result["recommendation"], result["progress"]["days_left"]) == (recommendation, None)
    assert result["reason"].startswith(start)
    assert result["reason"].endswith(finish)


@pytest.mark.parametrize(
    ("chosen", "rates", "is_contrary"),
    [
        ("A", {"A": 0.13, "B": 0.46}, True), ("B", {"A": 0.13, "B": 0.46}, False),
        ("B", {"A": 0.46, "B": 0.13}, True), ("A", {"A": 0.10, "B": 0.12}, False),
        ("", {"A": 0.13, "B": 0.46}, False), ("A", {"A": 0, "B": 0}, False),
    ],
)  # fmt: skip
def test_a_choice_against_the_data_so_far_is_named(
    chosen: str, rates: dict[str, float], is_contrary: bool
) -> None:
    experiment = end(make_experiment(), chosen)

    result = describe_result(experiment, observe(experiment, expose(experiment, 240), rates))

    assert result["recommendation"] == "ended"
    assert ("与已有的数据相反" in result["reason"]) == is_contrary


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"method": "fixed"}, {"method": "anytime"}, {"method": "bayesian"},
        {"kind": "bandit"}, {"unit": "day"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("count", [0, 1_000])
def test_no_ended_experiment_asks_to_go_on(changes: dict[str, Any], count: int) -> None:
    experiment = end(make_experiment(**changes))

    result = describe_result(experiment, observe(experiment, expose(experiment, count), ALIKE))

    assert result["recommendation"] == "ended"
    assert not re.search("请继续|请先|请检查|还没有|目前|现在", result["reason"])


def test_faults_of_an_ended_experiment_are_told_without_advice() -> None:
    experiment = end(make_experiment(), "A")
    exposed = expose(experiment, 100)
    at = next(at for at, each in enumerate(exposed) if each.variant == "A")
    exposed[at] = replace(exposed[at], variant="B")

    result = describe_result(experiment, observe(experiment, exposed, ALIKE))

    assert result["reason"] == (
        "实验已结束，决定采用“A”；提前停止，只完成计划的 0%（100 / 20,000）。"
        "1 位粉丝看到的不是分配给他们的方案：结果不可用。"
    )
