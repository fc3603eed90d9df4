"""The report of what moved contents' figures: values, and a paragraph for a manager.

The paragraph never claims a cause: contents were not assigned at random.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.kit.shares import format_change
from app.marketing.effects.check_sentences import write_checks
from app.marketing.effects.checkpoints import ContentChecks, check_contents
from app.marketing.effects.regression import estimate_effects
from app.marketing.effects.topics import ContentTopics
from app.marketing.effects.values import (
    METRIC_DAYS,
    METRIC_TITLES,
    RATE_TITLES,
    ContentOutcome,
    FeatureEffect,
    Metric,
    MetricEffects,
    UnusableContents,
)
from app.marketing.effects.waiting import (
    UnreachedContent,
    WaitingContent,
    list_ready,
    list_waiting,
    write_unreached,
    write_waiting,
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

    unusable: metric -> why nothing was estimated of it. best, worst: by `ranked_by`, the first
    metric that was asked for, per exposure; worst has only rates below those of best. waiting:
    contents that are too young for a metric. unreached: contents left out for want of events.
    """

    contents: int
    metrics: tuple[MetricEffects, ...]
    unusable: Mapping[Metric, str]
    topics: ContentTopics
    ranked_by: Metric
    best: tuple[RankedContent, ...]
    worst: tuple[RankedContent, ...]
    checks: ContentChecks
    waiting: tuple[WaitingContent, ...]
    unreached: tuple[UnreachedContent, ...]
    paragraph: str


def build_report(
    outcomes: Sequence[ContentOutcome],
    metrics: Sequence[Metric],
    topics: ContentTopics,
    unreached: Sequence[UnreachedContent] = (),
) -> EffectReport:
    """The report of contents; a metric that can't be estimated is named with its reason."""
    estimates: list[MetricEffects] = []
    unusable: dict[Metric, str] = {}
    waiting = list_waiting(outcomes, metrics)
    for metric in metrics:
        try:
            estimates.append(_estimate_ready(outcomes, metric))
        except UnusableContents as error:
            unusable[metric] = str(error)
    ranked = _rank_contents(list_ready(outcomes, metrics[0]), metrics[0])
    checks = check_contents(outcomes)
    return EffectReport(
        contents=len(outcomes),
        metrics=tuple(estimates),
        unusable=unusable,
        topics=topics,
        ranked_by=metrics[0],
        best=tuple(ranked[:_EXTREMES]),
        worst=_list_worst(ranked),
        checks=checks,
        waiting=waiting,
        unreached=tuple(unreached),
        paragraph=_write_paragraph(
            f"共分析 {len(outcomes)} 篇内容。{write_unreached(unreached)}"
            f"{write_waiting(waiting, metrics)}",
            checks,
            estimates,
            unusable,
        ),
    )


def _estimate_ready(outcomes: Sequence[ContentOutcome], metric: Metric) -> MetricEffects:
    """The effects of the contents that are old enough. Raises UnusableContents."""
    ready = list_ready(outcomes, metric)
    if outcomes and not ready:
        raise UnusableContents(
            f"{len(outcomes)} 篇内容发布都还不满 {METRIC_DAYS[metric]} 天，数据齐了再分析"
        )
    return estimate_effects(ready, metric)


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
        "ranked_by": RATE_TITLES[report.ranked_by],
        "checkpoints": asdict(report.checks),
        "waiting": [asdict(content) for content in report.waiting],
        "unreached": [asdict(content) for content in report.unreached],
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


def _list_worst(ranked: Sequence[RankedContent]) -> tuple[RankedContent, ...]:
    """The last contents, the worst first; none that is as good as one of the best."""
    if not ranked:
        return ()
    lowest = ranked[:_EXTREMES][-1].rate
    return tuple(each for each in ranked[::-1][:_EXTREMES] if each.rate < lowest)


def _read_rate(content: ContentOutcome, metric: Metric) -> float | None:
    if metric == "finish_rate":
        return content.finish_rate
    count = content.counts.get(metric)
    return None if count is None or not content.exposures else count / content.exposures


def _write_paragraph(
    opening: str,
    checks: ContentChecks,
    estimates: Sequence[MetricEffects],
    unusable: Mapping[Metric, str],
) -> str:
    sentences = [opening, write_checks(checks)]
    if any(_list_significant(metric) for metric in estimates):
        sentences.append("以下比较都以其他特征相同为前提。")
    sentences += [_write_metric(metric) for metric in estimates]
    sentences += [
        f"{RATE_TITLES[metric]}没有估计：{reason}。" for metric, reason in unusable.items()
    ]
    if any(_list_significant(metric) for metric in estimates):
        sentences.append(CAVEAT)
    return "".join(sentences)


def _list_significant(metric: MetricEffects) -> list[FeatureEffect]:
    return [effect for effect in metric.effects if effect.significant]


def _write_metric(metric: MetricEffects) -> str:
    title = RATE_TITLES[metric.metric]
    significant = _list_significant(metric)
    if not significant:
        features = f"{len(metric.effects)} 个特征里没有一个"
        if len(metric.effects) == 1:
            features = f"能比较的只有“{metric.effects[0].title}”，它没有"
        return f"{title}：{features}显出可靠的关系，各篇之间的差别可能只是偶然。"
    strongest = sorted(significant, key=lambda effect: effect.p_value)[:_MOST_NAMED]
    parts = "；".join(_write_effect(metric, effect) for effect in strongest)
    return f"{title}：{parts}。"


def _write_effect(metric: MetricEffects, effect: FeatureEffect) -> str:
    """Such as `标题是问句的内容，平均高 25%（95% 区间 10% 至 42%）`."""
    # A title with a unit, such as `每多一张图`, is a condition; the others describe contents.
    of_contents = "" if re.search("每|从", effect.title) else "的内容"
    what = "读完的几率" if metric.metric == "finish_rate" else ""
    low, high = sorted((abs(effect.low - 1), abs(effect.high - 1)))
    return (
        f"{effect.title}{of_contents}，{what}平均{format_change(effect.ratio - 1)}"
        f"（95% 区间 {low:.0%} 至 {high:.0%}）"
    )
