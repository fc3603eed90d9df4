"""A plan that contradicts itself is refused with a sentence; nothing is repaired."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.plans.planning import plan_run
from app.marketing.experiments.plans.summary import summarize_run, warn_of_followers
from app.marketing.experiments.plans.traffic import Traffic
from app.marketing.experiments.stats.values import BadCounts

A, B = {"name": "A", "share": 0.5}, {"name": "B", "share": 0.5}
FIELDS: dict[str, Any] = {
    "name": "新茶标题", "subject": "title", "variants": [A, B], "metric": {"event": "click"},
    "method": "fixed", "lift": 0.15,
}  # fmt: skip


def make_plan(**changes: Any) -> ExperimentPlan:
    return ExperimentPlan.model_validate(FIELDS | changes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"variants": [A, A]}, "two variants have the name 'A'"),
        ({"variants": [A, B | {"share": 0.4}]}, "the variants' shares sum to 0.9"),
        ({"variants": [A | {"share": 0}, B | {"share": 1}]}, "the control 'A' has the share 0"),
        ({"variants": [A]}, "at least 2 items"),
        ({"more_metrics": [{"event": "click"}]}, "a metric is given twice"),
        ({"kind": "bandit", "bandit": {"floor": 0.5}, "variants": [
            A, B | {"share": 0.25}, B | {"name": "C", "share": 0.25},
        ]}, "a floor of 0.5 for each of 3"),
        ({"kind": "bandit", "variants": [A | {"share": 0.98}, B | {"share": 0.02}]},
         "below the floor"),
        ({"kind": "bandit", "unit": "day"}, "assigns followers, not days"),
        ({"unit": "day", "past_days": 7}, "days have no past"),
        ({"unit": "day", "variants": [A | {"share": 0.9}, B | {"share": 0.1}]},
         "alternate in turn"),
        ({"colour": "green"}, "Extra inputs"),
    ],
)  # fmt: skip
def test_a_plan_that_contradicts_itself_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        make_plan(**changes)


def test_the_run_is_planned_in_days_of_the_traffic() -> None:
    """14,193 exposures of each variant, by Fleiss's formula."""
    run = plan_run(make_plan(), Traffic(0.05, 1_000, "request"))

    assert (run.exposures, run.days, run.looks) == (28_386, 29, 29)
    assert run.smallest_lift == pytest.approx(0.151, abs=0.001)


@pytest.mark.parametrize(
    ("changes", "factor"),
    [
        ({"method": "sequential"}, 1.04),
        ({"method": "anytime"}, 2.0),
        ({"variants": [A | {"share": 0.9}, B | {"share": 0.1}]}, 1 / 0.36),
        ({"variants": [A, B, {"name": "C", "share": 0}]}, 1.0),
    ],
)
def test_looks_and_unequal_shares_cost_exposures(changes: dict[str, Any], factor: float) -> None:
    traffic = Traffic(0.05, 10_000, "request")

    run = plan_run(make_plan(**changes), traffic)

    assert run.exposures / plan_run(make_plan(), traffic).exposures == pytest.approx(
        factor, rel=0.03
    )


@pytest.mark.parametrize("rest", [[B], [B, {"name": "C", "share": 0}]])
def test_a_run_that_compares_nothing_is_refused(rest: list[dict[str, Any]]) -> None:
    plan = make_plan(variants=[A | {"share": 1}, *[each | {"share": 0} for each in rest]])

    with pytest.raises(BadCounts, match="only the control has a share"):
        plan_run(plan, Traffic(0.05, 1_000, "request"))


@pytest.mark.parametrize(("arms", "days"), [(2, 20), (3, 30), (10, None)])
def test_alternating_days_take_ten_days_for_each_variant(arms: int, days: int | None) -> None:
    variants = [{"name": "ABCDEFGHIJ"[at], "share": 1 / arms} for at in range(arms)]

    run = plan_run(make_plan(unit="day", variants=variants), Traffic(0.05, 100_000, "request"))

    assert run.days == days


def test_a_run_that_is_too_long_has_no_days() -> None:
    run = plan_run(make_plan(share=0.5, holdout=0.2), Traffic(0.05, 100, "events", 2_000))

    assert (run.days, run.daily_exposures, run.followers) == (None, 40, 800)


@pytest.mark.parametrize(
    ("run", "summary"),
    [
        ((28_386, 29, 0.15), "需要 28,386 次曝光，按目前的流量大约 29 天。"),
        ((28_386, None, 6.52), "需要 28,386 次曝光，按目前的流量 90 天内达不到；"
         "四周最小能发现的提升约为 652%（6.5 倍）。"),
        ((28_386, None, 0.42), "需要 28,386 次曝光，按目前的流量 90 天内达不到；"
         "四周最小能发现的提升约为 42.0%。"),
        ((28_386, None, None), "需要 28,386 次曝光，按目前的流量 90 天内达不到；"
         "四周里几乎没有曝光，发现不了任何提升。"),
    ],
)  # fmt: skip
def test_a_run_is_told_in_a_sentence(
    run: tuple[int, int | None, float | None], summary: str
) -> None:
    assert summarize_run(*run) == summary


@pytest.mark.parametrize(
    ("followers", "warning"),
    [
        (152, "每位粉丝只计一次，最近四周能参加的只有 152 位：其余 93 次要靠新粉丝，"
         "没有新粉丝就做不完。"),
        (245, ""), (10_000, ""), (None, ""),
    ],
)  # fmt: skip
def test_a_run_that_takes_more_followers_than_there_are_says_so(
    followers: int | None, warning: str
) -> None:
    assert warn_of_followers(245, followers) == warning
