"""Before and after: the change beyond the control's, and a placebo that gives a drift away."""

import re
from datetime import date, timedelta

import numpy as np
import pytest

from app.marketing.effects.answer_sentences import write_change
from app.marketing.effects.series import DailyFigure, estimate_change
from app.marketing.effects.values import UnusableContents

FIRST = date(2026, 9, 1)
CHANGED = FIRST + timedelta(42)


def make_figures(
    change: float = 0.0, *, earlier: float = 0.0, correlation: float = 0.4, seed: int = 0
) -> list[DailyFigure]:
    """Eight weeks; the figure follows the control, a week's rhythm, and days before it."""
    random = np.random.default_rng(seed)
    figures, own, common = [], 0.0, 0.0
    for at in range(56):
        common = correlation * common + random.normal(0, 0.1)
        own = correlation * own + random.normal(0, 0.1)
        rhythm = 0.2 * (at % 7 > 4)
        value = 5 + rhythm + 0.8 * common + own + change * (at >= 42) + earlier * (at >= 21)
        figures.append(
            DailyFigure(
                FIRST + timedelta(at), float(np.exp(value)), float(np.exp(6 + rhythm + common))
            )
        )
    return figures


def test_a_change_is_found_with_its_size() -> None:
    change = estimate_change(make_figures(0.3), CHANGED)

    assert change.p_value < 0.05
    assert change.low < np.exp(0.3) - 1 < change.high
    assert change.is_trustworthy
    assert (change.days_before, change.days_after) == (42, 14)
    assert re.fullmatch(
        r"与对照相比，变化之后平均高 \d+%（95% 区间 \+\d+% 至 \+\d+%）。变化之前没有这样的变动"
        r"（安慰剂检验 p = 0\.\d+），结果可信；但同一天若另有变化，分不开。",
        write_change(change),
    )


def test_a_series_without_change_seldom_shows_one() -> None:
    alarms = sum(
        estimate_change(make_figures(seed=seed), CHANGED).p_value < 0.05 for seed in range(150)
    )

    assert alarms <= 15  # 7.5 expected; 16 and more have a chance of 0.4 %


def test_a_series_that_moved_before_is_not_trusted() -> None:
    change = estimate_change(make_figures(0.3, earlier=0.5, correlation=0.0), CHANGED)

    assert change.placebo_p_value < 0.05
    assert not change.is_trustworthy
    assert write_change(change).endswith("（安慰剂检验 p < 0.001），这个结果不可信。")


def test_figures_that_follow_exactly_have_no_error() -> None:
    figures = [DailyFigure(FIRST + timedelta(at), 10.0 + at % 7, 20.0 + at % 5) for at in range(56)]

    assert estimate_change(figures, CHANGED).change == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        (make_figures()[20:], "变化前有 22 天"),
        (make_figures()[:46], "变化后有 4 天"),
        (make_figures()[:10] + make_figures()[11:], "缺少 2026-09-11 的数据"),
        (make_figures()[:10] + make_figures()[13:], "缺少 2026-09-11 等 3 天的数据"),
        ([*make_figures(), make_figures()[3]], "2026-09-04 重复"),
        ([*make_figures()[:-1], DailyFigure(FIRST + timedelta(55), 0, 1)], "2026-10-26 的数值"),
    ],
)
def test_series_that_say_nothing_are_refused(figures: list[DailyFigure], sentence: str) -> None:
    with pytest.raises(UnusableContents, match=sentence):
        estimate_change(figures, CHANGED)
