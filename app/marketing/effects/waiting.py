"""Contents that don't count: too young for a metric, or without an event. They are named."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.marketing.effects.values import METRIC_DAYS, RATE_TITLES, ContentOutcome, Metric

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingContent:
    """A content, and the Chinese titles of the metrics that it doesn't count for yet."""

    id: str
    title: str
    rates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreachedContent:
    """A content of the days that no follower was shown or did anything with."""

    id: str
    title: str


def list_ready(contents: Sequence[ContentOutcome], metric: Metric) -> list[ContentOutcome]:
    """The contents that have had the days which a metric takes."""
    return [content for content in contents if content.days_over >= METRIC_DAYS[metric]]


def list_waiting(
    contents: Sequence[ContentOutcome], metrics: Sequence[Metric]
) -> tuple[WaitingContent, ...]:
    """The contents that wait for one of the metrics, in their order."""
    rows = []
    for content in contents:
        rates = [RATE_TITLES[each] for each in metrics if content.days_over < METRIC_DAYS[each]]
        if rates:
            rows.append(WaitingContent(id=content.id, title=content.title, rates=tuple(rates)))
    return tuple(rows)


def write_unreached(unreached: Sequence[UnreachedContent]) -> str:
    """Which contents are left out for want of events; "" for none."""
    if not unreached:
        return ""
    titles = "".join(f"《{each.title}》" for each in unreached[:_MOST_NAMED])
    more = "等" if len(unreached) > _MOST_NAMED else ""
    return f"另有 {len(unreached)} 篇没有曝光也没有阅读等记录，没有计入：{titles}{more}。"


def write_waiting(waiting: Sequence[WaitingContent], metrics: Sequence[Metric]) -> str:
    """Which contents wait, and for what; "" for none."""
    sentences = []
    for days in sorted({METRIC_DAYS[metric] for metric in metrics}):
        rates = [RATE_TITLES[metric] for metric in metrics if METRIC_DAYS[metric] == days]
        titles = [f"《{each.title}》" for each in waiting if rates[0] in each.rates]
        if titles:
            more = f"等 {len(titles)} 篇" if len(titles) > _MOST_NAMED else ""
            age = "发布当天还没过完" if days == 1 else f"发布还不满 {days} 天"
            sentences.append(
                f"{''.join(titles[:_MOST_NAMED])}{more}{age}，{'、'.join(rates)}先不计入。"
            )
    return "".join(sentences)
