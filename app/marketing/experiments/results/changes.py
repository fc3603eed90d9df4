"""A lift in words: up or down, with its interval."""

from app.marketing.experiments.stats.values import VariantComparison

NOTHING = 1e-6  # lifts below are told as 0
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
    if abs(lift) < NOTHING:
        return "相对提升 0%"
    size = _format_percent(abs(lift))
    if lift >= MULTIPLE:
        return f"是对照组的 {lift + 1:,.0f} 倍"
    return f"相对提升 +{size}" if lift > 0 else f"相对下降 {size}"


def _format_bound(bound: float) -> str:
    if bound >= MULTIPLE:
        return f"{bound + 1:,.0f} 倍"
    return f"{'-' if bound < 0 else '+'}{_format_percent(abs(bound))}"


def _format_percent(size: float) -> str:
    """A size of 0 or more in percent; two digits of one below 0.05 %, which isn't told as 0."""
    return f"{size:.1%}" if size >= 0.0005 or size < NOTHING else f"{size * 100:.2g}%"
