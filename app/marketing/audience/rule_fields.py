"""The fields that a segment's rule may name, in English or Chinese."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

FieldKind = Literal["number", "word", "words"]  # words: a list, of which one is asked for


@dataclass(frozen=True, slots=True)
class RuleField:
    """A field: its column of the profiles, its names, and the words that it may have."""

    column: str
    title: str  # in Chinese
    kind: FieldKind = "number"
    words: Mapping[str, str] | None = None  # Chinese -> stored; None: any word
    limits: tuple[float, float] = (0.0, math.inf)  # of a number

    def describe_range(self) -> str:
        """The numbers that it may be compared with."""
        lowest, highest = self.limits
        if math.isinf(highest):
            return f"{lowest:g} 或更大的数"
        return f"{lowest:g} 到 {highest:g} 的数"


STAGES: Mapping[str, str] = {
    "新粉": "new", "活跃": "active", "转冷": "cooling", "沉睡": "dormant", "已离开": "gone",
}  # fmt: skip
# Membership of a segment whose members are stored (a cluster, look-alikes), by its name.
SEGMENT = "segment"
FIELDS: tuple[RuleField, ...] = (
    RuleField("recency", "未活跃天数"),
    RuleField("tenure", "认识天数"),
    RuleField("active_days", "活跃天数"),
    RuleField("messages", "消息数"),
    RuleField("views", "阅读数"),
    RuleField("clicks", "点击数"),
    RuleField("shares", "分享数"),
    RuleField("conversions", "成交数"),
    RuleField("value", "消费"),
    RuleField("peak_hour", "活跃时段", limits=(0, 23)),
    RuleField("mood", "情绪", limits=(-1, 1)),
    RuleField("churn_risk", "流失风险", limits=(0, 1)),
    RuleField("stage", "阶段", "word", STAGES),
    RuleField("intent", "意图", "word"),
    RuleField("interests", "兴趣", "words"),
    RuleField(SEGMENT, "人群", "word"),
)
# Columns that tell nearly the same as a field, since it is computed of them.
_RELATED: Mapping[str, tuple[str, ...]] = {
    "stage": ("recency", "active_days"),
    "churn_risk": ("recency", "active_days"),
    "conversions": ("value",),
    "value": ("conversions",),
}
# 阅读 >= 3 means 阅读数 >= 3.
_BY_NAME = {
    name: field
    for field in FIELDS
    for name in (field.column, field.title, field.title.removesuffix("数"))
}


def find_field(name: str) -> RuleField | None:
    """The field of an English or Chinese name."""
    return _BY_NAME.get(name.lower())


def list_related_columns(column: str) -> tuple[str, ...]:
    """The column and those that tell nearly the same."""
    return (column, *_RELATED.get(column, ()))


def list_titles() -> str:
    """All Chinese names, for a sentence that says what may be named."""
    return "、".join(field.title for field in FIELDS)
