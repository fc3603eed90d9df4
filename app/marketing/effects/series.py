"""Before and after: whether a daily figure changed on a day more than its control did.

A regression of the logarithm on the control's, the weekday and the change; a day's error follows
that of the day before (AR(1), Cochrane and Orcutt). It is no experiment: something else may have
changed on that day. A placebo change in the middle of the days before shows whether the series
moves by itself.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import statsmodels.api as sm
from scipy import stats

from app.marketing.effects.values import UnusableContents

Array = npt.NDArray[np.float64]

LEAST_BEFORE = 28  # days: the placebo splits them into two times two weeks
LEAST_AFTER = 7
_ROUNDS = 6  # of regression and correlation in turn
_LEAST_ERROR = 1e-12
_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class DailyFigure:
    """A day's figure, and the control's: a figure that the change couldn't move."""

    day: date
    value: float
    control: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesChange:
    """The change, relative to what the control let expect: 0.1 is 10 % more.

    is_trustworthy: the placebo shows no change, so that the series didn't move by itself.
    """

    change: float
    low: float  # of the 95 % interval
    high: float
    p_value: float
    placebo_p_value: float
    days_before: int
    days_after: int

    @property
    def is_trustworthy(self) -> bool:
        """Whether the days before show no such change."""
        return self.placebo_p_value >= _ALPHA


def estimate_change(figures: Sequence[DailyFigure], changed_on: date) -> SeriesChange:
    """What changed from `changed_on` on.

    Raises UnusableContents: gaps in the days, too few of them, or a value that isn't positive.
    """
    ordered_figures = sorted(figures, key=lambda figure: figure.day)
    days = [figure.day.toordinal() for figure in ordered_figures]
    before = sum(figure.day < changed_on for figure in ordered_figures)
    _refuse_unusable(ordered_figures, days, before)
    estimate, error, freedom = _regress(ordered_figures, before)
    placebo, placebo_error, rest = _regress(ordered_figures[:before], before // 2)
    width = float(stats.t.isf(_ALPHA / 2, freedom)) * error
    return SeriesChange(
        change=float(np.exp(estimate) - 1),
        low=float(np.exp(estimate - width) - 1),
        high=float(np.exp(estimate + width) - 1),
        p_value=float(2 * stats.t.sf(abs(estimate) / error, freedom)),
        placebo_p_value=float(2 * stats.t.sf(abs(placebo) / placebo_error, rest)),
        days_before=before,
        days_after=len(days) - before,
    )


def _refuse_unusable(figures: Sequence[DailyFigure], days: Sequence[int], before: int) -> None:
    _refuse_gaps(days)
    after = len(days) - before
    if before < LEAST_BEFORE or after < LEAST_AFTER:
        raise UnusableContents(
            f"变化前有 {before} 天、变化后有 {after} 天："
            f"至少要 {LEAST_BEFORE} 天和 {LEAST_AFTER} 天"
        )
    for figure in figures:
        if figure.value <= 0 or figure.control <= 0:
            raise UnusableContents(f"{figure.day} 的数值或对照是 0 或负数：无法计算相对变化")


def _refuse_gaps(days: Sequence[int]) -> None:
    """Raises UnusableContents with the first day that is repeated or missing."""
    repeated = sorted(day for day, count in Counter(days).items() if count > 1)
    if repeated:
        raise UnusableContents(f"{_name_days(repeated)}重复：每天只要一行")
    missing = sorted(set(range(days[0], days[-1])) - set(days))
    if missing:
        raise UnusableContents(f"缺少 {_name_days(missing)}的数据：请补齐每一天")


def _name_days(days: Sequence[int]) -> str:
    first = f"{date.fromordinal(days[0])} "
    return first if len(days) == 1 else f"{first}等 {len(days)} 天"


def _regress(figures: Sequence[DailyFigure], before: int) -> tuple[float, float, int]:
    """The coefficient of the change after `before` days, its error and degrees of freedom."""
    design = _build_design(figures, before)
    values = np.log([figure.value for figure in figures])
    rho = 0.0
    for _ in range(_ROUNDS):
        fit = sm.GLSAR(values, design, rho=rho).fit()
        rho = _estimate_correlation(values - design @ fit.params, design.shape[1])
    fit = sm.GLSAR(values, design, rho=rho).fit()
    return float(fit.params[1]), max(float(fit.bse[1]), _LEAST_ERROR), int(fit.df_resid) - 1


def _build_design(figures: Sequence[DailyFigure], before: int) -> Array:
    control = np.log([figure.control for figure in figures])
    weekdays = np.array([figure.day.weekday() for figure in figures])
    columns = [
        np.ones(len(figures)),
        np.arange(len(figures)) >= before,
        control - control.mean(),
        *(weekdays == weekday for weekday in range(1, 7)),
    ]
    return np.column_stack(columns).astype(np.float64)


def _estimate_correlation(residuals: Array, coefficients: int) -> float:
    """The correlation of neighbouring days' residuals, corrected for short series.

    Without the correction it is too small, and a series that moves slowly would change
    significantly one time in eight. Kendall's bias (1954), and that of the fitted coefficients.
    """
    total = float(residuals @ residuals)
    if total < _LEAST_ERROR:
        return 0.0
    raw = float(residuals[1:] @ residuals[:-1]) / total
    return float(np.clip(raw + (1 + 3 * raw + coefficients) / len(residuals), 0.0, 0.95))
