"""What a change of a series, or the uplift of segments, says to a manager, in Chinese."""

from app.kit.shares import format_change
from app.marketing.effects.series import SeriesChange
from app.marketing.effects.uplift import SegmentUplift, UpliftBySegment

_MOST_NAMED = 3  # segments
_ALPHA = 0.05


def write_change(change: SeriesChange) -> str:
    """What changed, compared with the control, and whether it can be trusted."""
    estimate = _write_estimate(change.change, change.low, change.high)
    if change.p_value < _ALPHA:
        result = f"与对照相比，变化之后平均{estimate}。"
    else:
        result = f"与对照相比没有看出变化：估计{estimate}，可能只是偶然。"
    placebo = f"安慰剂检验 {_write_p_value(change.placebo_p_value)}"
    if not change.is_trustworthy:
        return f"{result}变化之前这个数自己就在动（{placebo}），这个结果不可信。"
    return f"{result}变化之前没有这样的变动（{placebo}），结果可信；但同一天若另有变化，分不开。"


def write_uplift(uplift: UpliftBySegment) -> str:
    """Where the variant worked, compared with the control, and whether segments differ."""
    significant = [each for each in uplift.segments if each.significant]
    if not significant:
        result = "与对照相比，没有一个人群显出可靠的差别，可能只是偶然。"
    else:
        parts = "；".join(_write_segment(each) for each in significant[:_MOST_NAMED])
        more = f"等 {len(significant)} 个人群" if len(significant) > _MOST_NAMED else ""
        result = f"与对照相比，{parts}{more}，结果可信。"
    adjustment = f"p 值{uplift.p_value_adjustment}。" if uplift.p_value_adjustment else ""
    return result + adjustment + _write_difference(uplift)


def _write_segment(segment: SegmentUplift) -> str:
    low, high = segment.interval
    if segment.lift is None or low is None or high is None:
        return f"“{segment.segment}”高于对照（{segment.reason}）"
    return f"“{segment.segment}”{_write_estimate(segment.lift, low, high)}"


def _write_difference(uplift: UpliftBySegment) -> str:
    if uplift.difference_p_value is None:
        return f"人群之间没有比较：{uplift.difference_reason}。"
    p_value = _write_p_value(uplift.difference_p_value)
    if uplift.segments_differ:
        return f"各人群的提升确实不同（{p_value}），可以分别对待。"
    return f"各人群的提升没有显出不同（{p_value}），不要只对其中一个人群改做法。"


def _write_estimate(change: float, low: float, high: float) -> str:
    """Such as `高 25%（95% 区间 +10% 至 +42%）`."""
    return f"{format_change(change)}（95% 区间 {low:+.0%} 至 {high:+.0%}）"


def _write_p_value(p_value: float) -> str:
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"
