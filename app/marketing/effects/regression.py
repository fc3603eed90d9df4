"""Regression of a metric on features of contents.

Counts: negative binomial (NB2) with the exposures as offset, since counts of contents vary more
than Poisson's. finish_rate: a fractional logit, weighted by readers (Papke and Wooldridge 1996).
Errors are a jackknife's over groups (CV3; MacKinnon, Nielsen and Webb 2023), which holds for few
contents, too, where sandwich errors are too small. P-values are adjusted for all features of a
metric (Benjamini and Hochberg 1995).
"""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import statsmodels.api as sm
from scipy import stats

from app.marketing.effects.features import FeatureTable, build_features
from app.marketing.effects.sparse_events import LEAST_SENDS, count_features, list_events
from app.marketing.effects.values import (
    BEYOND_RATIO,
    LARGEST_RATIO,
    METRIC_TITLES,
    ContentOutcome,
    FeatureEffect,
    Metric,
    MetricEffects,
    UnusableContents,
)
from app.marketing.experiments.stats.corrections import adjust_false_discovery

Array = npt.NDArray[np.float64]

FALSE_DISCOVERIES = 0.05
_WIDEST = 13.0  # Student's t at 0.975 with one degree of freedom
_TOO_ALIKE = 1e-8


def estimate_effects(contents: Sequence[ContentOutcome], metric: Metric) -> MetricEffects:
    """The effect of each feature on a metric, all others equal.

    Raises UnusableContents: too few contents or events, no variation, counts above exposures, or
    an estimate that doesn't converge.
    """
    usable = [content for content in contents if _has_metric(content, metric)]
    _refuse_unusable(usable, metric)
    groups = _number_groups(usable)
    group_count = len(np.unique(groups))
    events = list_events(usable, metric)
    features = build_features(usable, count_features(events, groups), groups, events)
    table, coefficients, errors = _fit_plausible(usable, metric, features, groups)
    return MetricEffects(
        metric=metric,
        effects=_read_effects(table, coefficients, errors, group_count - 1),
        contents=len(usable),
        left_out=table.left_out,
        groups=group_count,
    )


def _has_metric(content: ContentOutcome, metric: Metric) -> bool:
    if metric == "finish_rate":
        return content.finish_rate is not None and content.counts.get("reads", 0) > 0
    return metric in content.counts and content.exposures > 0


def _refuse_unusable(contents: Sequence[ContentOutcome], metric: Metric) -> None:
    title = METRIC_TITLES[metric]
    if not contents:
        raise UnusableContents(f"没有内容有“{title}”数据")
    if len(np.unique(_number_groups(contents))) < LEAST_SENDS:
        raise UnusableContents(
            f"只有 {len(contents)} 篇内容有“{title}”数据，至少 {LEAST_SENDS} 次不同的发布才能分析"
        )
    for content in contents:
        if metric != "finish_rate" and not 0 <= content.counts[metric] <= content.exposures:
            raise UnusableContents(
                f"内容 {content.id} 的“{title}”是 {content.counts[metric]}，"
                f"曝光是 {content.exposures}：应在 0 和曝光数之间"
            )
    if not _read_rates(contents, metric).any():
        raise UnusableContents(f"这些内容还没有“{title}”")
    if np.ptp(_read_rates(contents, metric)) < _TOO_ALIKE:
        raise UnusableContents(f"各篇的“{title}”相同，没有可解释的差别")


def _read_rates(contents: Sequence[ContentOutcome], metric: Metric) -> Array:
    if metric == "finish_rate":
        return np.array([content.finish_rate for content in contents], dtype=np.float64)
    return np.array([content.counts[metric] / content.exposures for content in contents])


def _number_groups(contents: Sequence[ContentOutcome]) -> npt.NDArray[np.int64]:
    """The number of each content's group; a content without one is a group of its own."""
    names = [content.group or content.id for content in contents]
    numbers = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names], dtype=np.int64)


def _fit_plausible(
    contents: Sequence[ContentOutcome],
    metric: Metric,
    table: FeatureTable,
    groups: npt.NDArray[np.int64],
) -> tuple[FeatureTable, Array, Array]:
    """The features without those whose estimate diverges, the coefficients and their errors."""
    while table.names:
        design = sm.add_constant(table.values, has_constant="add")
        coefficients, errors = _fit(contents, metric, design, groups)
        largest = int(np.abs(coefficients[1:]).argmax())
        if abs(coefficients[largest + 1]) <= np.log(LARGEST_RATIO):
            return table, coefficients, errors
        table = table.leave_out(largest, BEYOND_RATIO)
    reasons = "；".join(f"{title}（{reason}）" for title, reason in table.left_out.items())
    raise UnusableContents(f"没有可比较的特征：{reasons}")


def _fit(
    contents: Sequence[ContentOutcome], metric: Metric, design: Array, groups: npt.NDArray[np.int64]
) -> tuple[Array, Array]:
    """The coefficients, the constant first, and their standard errors."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            fit = _fit_model(contents, metric, design)
            errors = _estimate_errors(fit, design, groups)
            np.exp(np.abs(fit.params) + _WIDEST * errors)  # raises where a ratio has no number
    except (np.linalg.LinAlgError, RuntimeWarning, ValueError) as error:
        raise UnusableContents(
            f"“{METRIC_TITLES[metric]}”的估计没有收敛：内容太少或数值太悬殊"
        ) from error
    return np.asarray(fit.params), errors


def _fit_model(contents: Sequence[ContentOutcome], metric: Metric, design: Array) -> Any:
    if metric == "finish_rate":
        readers = np.array([content.counts["reads"] for content in contents], dtype=np.float64)
        model = sm.GLM(
            _read_rates(contents, metric), design, family=sm.families.Binomial(),
            var_weights=readers / readers.mean(),
        )  # fmt: skip
        return model.fit()
    counts = np.array([content.counts[metric] for content in contents], dtype=np.float64)
    offset = np.log([content.exposures for content in contents])
    spread = _estimate_spread(counts, design, offset)
    family = sm.families.NegativeBinomial(alpha=spread) if spread else sm.families.Poisson()
    return sm.GLM(counts, design, family=family, offset=offset).fit()


def _estimate_spread(counts: Array, design: Array, offset: Array) -> float:
    """The dispersion of NB2 by moments, from the residuals of Poisson's fit; 0 for none.

    Source: Cameron and Trivedi 1990; the errors hold where it is a little wrong.
    """
    means = sm.GLM(counts, design, family=sm.families.Poisson(), offset=offset).fit().fittedvalues
    freedom = len(counts) / max(1, len(counts) - design.shape[1])
    return max(0.0, float((((counts - means) ** 2 - means) / means**2).mean() * freedom))


def _estimate_errors(fit: Any, design: Array, groups: npt.NDArray[np.int64]) -> Array:
    """Jackknife errors: the coefficients without each group, by one step of Newton's method."""
    weights = np.asarray(fit.model.iweights * fit.model.family.weights(fit.fittedvalues))
    slopes = np.asarray(fit.model.family.link.deriv(fit.fittedvalues))
    scores = design * (weights * slopes * np.asarray(fit.resid_response))[:, None]
    information = (design * weights[:, None]).T @ design
    steps = []
    for group in np.unique(groups):
        rows = groups == group
        remaining = information - (design[rows] * weights[rows, None]).T @ design[rows]
        steps.append(np.linalg.solve(remaining, scores[rows].sum(axis=0)))
    count = len(steps)
    return np.asarray(np.sqrt((count - 1) / count * (np.array(steps) ** 2).sum(axis=0)))


def _read_effects(
    table: FeatureTable, coefficients: Array, errors: Array, freedom: int
) -> tuple[FeatureEffect, ...]:
    width = float(stats.t.isf(0.025, freedom))
    p_values = 2 * stats.t.sf(np.abs(coefficients / errors)[1:], freedom)
    return tuple(
        FeatureEffect(
            feature=table.names[at],
            title=table.titles[at],
            ratio=float(np.exp(coefficients[at + 1])),
            low=float(np.exp(coefficients[at + 1] - width * errors[at + 1])),
            high=float(np.exp(coefficients[at + 1] + width * errors[at + 1])),
            p_value=p_value,
            significant=p_value < FALSE_DISCOVERIES,
        )
        for at, p_value in enumerate(adjust_false_discovery(list(map(float, p_values))))
    )
