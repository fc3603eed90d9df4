"""Proposals follow from the evidence: the guardrail first, each with a reason and a test."""

from dataclasses import replace

import pytest

from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.strategy.proposing import make_proposals
from app.marketing.strategy.values import (
    FeatureEvidence,
    GuardrailEvidence,
    LiftPrediction,
    NightEvidence,
    Strategy,
    WinnerEvidence,
)

QUIET = NightEvidence(
    stages={"active": 900, "dormant": 100, "gone": 50},
    comes_back=0.1,
    peak_hours={20: 300, 12: 200},
    sent_hours={19: 4},
    wanted_words={"茶": 20},
    supplied_words={},
    features=(),
    winners=(),
    unfollow_rate=0.001,
    unfollow_rate_before=0.001,
    sends=2,
    recent_sends=3,
)
QUESTION = FeatureEvidence(
    feature="title_question", title="标题是问句", ratio=1.4, low=1.2, high=1.7, contents=60
)
SUBJECT = "feature:title_question"
MEASURED = LiftPrediction(lift=0.09, low=0.02, high=0.16, basis="上次随机实验的结果")
WINNER = WinnerEvidence(
    experiment="e" * 32, name="标题实验", variant="问句", control="陈述句", content="春茶怎么选？",
    lift=0.21, low=0.08, high=0.36,
)  # fmt: skip

GUARDRAIL = GuardrailEvidence(
    event="unfollow", control_rate=0.0043, rate=0.106, margin=0.25, ok=False
)


def test_a_quiet_night_proposes_nothing() -> None:
    assert make_proposals(Strategy(), QUIET) == []


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({"unfollow_rate": 0.02}, "send_less", "最近 14 天群发了 3 次，其中本月 2 次"),
        ({"unfollow_rate": 0.02, "recent_sends": 0}, "check_unfollows", "2.00%"),
        ({"winners": (WINNER,)}, "adopt_winner", "+21.0%"),
        ({"features": (QUESTION,)}, "test_feature", "1.40 倍"),
        ({"stages": {"active": 500, "dormant": 500}}, "win_back", "50% 的粉丝"),
        (
            {"wanted_words": {"龙井": 300}},
            "write_topic",
            "而 30 天里没有标了这个词的内容。接受后没有实验要做",
        ),
        ({"sent_hours": {8: 5}}, "test_send_time", "粉丝最活跃的时段是 20 点"),
    ],
)
def test_each_kind_of_evidence_has_its_proposal(
    changes: dict[str, object], kind: str, words: str
) -> None:
    evidence = replace(QUIET, **changes)  # type: ignore[arg-type]  # one field of the evidence

    [proposal] = make_proposals(Strategy(), evidence)

    assert (proposal.kind, words in proposal.reason) == (kind, True)
    if proposal.plan:
        plan = ExperimentPlan.model_validate(proposal.plan)
        assert plan.metric.event == "click"
        assert plan.guardrails[0].event == "unfollow"


@pytest.mark.parametrize(
    "changes",
    [
        {"features": (replace(QUESTION, low=0.9),)},
        {"features": (replace(QUESTION, feature="evening"),)},
        {"features": (replace(QUESTION, feature="title_length"),)},
        {"features": (replace(QUESTION, ratio=5.1, high=6.0),)},
        {"features": (replace(QUESTION, low=1.1, high=11.1),)},
        {"stages": {"active": 50, "dormant": 50}},
        {"wanted_words": {"龙井": 300}, "supplied_words": {"龙井": 2}},
        {"sent_hours": {}},
        {"sent_hours": {18: 3}},
        {"sent_hours": {8: 5, 20: 5}},
        {"sent_hours": {8: 5}, "peak_hours": {20: 104, 8: 93, 13: 66}},
        {"sent_hours": {8: 5}, "open_subjects": frozenset({"send_time"})},
        {"sent_hours": {8: 5}, "settled_subjects": frozenset({"send_time"})},
        {"peak_hours": {}, "sent_hours": {8: 5}},
        {"features": (QUESTION,), "measured": {SUBJECT: replace(MEASURED, lift=-0.02)}},
    ],
)
def test_weak_or_repeated_evidence_proposes_nothing(changes: dict[str, object]) -> None:
    evidence = replace(QUIET, **changes)  # type: ignore[arg-type]  # one field of the evidence

    assert make_proposals(Strategy(), evidence) == []


def test_the_guardrail_comes_first_and_the_number_is_bounded() -> None:
    evidence = replace(
        QUIET, unfollow_rate=0.02, winners=(WINNER,), features=(QUESTION,), sent_hours={8: 5}
    )

    proposals = make_proposals(Strategy(proposals_a_night=2), evidence)

    assert [proposal.kind for proposal in proposals] == ["send_less", "adopt_winner"]


def test_a_prediction_is_corrected_by_the_record() -> None:
    evidence = replace(QUIET, features=(QUESTION,))

    [proposal] = make_proposals(Strategy(), evidence, scale=0.5)

    assert proposal.prediction is not None
    assert proposal.prediction.lift == pytest.approx(0.1)
    assert proposal.plan["lift"] == 0.1


def test_a_winner_with_a_broken_guardrail_is_not_adopted() -> None:
    winner = replace(WINNER, guardrails=(GUARDRAIL,))

    [proposal] = make_proposals(Strategy(), replace(QUIET, winners=(winner,)))

    assert (proposal.kind, proposal.variant, proposal.prediction) == (
        "keep_control",
        "陈述句",
        None,
    )
    assert proposal.reason.endswith(
        "但护栏指标没有守住：取消关注，对照组 0.43%，“问句” 10.60%，允许的相对恶化是 25%。"
        "建议不采用，保留对照组“陈述句”，先查明原因。"
    )


@pytest.mark.parametrize(
    ("ok", "words"), [(True, "可以直接采用"), (None, "护栏指标还看不出好坏（取消关注")]
)
def test_a_winner_is_adopted_while_no_guardrail_is_broken(ok: bool | None, words: str) -> None:
    winner = replace(WINNER, guardrails=(replace(GUARDRAIL, ok=ok),))

    [proposal] = make_proposals(Strategy(), replace(QUIET, winners=(winner,)))

    assert (proposal.kind, words in proposal.reason) == ("adopt_winner", True)


def test_a_measured_lift_replaces_the_observed_one() -> None:
    evidence = replace(QUIET, features=(QUESTION,), measured={SUBJECT: MEASURED})

    [proposal] = make_proposals(Strategy(), evidence, scale=0.5)

    assert (proposal.prediction, proposal.plan["lift"]) == (MEASURED, 0.09)


def test_a_title_test_is_named_as_a_person_would_and_waits_for_its_texts() -> None:
    [proposal] = make_proposals(Strategy(), replace(QUIET, features=(QUESTION,)))

    assert proposal.title == "验证“标题用问句”是否有效"
    assert "标题用问句的点击率是其他的 1.40 倍" in proposal.reason
    assert proposal.brief == {"channel": "title", "tone": "用问句作标题"}
    assert proposal.plan["name"] == "标题用问句"
    assert [each["content"] for each in proposal.plan["variants"]] == ["", ""]
    assert proposal.prediction is not None
    assert proposal.prediction.high == pytest.approx(0.35)
