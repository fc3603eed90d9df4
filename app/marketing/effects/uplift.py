"""Uplift by segment: where a variant of an experiment worked, and whether segments differ at all.

Each segment has a lift with its interval; p-values are adjusted for all segments. Cochran's Q
tests whether the lifts are one and the same: only then may a segment be told apart.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from scipy import stats

from app.marketing.effects.values import UnusableContents
from app.marketing.experiments.stats.corrections import adjust_false_discovery
from app.marketing.experiments.stats.fixed import compare_proportions, find_p_value
from app.marketing.experiments.stats.values import BadCounts, VariantComparison, VariantCounts

_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class SegmentCounts:
    """A segment's counts in the control and in the treatment."""

    segment: str
    control: VariantCounts
    treatment: VariantCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentUplift:
    """A segment's lift; p_value is adjusted for all segments.

    reason: why the lift or a bound is None, in Chinese; "" where they are known.
    """

    segment: str
    lift: float | None
    interval: tuple[float | None, float | None]
    p_value: float
    significant: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpliftBySegment:
    """The segments in their order; segments_differ: whether Q's p-value is below 0.05.

    p_value_adjustment: how the p-values are adjusted, in Chinese; "" for one segment.
    difference_p_value: None where fewer than two segments have a lift, which the reason says.
    """

    segments: tuple[SegmentUplift, ...]
    p_value_adjustment: str
    difference_p_value: float | None
    difference_reason: str

    @property
    def segments_differ(self) -> bool:
        """Whether the lifts are different ones."""
        return self.difference_p_value is not None and self.difference_p_value < _ALPHA


def estimate_uplift(counts: Sequence[SegmentCounts]) -> UpliftBySegment:
    """The uplift of each segment.

    Raises UnusableContents for none, for a segment twice, or for impossible counts.
    """
    _refuse_unusable(counts)
    try:
        comparisons = [compare_proportions(each.control, each.treatment) for each in counts]
    except BadCounts as error:
        raise UnusableContents(error.chinese or str(error)) from None
    p_values = adjust_false_discovery(
        [find_p_value(each.control, each.treatment) for each in counts]
    )
    ratios = [ratio for each in counts if (ratio := _measure_ratio(each)) is not None]
    adjustment = f"已按 {len(counts)} 个人群校正（Benjamini-Hochberg）" if len(counts) > 1 else ""
    return UpliftBySegment(
        segments=tuple(
            _describe_segment(each, comparison, p_value)
            for each, comparison, p_value in zip(counts, comparisons, p_values, strict=True)
        ),
        p_value_adjustment=adjustment,
        difference_p_value=_test_differences(ratios),
        difference_reason=_explain_no_test(len(ratios)),
    )


def _refuse_unusable(counts: Sequence[SegmentCounts]) -> None:
    if not counts:
        raise UnusableContents("没有人群的数据：请先给实验的受众打上分群")
    for name, rows in Counter(each.segment.strip() for each in counts).items():
        if rows > 1:
            raise UnusableContents(
                f"人群“{name}”列了 {rows} 次：请合并成一行，或换不同的名字，每个粉丝只在一个人群里"
            )


def _describe_segment(
    counts: SegmentCounts, comparison: VariantComparison, p_value: float
) -> SegmentUplift:
    return SegmentUplift(
        segment=counts.segment,
        lift=comparison.lift,
        interval=comparison.interval,
        p_value=p_value,
        significant=p_value < _ALPHA,
        reason=_explain_no_lift(counts),
    )


def _explain_no_lift(counts: SegmentCounts) -> str:
    if not counts.control.exposures or not counts.treatment.exposures:
        return "有一组没有曝光，无法比较"
    if not counts.control.conversions:
        return "对照没有转化，算不出相对提升"
    return ""


def _explain_no_test(usable: int) -> str:
    if usable >= 2:
        return ""
    return f"只有 {usable} 个人群在两组里都有人转化（又不是人人转化），至少要 2 个才能比较"


def _test_differences(ratios: Sequence[tuple[float, float]]) -> float | None:
    """Cochran's Q of the logarithms of the rates' ratios; None for fewer than two."""
    if len(ratios) < 2:
        return None
    weights = [1 / variance for _, variance in ratios]
    mean = sum(weight * value for weight, (value, _) in zip(weights, ratios, strict=True)) / sum(
        weights
    )
    q = sum(
        weight * (value - mean) ** 2 for weight, (value, _) in zip(weights, ratios, strict=True)
    )
    return float(stats.chi2.sf(q, len(ratios) - 1))


def _measure_ratio(counts: SegmentCounts) -> tuple[float, float] | None:
    """The logarithm of the rates' ratio and its variance; None without a conversion in each."""
    control, treatment = counts.control, counts.treatment
    if not control.conversions or not treatment.conversions:
        return None
    variance = (
        1 / control.conversions - 1 / control.exposures
        + 1 / treatment.conversions - 1 / treatment.exposures
    )  # fmt: skip
    if variance <= 0:
        return None
    return log(treatment.rate / control.rate), variance
