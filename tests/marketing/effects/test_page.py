"""The page of a report: readable on a phone, safe, and for reports that were stored before."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.marketing.effects.page import render_page
from app.marketing.effects.page_effects import choose_span, draw_effects
from app.marketing.effects.report import CAVEAT, build_report, describe_report
from app.marketing.effects.topics import cluster_topics
from app.marketing.effects.values import ContentOutcome, Metric
from tests.marketing.effects.contents import make_contents
from tests.marketing.effects.test_checkpoints import CONTENTS


def describe(contents: list[ContentOutcome], *metrics: Metric) -> dict[str, Any]:
    vectors = np.random.default_rng(0).normal(size=(len(contents), 4))
    topics = cluster_topics([content.title for content in contents], vectors)
    return describe_report(build_report(contents, metrics, topics))


def test_a_page_has_effects_checks_and_rates_and_nothing_from_outside() -> None:
    contents = make_contents(120, question_lift=0.8)
    contents[0] = replace(contents[0], title="<b>好茶</b>", days=CONTENTS[0].days)
    report = describe(contents, "reads")

    page = render_page("内容效果报告", report)

    assert page.count('class="row sure"') == 1
    assert "<h2>阅读率（倍数）</h2>" in page
    assert "阅读率是阅读人数除以曝光人数。" in page
    assert "<th>&lt;b&gt;好茶&lt;/b&gt;<br>" in page
    assert "<span>阅读 60（60%）</span>" in page
    assert '<th class="n">阅读率</th>' in page
    assert "只有 1 篇有数据，还看不出平时的水平。" in page
    assert page.count(CAVEAT) == 1
    assert not re.search(r"(?:src|href)=|https?://|<b>好", page)


def test_a_report_that_was_stored_before_and_one_without_contents_are_shown() -> None:
    report = describe(make_contents(120), "reads")
    stored = {name: report[name] for name in report if name not in {"checkpoints", "ranked_by"}}

    page = render_page("报告", stored)
    few = render_page("报告", describe(make_contents(6), "reads"))

    assert "发布后第" not in page
    assert "阅读率没有估计：只有 6 篇内容有“阅读”数据" in few
    assert few.count(CAVEAT) == 1


@pytest.mark.parametrize(
    ("interval", "span"), [([0.9, 1.4], 1.5), ([0.6, 1.1], 2.0), ([0.3, 1.1], 4.0), ([0.0, 99], 10)]
)
def test_the_scale_suits_the_intervals(interval: list[float], span: float) -> None:
    assert choose_span([{"ratio": 1.0, "interval": interval}]) == span


@pytest.mark.parametrize(
    ("ratio", "interval", "arrows", "words"),
    [
        (1.2, [1.1, 1.3], "", "1.20 倍（1.10–1.30）"),
        (0.05, [0.004, 0.9], "◀", "0.05 倍（&lt;0.01–0.90）"),
        (19036543.25, [11192.0, 3e13], "▶", "&gt;100 倍（&gt;100–&gt;100）"),
        (1.0, [0.0, 99.0], "◀▶", "1.00 倍（&lt;0.01–99.0）"),
    ],
)
def test_what_lies_beyond_the_scale_has_an_arrow_and_short_figures(
    ratio: float, interval: list[float], arrows: str, words: str
) -> None:
    effect = {"title": "标题是问句", "ratio": ratio, "interval": interval, "significant": True}

    plot = draw_effects([effect])

    assert "".join(re.findall("[◀▶]", plot)) == arrows
    assert re.sub("</?(?:b|span)>", "", plot.split('class="ratio">')[1]).startswith(words)
    assert ("<circle" in plot) == (0.1 <= ratio <= 10)
