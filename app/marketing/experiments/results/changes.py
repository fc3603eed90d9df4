"""A lift in words: up or down, with its interval."""

from app.marketing.experiments.stats.values import VariantComparison

MULTIPLE = 10.0  # a lift from here on, 1,000 %, is told as a multiple


def describe_lift(comparison: VariantComparison) -> str:
    """The lift with its interval, such as 相对提升 +20.0%（区间 +6.9% 至 +34.7%）."""
    if comparison.lift is None:
        return "对照组还没有转化，算不出提升"
    low, high = comparison.interval
    change = format_change(comparison.lift)
    if low is None and high is None:
        return change
    low_text = "无下限" if low is None else _format_bound(low)
    high_text = "无上限" if high is None else _format_bound(high)
    return f"{change}（区间 {low_text} 至 {high_text}）"


def format_change(lift: float) -> str:
    """The lift without a double sign."""
    size = f"{abs(lift):.1%}"
    if size == "0.0%":
        return "相对提升 0%"
    if lift >= MULTIPLE:
        return f"是对照组的 {lift + 1:,.0f} 倍"
    return f"相对提升 +{size}" if lift > 0 else f"相对下降 {size}"


def _format_bound(bound: float) -> str:
    return f"{bound:+.1%}" if bound < MULTIPLE else f"{bound + 1:,.0f} 倍"
