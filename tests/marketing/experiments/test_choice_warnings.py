"""Who decides against the data, or before they say anything, is told so."""

from typing import Any

import pytest

from app.marketing.experiments.choice_warnings import warn_of_choice
from app.marketing.experiments.exposed_activity import DAY
from app.marketing.experiments.results.observation import Observation
from app.marketing.experiments.results.reading import describe_result
from tests.marketing.experiments.people import START, expose, make_experiment


def read_result(exposures: int, rates: dict[str, float], **plan: Any) -> dict[str, Any]:
    """The result on the tenth day of a plan of 20,000; each variant's first followers convert."""
    experiment = make_experiment(**plan)
    followers = expose(experiment, exposures)
    metric = experiment.plan.metric
    conversions: dict[str, int] = {}
    for name, rate in rates.items():
        members = [each.pseudonym for each in followers if each.variant == name]
        conversions |= dict.fromkeys(members[: round(len(members) * rate)], 1)
    observation = Observation(
        now=START + 10 * DAY, exposed=followers, event_counts={metric: conversions}, past={},
        unknown=0, deleted_items={},
    )  # fmt: skip
    return describe_result(experiment, observation)


@pytest.mark.parametrize(
    ("exposures", "rates", "chosen", "beginning"),
    [
        (1, {}, "B", "“B”还没有曝光，没有数据支持这个选择。目前有 1 位粉丝看到，计划 20,000 位。"),
        (1_000, {"A": 0.05, "B": 0.06}, "B", "数据还不足以选择“B”：“B”目前相对提升 +22.6%"),
        (20_000, {"A": 0.08, "B": 0.04}, "B", "数据不支持选择“B”：“B”不如对照组，"),
        (20_000, {"A": 0.04, "B": 0.08}, "A", "数据不支持选择“A”：“B”优于对照组，"),
        (20_000, {"A": 0.04, "B": 0.08}, "B", ""),
        (20_000, {"A": 0.08, "B": 0.04}, "A", ""),
        (20_000, {"A": 0.05, "B": 0.05}, "B", ""),
    ],
)
def test_a_choice_that_the_data_do_not_support_is_named(
    exposures: int, rates: dict[str, float], chosen: str, beginning: str
) -> None:
    result = read_result(exposures, rates)

    warning = warn_of_choice(result, chosen)

    assert warning.startswith(beginning)
    assert bool(warning) == bool(beginning)


def test_a_choice_against_early_data_is_named() -> None:
    rates = {"A": 0.13, "B": 0.46}

    warnings = [warn_of_choice(read_result(240, rates), name) for name in ("A", "B")]

    assert warnings[0].endswith("，选择它与已有的数据相反。")
    assert "与已有的数据相反" not in warnings[1]


def test_a_bandits_choice_needs_a_variant_that_is_surely_the_best() -> None:
    bandit = {"kind": "bandit", "method": "bayesian"}
    unsure = read_result(200, {"A": 0.05, "B": 0.06}, **bandit)
    sure = read_result(20_000, {"A": 0.04, "B": 0.08}, **bandit)

    warnings = [warn_of_choice(unsure, "B"), warn_of_choice(sure, "B"), warn_of_choice(sure, "A")]

    assert [bool(warning) for warning in warnings] == [True, False, True]
    assert warnings[0].startswith("数据还不足以选择“B”：")
