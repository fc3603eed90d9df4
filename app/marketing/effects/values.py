"""Contents with what became of them, and what an analysis of them answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.errors import Refusal
from app.publishing.checkpoints import CHECK_DAYS, CheckDay

# What is explained, per exposure: who read, clicked, shared, followed, liked, bought;
# finish_rate is the share of readers who read to the end.
Metric = Literal["reads", "clicks", "shares", "follows", "likes", "conversions", "finish_rate"]
METRIC_TITLES: dict[Metric, str] = {
    "reads": "阅读", "clicks": "点击", "shares": "分享", "follows": "新增关注",
    "likes": "点赞", "conversions": "成交", "finish_rate": "读完率",
}  # fmt: skip
# The same per exposure, as sentences and tables name it.
RATE_TITLES: dict[Metric, str] = {
    "reads": "阅读率", "clicks": "点击率", "shares": "分享率", "follows": "关注率",
    "likes": "点赞率", "conversions": "成交率", "finish_rate": "读完率",
}  # fmt: skip


# Days from the publication on that have to be over before a content counts: most reads come on the
# first, and who clicks, shares, follows or buys takes longer.
METRIC_DAYS: dict[Metric, CheckDay] = {
    "reads": 1, "likes": 1, "finish_rate": 1, "clicks": 3, "shares": 3, "follows": 3,
    "conversions": 3,
}  # fmt: skip


class UnusableContents(Refusal):
    """Contents from which nothing can be estimated; the sentence says what is missing."""

    status = 422
    name = "unusable_contents"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentDay:
    """A content's sums from its publication to the end of a day, and its finish rate till then."""

    reads: int
    shares: int | None
    finish_rate: float | None = None  # 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentOutcome:
    """A content that reached followers, and its figures.

    exposures: followers who could see it, the denominator of all counts but finish_rate's.
    group: contents that influenced each other, such as those of one mass send; errors are
    clustered by it. mood: that of its title, -1 to 1, 0 where it has no feeling. days: the sums of
    days 1, 3 and 7 (1: the day of publication) where the day is over and its figures are there.
    """

    id: str
    title: str
    characters: int  # of the text
    pictures: int
    published: float  # seconds since 1970
    exposures: int
    counts: dict[Metric, int]
    finish_rate: float | None = None  # 0 to 1
    group: str = ""
    mood: float | None = None
    topic: str = ""  # the name of its cluster
    days: Mapping[CheckDay, ContentDay] = field(default_factory=dict)
    days_over: int = CHECK_DAYS[-1]  # days from the publication on that are over


LARGEST_RATIO = 10.0  # what lies beyond it, or below its inverse, is no estimate
BEYOND_RATIO = f"估计超出 {LARGEST_RATIO:.0f} 倍，数据撑不起"  # why a feature is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureEffect:
    """How a feature goes with a metric, all other features equal.

    ratio: 1.2 is 20 % more for each unit of the feature; of finish_rate it is a ratio of odds.
    p_value: adjusted for all features of the metric (Benjamini and Hochberg).
    """

    feature: str
    title: str  # in Chinese, with its unit
    ratio: float
    low: float  # of the 95 % interval
    high: float
    p_value: float
    significant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricEffects:
    """The effects on one metric, and what the estimate rests on."""

    metric: Metric
    effects: tuple[FeatureEffect, ...]
    contents: int
    left_out: dict[str, str]  # a feature's Chinese title -> why it wasn't estimated
    groups: int  # of contents; errors are those between groups
