"""Contents too young for a metric wait and are named; unstable topics aren't used."""

from dataclasses import replace

import numpy as np
import pytest

from app.marketing.effects.analysis import analyze_contents
from app.marketing.effects.loading import LoadedContent
from app.marketing.effects.report import build_report, describe_report
from app.marketing.effects.topics import ContentTopics
from app.marketing.effects.waiting import UnreachedContent
from tests.dialogue.factories import make_classification
from tests.marketing.effects.contents import make_contents

NO_TOPICS = ContentTopics(topics=(), silhouette=0.0, stability=0.0)


def test_a_young_content_waits_and_is_named() -> None:
    old = make_contents(60)
    today, yesterday = (
        replace(old[0], id=name, title=name, days_over=days, counts={"reads": 0, "clicks": 0})
        for name, days in (("今天的", 0), ("昨天的", 1))
    )
    clicked = [replace(each, counts=each.counts | {"clicks": each.counts["reads"]}) for each in old]

    report = build_report([today, yesterday, *clicked], ["reads", "clicks"], NO_TOPICS)

    assert [metric.contents for metric in report.metrics] == [61, 60]
    assert report.paragraph.startswith(
        "共分析 62 篇内容。《今天的》发布当天还没过完，阅读率先不计入。"
        "《今天的》《昨天的》发布还不满 3 天，点击率先不计入。"
    )
    assert report.worst[0].id == "昨天的"
    assert describe_report(report)["waiting"][1] == {
        "id": "昨天的", "title": "昨天的", "rates": ("点击率",),
    }  # fmt: skip


def test_contents_without_events_are_counted_and_named() -> None:
    unreached = [UnreachedContent(id=name, title=name) for name in ("甲", "乙", "丙", "丁")]

    report = build_report(make_contents(60), ["reads"], NO_TOPICS, unreached)

    assert report.paragraph.startswith(
        "共分析 60 篇内容。另有 4 篇没有曝光也没有阅读等记录，没有计入：《甲》《乙》《丙》等。"
    )
    assert describe_report(report)["unreached"][3] == {"id": "丁", "title": "丁"}


def test_where_all_contents_are_young_the_reason_says_so() -> None:
    young = [replace(each, days_over=0) for each in make_contents(30)]

    report = build_report(young, ["reads"], NO_TOPICS)

    assert report.unusable == {"reads": "30 篇内容发布都还不满 1 天，数据齐了再分析"}
    assert (report.best, report.worst) == ((), ())


@pytest.mark.parametrize(
    ("lower", "worst"), [([], []), ([0.25], ["落后0"]), ([0.25, 0.125], ["落后1", "落后0"])]
)
def test_contents_as_good_as_the_best_are_not_the_worst(
    lower: list[float], worst: list[str]
) -> None:
    best = [replace(each, counts={"reads": each.exposures}) for each in make_contents(60)[:7]]
    behind = [
        replace(best[0], id=f"落后{at}", counts={"reads": round(best[0].exposures * rate)})
        for at, rate in enumerate(lower)
    ]

    report = build_report([*best, *behind], ["reads"], NO_TOPICS)

    assert (len(report.best), [content.id for content in report.worst]) == (5, worst)


def test_nothing_of_a_metric_is_said_as_nothing() -> None:
    contents = [replace(each, counts={"conversions": 0}) for each in make_contents(60)]

    report = build_report(contents, ["conversions"], NO_TOPICS)

    assert report.unusable == {"conversions": "这些内容还没有“成交”"}


def test_unstable_topics_are_neither_shown_nor_compared() -> None:
    random = np.random.default_rng(0)
    contents = [LoadedContent(outcome=each, text=each.title) for each in make_contents(40)]
    classifications = [
        replace(make_classification(), vector=random.normal(size=8)) for _ in contents
    ]

    report = analyze_contents(contents, classifications, ["reads"])

    assert report["topics"] == []
    assert report["topic_stability"] < 0.6
    assert "主题" not in str(report["metrics"])
