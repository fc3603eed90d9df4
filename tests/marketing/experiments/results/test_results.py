"""What an experiment says: the sample ratio first, exposures that can't be right named."""

from dataclasses import replace
from typing import Any

import pytest

from app.marketing.experiments.exposed_activity import DAY
from app.marketing.experiments.exposures import ExposedFollower
from app.marketing.experiments.results.reading import describe_result
from app.marketing.experiments.values import SharePeriod
from tests.marketing.experiments.people import START, VARIANTS, expose, make_experiment, observe

BETTER = {"A": 0.05, "B": 0.07}


def test_a_better_variant_is_found_at_a_daily_look() -> None:
    experiment = make_experiment()

    result = describe_result(experiment, observe(experiment, expose(experiment, 12_000), BETTER))

    assert (result["method"], result["sample_ratio_ok"]) == ("sequential", True)
    assert (result["significant"], result["recommendation"]) == (True, "launch_variant")
    assert result["lift"] == pytest.approx(0.4, abs=0.01)
    assert result["faults"] == []


def test_a_result_that_is_read_days_after_the_plans_end_says_the_same() -> None:
    experiment = make_experiment()
    exposed = expose(experiment, 26_000, days=13)
    observation = observe(experiment, exposed[:20_000], BETTER)

    in_time = describe_result(experiment, observation)
    late = describe_result(experiment, replace(observation, exposed=exposed))

    main = ("significant", "p_value", "lift", "interval", "recommendation", "variants", "reason")
    assert in_time["recommendation"] == "launch_variant"
    assert {name: late[name] for name in main} == {name: in_time[name] for name in main}
    assert (in_time["notes"], late["notes"]) == ([], [
        "计划的样本在 20,000 位粉丝时已经够了，主要指标以那一天的查看为准："
        "之后的 6,000 位没有计入，再看多少次结论都不变。"
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("event", "scope"),
    [
        ("click", "“点击”按粉丝计：第一次看到方案之后 48 小时内有过一次就算转化，"
         "不论是在哪条内容上，别处的也算；上报时写明属于其他实验（experiment）的不算。"),
        ("message", "“发消息”按粉丝计：第一次看到方案之后 48 小时内有过一次就算转化；"
         "上报时写明属于其他实验（experiment）的不算。"),
    ],
)  # fmt: skip
def test_a_result_says_which_events_it_counts(event: str, scope: str) -> None:
    experiment = make_experiment(metric={"event": event, "hours": 48})

    result = describe_result(experiment, observe(experiment, expose(experiment, 100), BETTER))

    assert result["metric_scope"] == scope


def test_while_it_runs_it_says_how_many_days_are_left() -> None:
    experiment = make_experiment()
    rates = {"A": 0.05, "B": 0.051}

    soon = describe_result(experiment, observe(experiment, expose(experiment, 12_000), rates))
    never = describe_result(experiment, observe(experiment, expose(experiment, 500), rates))

    assert soon["progress"] == {
        "exposures": 12_000, "planned": 20_000, "days_left": 7,
        "sentence": "已完成计划的 60%（12,000 / 20,000），按目前的流量大约还需 7 天。",
    }  # fmt: skip
    assert soon["recommendation"] == "continue"
    assert never["progress"]["days_left"] is None
    assert never["progress"]["sentence"] == (
        "已完成计划的 2%（500 / 20,000）。按目前的流量，90 天内达不到计划。"
        "参与比例已经是 100%，不能再提高：可以停止实验，另做一个只求发现更大提升的计划。"
    )


@pytest.mark.parametrize(
    ("count", "age", "days_left", "sentence"),
    [
        (0, 0.0, 10, "实验刚开始，已完成计划的 0%（0 / 20,000），按计划时的流量大约还需 10 天。"),
        (100, 0.5, 10, "实验刚开始，已完成计划的 0%（100 / 20,000），"
         "按计划时的流量大约还需 10 天。"),
        (18_400, 0.9, 1, "开始曝光还不到一天，已完成计划的 92%（18,400 / 20,000），"
         "按计划时的流量大约还需 1 天。"),
        (0, 3.0, None, "已完成计划的 0%（0 / 20,000）。按目前的流量，90 天内达不到计划。"
         "参与比例已经是 100%，不能再提高：可以停止实验，另做一个只求发现更大提升的计划。"),
    ],
)  # fmt: skip
def test_before_a_day_of_exposures_the_plans_traffic_says_how_long_it_takes(
    count: int, age: float, days_left: int | None, sentence: str
) -> None:
    experiment = make_experiment()
    exposed = expose(experiment, count, days=age)

    result = describe_result(
        experiment, observe(experiment, exposed, BETTER, now=START + age * DAY)
    )

    assert result["progress"]["days_left"] == days_left
    assert result["progress"]["sentence"] == sentence


def test_a_part_of_the_followers_may_become_a_larger_one() -> None:
    experiment = make_experiment(share=0.2)

    result = describe_result(experiment, observe(experiment, expose(experiment, 500), BETTER))

    assert (
        "现在只有 20% 的粉丝参与：可以停止实验，另做一个参与比例更高"
        in result["progress"]["sentence"]
    )


def test_shares_of_95_to_5_raise_no_alarm_and_lost_exposures_do() -> None:
    variants = [{"name": "A", "share": 0.95}, {"name": "B", "share": 0.05}]
    experiment = make_experiment(variants=variants)
    exposed = expose(experiment, 10_000)

    whole = describe_result(experiment, observe(experiment, exposed, BETTER))
    of_a = [each for each in exposed if each.variant == "A"]
    of_b = [each for each in exposed if each.variant == "B"]
    remaining = sorted([*of_a, *of_b[: len(of_b) * 3 // 4]], key=lambda each: each.first)
    partial = describe_result(experiment, observe(experiment, remaining, BETTER))

    assert whole["sample_ratio_ok"]
    assert (partial["sample_ratio_ok"], partial["recommendation"]) == (False, "fix_assignment")


def test_a_variant_at_0_percent_that_is_seen_is_a_leak() -> None:
    experiment = make_experiment(variants=[*VARIANTS, {"name": "C", "share": 0}])
    leaked = ExposedFollower("f-" + "9" * 16, "C", START + 10 * DAY, 1)
    exposed = [*expose(experiment, 1_000), leaked]

    result = describe_result(experiment, observe(experiment, exposed, BETTER))

    assert (result["sample_ratio"]["leaks"], result["recommendation"]) == ((2,), "fix_assignment")


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"variant": "B"}, "not_assigned"),
        ({"variant": "Z"}, "unknown_variant"),
        ({"variant_count": 2}, "several_variants"),
    ],
)
def test_an_exposure_that_cannot_be_is_named_and_nothing_counts_beside_it(
    changes: dict[str, Any], kind: str
) -> None:
    experiment = make_experiment()
    exposed = expose(experiment, 12_000)
    at = next(at for at, each in enumerate(exposed) if each.variant == "A")
    exposed[at] = replace(exposed[at], **changes)

    result = describe_result(experiment, observe(experiment, exposed, BETTER))

    [fault] = result["faults"]
    assert (fault["kind"], fault["examples"]) == (kind, (exposed[at].pseudonym,))
    assert (result["significant"], result["recommendation"]) == (False, "fix_assignment")
    assert result["reason"] == fault["sentence"]


def test_erased_followers_still_count_and_are_told() -> None:
    experiment = make_experiment()
    exposed = expose(experiment, 12_000)
    erased = [replace(each, pseudonym=f"x-{at:016x}") for at, each in enumerate(exposed[:30])]

    result = describe_result(experiment, observe(experiment, [*erased, *exposed[30:]], BETTER))

    assert (result["progress"]["exposures"], result["erased"]) == (12_000, 30)
    assert (result["sample_ratio_ok"], result["faults"]) == (True, [])
    assert result["notes"] == ["30 位粉丝的数据已应要求删除：人数照算，删除之后的转化不再计入。"]


def test_an_item_that_is_deleted_in_mid_test_is_named() -> None:
    variants = [VARIANTS[0], VARIANTS[1] | {"item": "article-7"}]
    experiment = make_experiment(variants=variants)
    observation = observe(
        experiment, expose(experiment, 100), BETTER, deleted_items={"article-7": START + DAY}
    )

    [note] = describe_result(experiment, observation)["notes"]

    assert note.startswith("方案“B”展示的内容 article-7 在实验中被删除")


def test_an_entry_that_is_deleted_in_mid_test_is_named() -> None:
    experiment = make_experiment(subject="reply", target="entry.tea-1")
    observation = observe(experiment, expose(experiment, 100), BETTER, is_target_deleted=True)

    [note] = describe_result(experiment, observation)["notes"]

    assert note == "实验改写的条目 tea-1 已被删除：不会再有新的曝光，请停止实验或恢复条目。"


def test_guardrails_pass_only_what_is_surely_not_worse() -> None:
    guardrail = {"event": "unfollow", "margin": 0.3, "better": "lower"}
    experiment = make_experiment(guardrails=[guardrail])
    exposed = expose(experiment, 20_000)

    answers = [
        describe_result(experiment, observe(experiment, exposed, rates))["guardrails"][0]["ok"]
        for rates in (
            {"A": 0.05, "B": 0.05}, {"A": 0.05, "B": 0.07}, {"A": 0.0, "B": 0.01},
            {"A": 0.001, "B": 0.0012}, {"A": 0.0, "B": 0.0}, {"A": 0.0, "B": 0.0001},
        )
    ]  # fmt: skip

    assert answers == [True, False, False, None, None, None]


@pytest.mark.parametrize(
    ("unfollows", "recommendation", "end"),
    [
        ({"A": 0.004, "B": 0.106}, "keep_control",
         "，但护栏指标“取消关注”变差（0.4% → 10.6%），不建议采用。"),
        ({"A": 0.0005, "B": 0.0005}, "launch_variant",
         "；护栏指标“取消关注”还看不出是否变差（0.05% → 0.05%），采用前请再观察。"),
        ({"A": 0.05, "B": 0.05}, "launch_variant", "，建议采用。"),
    ],
)  # fmt: skip
def test_a_variant_that_breaks_a_guardrail_is_not_launched(
    unfollows: dict[str, float], recommendation: str, end: str
) -> None:
    guardrail = {"event": "unfollow", "margin": 0.3, "better": "lower"}
    experiment = make_experiment(guardrails=[guardrail])
    exposed = expose(experiment, 20_000)
    unfollow_counts = observe(experiment, exposed, unfollows).event_counts[
        experiment.plan.guardrails[0]
    ]
    observation = observe(experiment, exposed, BETTER)
    event_counts = dict(observation.event_counts) | {experiment.plan.guardrails[0]: unfollow_counts}

    result = describe_result(experiment, replace(observation, event_counts=event_counts))

    assert result["recommendation"] == recommendation
    assert result["reason"].startswith("“B”优于对照组，相对提升 +39.9%（区间 ")
    assert result["reason"].endswith(f"）{end}")


def test_a_guardrail_that_breaks_in_mid_test_is_a_reason_to_stop() -> None:
    guardrail = {"event": "unfollow", "margin": 0.3, "better": "lower"}
    experiment = make_experiment(guardrails=[guardrail])
    exposed = expose(experiment, 5_000)
    worse = observe(experiment, exposed, {"A": 0.01, "B": 0.1})
    observation = observe(experiment, exposed, {"A": 0.05, "B": 0.051})
    broken = experiment.plan.guardrails[0]
    event_counts = dict(observation.event_counts) | {broken: worse.event_counts[broken]}

    result = describe_result(experiment, replace(observation, event_counts=event_counts))

    assert result["recommendation"] == "continue"
    assert result["reason"].endswith(
        "还没有越过停止边界，但护栏指标“取消关注”变差（1.0% → 10.0%），"
        "不建议采用“B”，请考虑停止实验。"
    )


def test_many_metrics_control_false_discoveries() -> None:
    more = [{"event": event} for event in ("share", "like", "comment", "view")]
    experiment = make_experiment(more_metrics=more)
    exposed = expose(experiment, 10_000)
    observation = observe(
        experiment, exposed, {"A": 0.05, "B": 0.059}
    )  # p about .045 for each alone
    rest = experiment.plan.more_metrics[1:]
    event_counts = dict(observation.event_counts)
    for metric in rest:
        event_counts[metric] = {each.pseudonym: 1 for each in exposed[:500]}

    result = describe_result(experiment, replace(observation, event_counts=event_counts))

    metrics = result["more_metrics"]

    assert [each["event"] for each in metrics] == ["share", "like", "comment", "view"]
    assert not any(each["significant"] for each in metrics)


def test_the_past_removes_variance_and_must_vary() -> None:
    experiment = make_experiment(past_days=14)
    exposed = expose(experiment, 4_000)
    past = {each.pseudonym: at % 5 for at, each in enumerate(exposed)}
    clicked = {each.pseudonym: 1 for at, each in enumerate(exposed) if at % 5 == 4}
    observation = observe(
        experiment, exposed, {}, past=past, event_counts={experiment.plan.metric: clicked}
    )

    [adjusted] = describe_result(experiment, observation)["adjusted"]

    assert adjusted["variance_removed"] == pytest.approx(0.5, abs=0.05)
    without = describe_result(experiment, replace(observation, past={}))
    assert without["adjusted"] == []
    assert without["adjustment_error"].startswith("实验之前这个指标没有变化")


def test_days_are_compared_at_the_end_with_their_weakness_said() -> None:
    experiment = make_experiment(unit="day", exposures=10_000)
    early = expose(experiment, 2_000, days=10)
    late = expose(experiment, 10_000, days=40)

    going_on = describe_result(experiment, observe(experiment, early, BETTER))
    full = describe_result(experiment, observe(experiment, expose(experiment, 10_000), BETTER))
    ended = describe_result(experiment, observe(experiment, late, BETTER))

    assert (going_on["recommendation"], going_on["significant"]) == ("continue", False)
    assert full["progress"]["sentence"] == (
        "已完成计划的 100%（10,000 / 10,000）。按天轮换时每个方案至少要有 10 天，大约还需 10 天。"
    )
    assert ended["sample_ratio_ok"]
    assert [each["days"] for each in ended["variants"]] == [20, 20]
    assert "比较的是日子而不是人" in ended["reason"]


def test_a_bandit_tells_what_each_variant_alone_would_earn() -> None:
    """The shares moved from a half to 20:80, and the rates fell: raw rates would favour A."""
    periods = [SharePeriod(START, (0.5, 0.5)), SharePeriod(START + 5 * DAY, (0.2, 0.8))]
    experiment = make_experiment(kind="bandit", periods=periods)
    exposed = expose(experiment, 20_000)
    clicked = {
        each.pseudonym: 1
        for at, each in enumerate(exposed)
        if at % 100
        < (20 if each.first < periods[1].start else 4) + (2 if each.variant == "B" else 0)
    }
    observation = observe(experiment, exposed, {}, event_counts={experiment.plan.metric: clicked})

    result = describe_result(experiment, observation)

    values = {each["variant"]: each["value"] for each in result["policy_values"]}
    rates = {each["name"]: each["rate"] for each in result["variants"]}
    assert result["sample_ratio_ok"]
    assert rates["A"] > rates["B"]
    assert values == pytest.approx({"A": 0.12, "B": 0.14}, abs=0.01)
    assert result["shares"] == {"A": 0.2, "B": 0.8}
