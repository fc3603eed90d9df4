"""Proposes tests of what in titles went with the objective, where a writer can vary it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.marketing.strategy.planned_tests import plan_test
from app.marketing.strategy.values import (
    OBJECTIVE_TITLES,
    FeatureEvidence,
    LiftPrediction,
    NewProposal,
    NightEvidence,
    Strategy,
)

OBSERVED_SHRINKAGE = 0.5
LARGEST_RATIO = 5.0  # more is an accident of few contents
WIDEST_INTERVAL = 10.0  # high by low; a wider one is no evidence


@dataclass(frozen=True, slots=True)
class TitleStyle:
    """What a writer does to a title: as a noun phrase, and as the tone of a brief."""

    name: str
    tone: str


# The features of titles that a writer can vary, and only those: not how long a title is.
TITLE_STYLES: Mapping[str, TitleStyle] = {
    "title_question": TitleStyle("标题用问句", "用问句作标题"),
    "title_number": TitleStyle("标题写数字", "标题里写具体数字"),
    "title_exclamation": TitleStyle("标题用感叹号", "标题用感叹号"),
    "title_quote": TitleStyle("标题用引号或书名号", "标题用引号或书名号"),
    "title_emoji": TitleStyle("标题带表情", "标题里带一个表情"),
    "mood": TitleStyle("标题语气积极", "标题语气积极"),
}


def is_testable(feature: FeatureEvidence) -> bool:
    """Whether a feature is evidence enough for a test, and one that a writer can vary."""
    is_narrow = 0 < feature.high <= WIDEST_INTERVAL * feature.low
    return (
        feature.feature in TITLE_STYLES
        and feature.low > 1
        and feature.ratio <= LARGEST_RATIO
        and is_narrow
    )


def propose_title_tests(
    strategy: Strategy, evidence: NightEvidence, scale: float
) -> Iterator[NewProposal]:
    """Features that went with more of the objective; those that went with less are left out."""
    for feature in sorted(evidence.features, key=lambda each: -each.low):
        if not is_testable(feature):
            continue
        measured = evidence.measured.get(f"feature:{feature.feature}")
        prediction = measured or _predict_feature(feature, scale)
        if prediction.lift > 0:  # else a test has found no gain
            yield _propose_test(strategy, feature, prediction)


def _propose_test(
    strategy: Strategy, feature: FeatureEvidence, prediction: LiftPrediction
) -> NewProposal:
    style, what = TITLE_STYLES[feature.feature], OBJECTIVE_TITLES[strategy.objective]
    return NewProposal(
        kind="test_feature",
        subject=f"feature:{feature.feature}",
        title=f"验证“{style.name}”是否有效",
        reason=(
            f"过去 {feature.contents} 篇内容里，{style.name}的{what}率是其他的"
            f" {feature.ratio:.2f} 倍（区间 {feature.low:.2f} 至 {feature.high:.2f}）。"
            "这只是相关，要随机分组才知道是不是原因。"
        ),
        prediction=prediction,
        plan=plan_test(strategy, style.name, "title", prediction, (("原标题", ""), ("新写法", ""))),
        brief={"channel": "title", "tone": style.tone},
    )


def _predict_feature(feature: FeatureEvidence, scale: float) -> LiftPrediction:
    factor = OBSERVED_SHRINKAGE * scale
    return LiftPrediction(
        lift=(feature.ratio - 1) * factor,
        low=min((feature.low - 1) * factor, 0.0),
        high=(feature.high - 1) * factor,
        basis=(
            f"{feature.contents} 篇内容的回归，提升和区间都按观察性结果减半，"
            f"再乘以本账号的校正 {scale:.2f}；下限放宽到没有提升"
        ),
    )
