"""The report of what moved contents' figures: values, and a paragraph for a manager.

The paragraph never claims a cause: contents were not assigned at random.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.marketing.effects.regression import estimate_effects
from app.marketing.effects.topics import ContentTopics
from app.marketing.effects.values import (
    METRIC_TITLES,
    ContentOutcome,
    FeatureEffect,
    Metric,
    MetricEffects,
    UnusableContents,
)

CAVEAT = (
    "以上是观察到的相关，不是因果：内容不是随机发布的，时间、选题和人群都可能同时在变。"
    "要确认某个做法有效，请用实验把它与对照随机分给粉丝。"
)
_MOST_NAMED = 3  # effects of a metric that the paragraph names
_EXTREMES = 5  # contents listed at each end


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedContent:
    """A content with its rate of the first metric."""

    id: str
    title: str
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectReport:
    """What moved the figures of the contents of some days.

    unusable: metric -> why nothing was estimated of it. best, worst: by the first metric that
    was asked for, per exposure.
    """

    contents: int
    metrics: tuple[MetricEffects, ...]
    unusable: Mapping[Metric, str]
    topics: ContentTopics
    best: tuple[RankedContent, ...]
    worst: tuple[RankedContent, ...]
    paragraph: str


def build_report(
    outcomes: Sequence[ContentOutcome], metrics: Sequence[Metric], topics: ContentTopics
) -> EffectReport:
    """The report of contents; a metric that can't be estimated is named with its reason."""
    estimates: list[MetricEffects] = []
    unusable: dict[Metric, str] = {}
    for metric in metrics:
        try:
            estimates.append(estimate_effects(outcomes, metric))
        except UnusableContents as error:
            unusable[metric] = str(error)
    ranked = _rank_contents(outcomes, metrics[0])
    return EffectReport(
        contents=len(outcomes),
        metrics=tuple(estimates),
        unusable=unusable,
        topics=topics,
        best=tuple(ranked[:_EXTREMES]),
        worst=tuple(ranked[::-1][: min(_EXTREMES, max(0, len(ranked) - _EXTREMES))]),
        paragraph=_write_paragraph(len(outcomes), estimates, unusable),
    )


def describe_report(report: EffectReport) -> dict[str, Any]:
    """The report as JSON values."""
    return {
        "contents": report.contents,
        "paragraph": report.paragraph,
        "caveat": CAVEAT,
        "metrics": [_describe_metric(metric) for metric in report.metrics],
        "unusable": dict(report.unusable),
        "topics": [
            {"name": topic.name, "words": list(topic.words), "contents": len(topic.places)}
            for topic in report.topics.topics
        ],
        "topic_silhouette": report.topics.silhouette,
        "topic_stability": report.topics.stability,
        "best": [_describe_content(content) for content in report.best],
        "worst": [_describe_content(content) for content in report.worst],
    }


def describe_effect(effect: FeatureEffect) -> dict[str, Any]:
    """An effect as JSON values."""
    return {
        "feature": effect.feature, "title": effect.title, "ratio": effect.ratio,
        "interval": [effect.low, effect.high], "p_value": effect.p_value,
        "significant": effect.significant,
    }  # fmt: skip


def _describe_metric(metric: MetricEffects) -> dict[str, Any]:
    return {
        "metric": metric.metric,
        "title": METRIC_TITLES[metric.metric],
        "contents": metric.contents,
        "groups": metric.groups,
        "left_out": metric.left_out,
        "effects": [describe_effect(effect) for effect in metric.effects],
    }


def _describe_content(content: RankedContent) -> dict[str, Any]:
    return {"id": content.id, "title": content.title, "rate": content.rate}


def _rank_contents(outcomes: Sequence[ContentOutcome], metric: Metric) -> list[RankedContent]:
    rates = [
        RankedContent(id=content.id, title=content.title, rate=rate)
        for content in outcomes
        if (rate := _read_rate(content, metric)) is not None
    ]
    return sorted(rates, key=lambda content: (-content.rate, content.id))


def _read_rate(content: ContentOutcome, metric: Metric) -> float | None:
    if metric == "finish_rate":
        return content.finish_rate
    count = content.counts.get(metric)
    return None if count is None or not content.exposures else count / content.exposures


def _write_paragraph(
    contents: int, estimates: Sequence[MetricEffects], unusable: Mapping[Metric, str]
) -> str:
    sentences = [f"共分析 {contents} 篇内容。"]
    sentences += [_write_metric(metric) for metric in estimates]
    sentences += [
        f"“{METRIC_TITLES[metric]}”没有估计：{reason}。" for metric, reason in unusable.items()
    ]
    if any(effect.significant for metric in estimates for effect in metric.effects):
        sentences.append(CAVEAT)
    return "".join(sentences)


def _write_metric(metric: MetricEffects) -> str:
    title = METRIC_TITLES[metric.metric]
    significant = [effect for effect in metric.effects if effect.significant]
    if not significant:
        return (
            f"就{title}看，{len(metric.effects)} 个特征中没有一个与它的关系是可靠的，"
            "差别可能只是偶然。"
        )
    strongest = sorted(significant, key=lambda effect: effect.p_value)[:_MOST_NAMED]
    parts = "；".join(f"{effect.title}，{_write_ratio(metric, effect)}" for effect in strongest)
    return f"就{title}看，其他特征相同时：{parts}。"


def _write_ratio(metric: MetricEffects, effect: FeatureEffect) -> str:
    what = "读完的几率" if metric.metric == "finish_rate" else f"{METRIC_TITLES[metric.metric]}率"
    change = "高" if effect.ratio > 1 else "低"
    low, high = sorted((abs(effect.low - 1), abs(effect.high - 1)))
    return f"{what}平均{change} {abs(effect.ratio - 1):.0%}（区间 {low:.0%} 至 {high:.0%}）"
