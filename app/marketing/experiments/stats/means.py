"""Means and ratios of followers' metrics: CUPED, and ratios by the delta method.

Sources: Deng, Xu, Kohavi and Walker 2013 (WSDM, 123); Deng, Knoblich and Lu 2018 (KDD, 233).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from app.marketing.experiments.stats.values import BadCounts, refuse_bad_alpha

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MeanEstimate:
    """A metric's mean or ratio, with the variance of the estimate."""

    value: float
    variance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The difference of two estimates, absolute."""

    significant: bool
    p_value: float
    difference: float
    interval: tuple[float, float]


def estimate_mean(values: Sequence[float] | Array) -> MeanEstimate:
    """The mean of one value per follower. Raises BadCounts for fewer than two."""
    array = _as_array(values)
    return MeanEstimate(float(array.mean()), float(array.var(ddof=1) / len(array)))


def estimate_ratio(
    numerators: Sequence[float] | Array, denominators: Sequence[float] | Array
) -> MeanEstimate:
    """The ratio of two sums over followers, such as clicks by views. Raises BadCounts."""
    top, bottom = _as_array(numerators), _as_array(denominators)
    if len(top) != len(bottom):
        raise BadCounts(f"{len(top)} numerators for {len(bottom)} denominators")
    if not bottom.mean():
        raise BadCounts("the denominators sum to 0", "分母合计为 0，算不出比率")
    ratio = float(top.mean() / bottom.mean())
    residuals = (top - ratio * bottom) / bottom.mean()
    return MeanEstimate(ratio, float(residuals.var(ddof=1) / len(top)))


def adjust_by_past(
    groups: Sequence[tuple[Sequence[float] | Array, Sequence[float] | Array]],
) -> tuple[MeanEstimate, ...]:
    """CUPED: each group's mean, with the variance that its followers' past explains removed.

    groups: for each variant the metric and the same followers' metric before the experiment. One
    slope is estimated over all groups. Raises BadCounts where the past doesn't vary.
    """
    metrics = [_as_array(metric) for metric, _ in groups]
    pasts = [_as_array(past) for _, past in groups]
    if any(len(metric) != len(past) for metric, past in zip(metrics, pasts, strict=True)):
        raise BadCounts("each follower needs one value before and one in the experiment")
    past_variance = sum(float(np.sum((past - past.mean()) ** 2)) for past in pasts)
    if not past_variance:
        raise BadCounts(
            "the metric doesn't vary before the experiment: leave the adjustment out",
            "实验之前这个指标没有变化，去不掉波动：请不用 past_days",
        )
    slope = (
        sum(
            float(np.sum((past - past.mean()) * (metric - metric.mean())))
            for metric, past in zip(metrics, pasts, strict=True)
        )
        / past_variance
    )
    center = float(np.concatenate(pasts).mean())
    return tuple(
        estimate_mean(metric - slope * (past - center))
        for metric, past in zip(metrics, pasts, strict=True)
    )


def compare_estimates(
    control: MeanEstimate, treatment: MeanEstimate, alpha: float = 0.05
) -> Difference:
    """Two-sided z test of two independent estimates. Raises BadCounts without any variance."""
    refuse_bad_alpha(alpha)
    error = sqrt(control.variance + treatment.variance)
    if not error:
        raise BadCounts(
            "neither group varies: there is nothing to test", "两组的数值都没有变化，无法检验"
        )
    difference = treatment.value - control.value
    p_value = float(2 * stats.norm.sf(abs(difference) / error))
    width = float(stats.norm.isf(alpha / 2)) * error
    return Difference(
        significant=p_value < alpha,
        p_value=p_value,
        difference=difference,
        interval=(difference - width, difference + width),
    )


def is_non_inferior(
    control: MeanEstimate, treatment: MeanEstimate, margin: float, alpha: float = 0.05
) -> bool:
    """A guardrail: whether the treatment is worse by less than `margin` (one-sided alpha).

    `margin` is absolute and positive; a higher value of the metric is better. Raises BadCounts.
    """
    refuse_bad_alpha(alpha)
    if margin <= 0:
        raise BadCounts(f"a guardrail's margin is {margin:g}; it is a positive difference")
    error = sqrt(control.variance + treatment.variance)
    low = treatment.value - control.value - float(stats.norm.isf(alpha)) * error
    return low > -margin


def _as_array(values: Sequence[float] | Array) -> Array:
    array = np.asarray(values, dtype=np.float64)
    if len(array) < 2:
        raise BadCounts(
            f"{len(array)} followers: a variance needs two or more",
            f"只有 {len(array)} 位粉丝：至少要两位才能估计波动，请等有更多曝光",
        )
    if not np.isfinite(array).all():
        raise BadCounts("a follower's value is not a number")
    return array
