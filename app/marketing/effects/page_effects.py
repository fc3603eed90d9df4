"""The effects of a metric as a forest plot: a line a feature, readable on a phone.

Each line has an SVG of its own with places in percent, so that it stretches and its text doesn't
shrink.
"""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import chain
from math import log
from typing import Any

_SPANS = (1.5, 2.0, 4.0, 10.0)  # the largest ratio of the scale; what lies beyond is cut
_TICKS: Mapping[float, tuple[float, ...]] = {
    1.5: (1.25,), 2.0: (1.5,), 4.0: (2.0,), 10.0: (3.0,),
}  # fmt: skip
_MARGIN = 5.0  # percent at each side


def draw_effects(effects: Sequence[Mapping[str, Any]]) -> str:
    """The ratios and their intervals on a logarithmic scale that suits all of them."""
    span = choose_span(effects)
    rows = "".join(_draw_row(effect, span) for effect in effects)
    return f'<div class="plot" role="list">{rows}{_draw_axis(span)}</div>'


def choose_span(effects: Sequence[Mapping[str, Any]]) -> float:
    """The largest ratio of the scale: the smallest one that holds every interval, or the last."""
    bounds = chain.from_iterable((*effect["interval"], effect["ratio"]) for effect in effects)
    widest = max((max(bound, 1 / max(bound, 1e-9)) for bound in bounds), default=1.0)
    return next((span for span in _SPANS if widest <= span), _SPANS[-1])


def _draw_row(effect: Mapping[str, Any], span: float) -> str:
    low, high = effect["interval"]
    name = "sure" if effect["significant"] else "unsure"
    interval = f'<line x1="{_place(low, span)}" x2="{_place(high, span)}" y1="13" y2="13"/>'
    dot = _draw_dot(effect["ratio"], span) + _draw_arrows(low, high, span)
    ratio = f"{_name_ratio(effect['ratio'])} 倍"
    bounds = f"（{_name_ratio(low)}–{_name_ratio(high)}）"
    return (
        f'<div class="row {name}" role="listitem"><span class="name">{escape(effect["title"])}'
        f'</span><svg height="26" aria-hidden="true">{_draw_ticks(span)}{interval}{dot}</svg>'
        f'<span class="ratio"><b>{ratio}</b><span>{bounds}</span></span></div>'
    )


def _draw_dot(ratio: float, span: float) -> str:
    """A dot; nothing where the ratio lies beyond the scale, as an arrow says so."""
    if not 1 / span <= ratio <= span:
        return ""
    return f'<circle cx="{_place(ratio, span)}" cy="13" r="5"/>'


def _draw_arrows(low: float, high: float, span: float) -> str:
    """An arrow at each end of the scale beyond which an interval goes on."""
    left = '<text class="beyond" x="0" y="18">◀</text>' if low < 1 / span else ""
    right = '<text class="beyond" x="100%" y="18" text-anchor="end">▶</text>'
    return left + (right if high > span else "")


def _name_ratio(ratio: float) -> str:
    """Such as 1.25, 34.5, `<0.01` and `>100`: short, and never 0.00."""
    if ratio > 100:
        return "&gt;100"
    if ratio < 0.01:
        return "&lt;0.01"
    return f"{ratio:.1f}" if ratio >= 10 else f"{ratio:.2f}"


def _draw_ticks(span: float) -> str:
    return "".join(
        f'<line class="{"one" if ratio == 1 else "tick"}" x1="{_place(ratio, span)}"'
        f' x2="{_place(ratio, span)}" y1="0" y2="26"/>'
        for ratio in _list_ticks(span)
    )


def _draw_axis(span: float) -> str:
    labels = "".join(
        f'<text x="{_place(ratio, span)}" y="14" text-anchor="middle">{_name_tick(ratio)}</text>'
        for ratio in _list_ticks(span)
    )
    return (
        f'<div class="row axis"><span class="name"></span><svg height="20">{labels}</svg>'
        '<span class="ratio"></span></div>'
    )


def _list_ticks(span: float) -> list[float]:
    above = [*_TICKS[span], span]
    return [*(1 / ratio for ratio in reversed(above)), 1.0, *above]


def _name_tick(ratio: float) -> str:
    if ratio == 1:
        return "相同"
    return f"×{ratio:g}" if ratio > 1 else f"÷{1 / ratio:g}"


def _place(ratio: float, span: float) -> str:
    """The place of a ratio, in percent of the width."""
    share = (log(min(max(ratio, 1 / span), span)) / log(span) + 1) / 2
    return f"{_MARGIN + share * (100 - 2 * _MARGIN):.1f}%"
