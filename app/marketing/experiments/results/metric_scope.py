"""Which events a metric counts, in Chinese; said with each result."""

from app.marketing.experiments.exposed_activity import Metric
from app.marketing.experiments.plans.plan import EVENT_TITLES, MetricKind

# Kinds of events that happen on an item; any item counts.
ITEM_EVENTS: frozenset[MetricKind] = frozenset(
    {"view", "click", "share", "like", "comment", "conversion"}
)


def describe_scope(metric: Metric) -> str:
    """A sentence such as “点击”按粉丝计：…"""
    scope = (
        f"“{EVENT_TITLES[metric.event]}”按粉丝计：第一次看到方案之后 {metric.hours:g} 小时内"
        "有过一次就算转化"
    )
    if metric.event in ITEM_EVENTS:
        scope += "，不论是在哪条内容上，别处的也算"
    return f"{scope}；上报时写明属于其他实验（experiment）的不算。"
