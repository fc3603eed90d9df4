"""Uplift by segment: where a variant of an experiment worked, and whether segments differ at all.

Each segment has a lift with its interval; p-values are adjusted for all segments. Cochran's Q
tests whether the lifts are one and the same: only then may a segment be told apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from scipy import stats

from app.marketing.effects.values import UnusableContents
from app.marketing.experiments.stats.corrections import adjust_false_discovery
from app.marketing.experiments.stats.fixed import compare_proportions
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
    """A segment's lift; p_value is adjusted for all segments."""

    segment: str
    lift: float | None
    interval: tuple[float | None, float | None]
    p_value: float
    significant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UpliftBySegment:
    """The segments in their order; segments_differ: whether Q's p-value is below 0.05."""

    segments: tuple[SegmentUplift, ...]
    difference_p_value: float | None  # None where fewer than two segments have a lift

    @property
    def segments_differ(self) -> bool:
        """Whether the lifts are different ones."""
        return self.difference_p_value is not None and self.difference_p_value < _ALPHA


def estimate_uplift(counts: Sequence[SegmentCounts]) -> UpliftBySegment:
    """The uplift of each segment. Raises UnusableContents for none, or for impossible counts."""
    if not counts:
        raise UnusableContents("没有人群的数据：请先给实验的受众打上分群")
    try:
        comparisons = [compare_proportions(each.control, each.treatment) for each in counts]
    except BadCounts as error:
        raise UnusableContents(str(error)) from None
    p_values = adjust_false_discovery([each.p_value for each in comparisons])
    return UpliftBySegment(
        segments=tuple(
            _describe_segment(each.segment, comparison, p_value)
            for each, comparison, p_value in zip(counts, comparisons, p_values, strict=True)
        ),
        difference_p_value=_test_differences(counts),
    )


def _describe_segment(segment: str, comparison: VariantComparison, p_value: float) -> SegmentUplift:
    return SegmentUplift(
        segment=segment,
        lift=comparison.lift,
        interval=comparison.interval,
        p_value=p_value,
        significant=p_value < _ALPHA,
    )


def _test_differences(counts: Sequence[SegmentCounts]) -> float | None:
    """Cochran's Q of the logarithms of the rates' ratios."""
    ratios = [_measure_ratio(each) for each in counts]
    known_ratios = [ratio for ratio in ratios if ratio is not None]
    if len(known_ratios) < 2:
        return None
    weights = [1 / variance for _, variance in known_ratios]
    mean = sum(
        weight * value for weight, (value, _) in zip(weights, known_ratios, strict=True)
    ) / sum(weights)
    q = sum(
        weight * (value - mean) ** 2
        for weight, (value, _) in zip(weights, known_ratios, strict=True)
    )
    return float(stats.chi2.sf(q, len(known_ratios) - 1))


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
