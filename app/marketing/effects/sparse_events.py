"""Refuses metrics and features whose events are too few, or on too few contents, to estimate.

Where one side of a feature has (almost) no event, the likelihood has no maximum (separation;
Albert and Anderson 1984, Santos Silva and Tenreyro 2010): a fit stops at an arbitrary, huge ratio
with an error that is far too small. Such a feature is left out instead of being bounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.marketing.effects.values import METRIC_TITLES, ContentOutcome, Metric, UnusableContents

Array = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]

LEAST_EVENTS = 50  # without those of the send that has the most
LEAST_SENDS = 16  # with an event: two features of eight sends
LEAST_SENDS_OF_SIDE = 8  # with an event, on each side of a feature
EVENTS_PER_FEATURE = 10  # the rule of thumb of regression


@dataclass(frozen=True, slots=True)
class EventCounts:
    """How often something happened on each content; `title` names it in Chinese."""

    title: str
    counts: Array  # (contents,)


def list_events(contents: Sequence[ContentOutcome], metric: Metric) -> tuple[EventCounts, ...]:
    """The events of a metric; of a share of readers those who finished and those who didn't."""
    if metric != "finish_rate":
        counts = np.array([content.counts[metric] for content in contents], dtype=np.float64)
        return (EventCounts(METRIC_TITLES[metric], counts),)
    readers = np.array([content.counts["reads"] for content in contents], dtype=np.float64)
    rates = np.array([content.finish_rate for content in contents], dtype=np.float64)
    return (
        EventCounts("读完的人", np.round(readers * rates)),
        EventCounts("没读完的人", np.round(readers * (1 - rates))),
    )


def count_features(events: Sequence[EventCounts], groups: Groups) -> int:
    """How many features the events are enough for. Raises UnusableContents for none."""
    return min(_count_features_of(each, groups) for each in events)


def find_sparse_side(values: Array, events: Sequence[EventCounts], groups: Groups) -> str:
    """Why a feature's sides can't be compared, in Chinese; "" where they can."""
    above = values > np.median(values)
    if not above.any():  # more than half of the contents have the largest value
        above = values == values.max()
    for each in events:
        sends = min(_count_sends(each.counts, groups, side) for side in (above, ~above))
        if sends < LEAST_SENDS_OF_SIDE:
            few = f"只有 {sends} 次发布" if sends else "没有一次发布"
            return f"有的一边{few}有“{each.title}”，两边各至少 {LEAST_SENDS_OF_SIDE} 次才能比较"
    return ""


def _count_features_of(events: EventCounts, groups: Groups) -> int:
    sends = _count_sends(events.counts, groups, np.ones(len(groups), dtype=np.bool_))
    if sends < LEAST_SENDS:
        raise UnusableContents(
            f"只有 {sends} 次发布有“{events.title}”，至少 {LEAST_SENDS} 次才能分析"
        )
    if 2 * sends < len(np.unique(groups)):  # more zeros than a negative binomial explains
        raise UnusableContents(f"只有 {sends} 次发布有“{events.title}”，不到一半，比不出来")
    by_send = np.bincount(groups, weights=events.counts)
    others = int(by_send.sum() - by_send.max())
    if others < LEAST_EVENTS:
        raise UnusableContents(
            f"“{events.title}”太少：除最多的一次发布外只有 {others} 次，"
            f"至少 {LEAST_EVENTS} 次才能分析"
        )
    return min(sends // LEAST_SENDS_OF_SIDE, others // EVENTS_PER_FEATURE)


def _count_sends(counts: Array, groups: Groups, side: npt.NDArray[np.bool_]) -> int:
    return len(np.unique(groups[side & (counts > 0)]))
