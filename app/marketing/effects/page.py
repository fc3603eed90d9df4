"""The report as one HTML page whose pictures are SVG in it: nothing is loaded from outside."""

from collections.abc import Mapping, Sequence
from html import escape
from math import log
from typing import Any

_WIDTH, _ROW, _LEFT, _RIGHT = 760, 30, 230, 150  # pixels of the picture
_SPAN = log(4)  # the picture shows ratios from 1/4 to 4; what lies beyond is cut at its edge
_TICKS = ((0.25, "÷4"), (0.5, "÷2"), (1.0, "相同"), (2.0, "×2"), (4.0, "×4"))
_STYLE = """
body{font:16px/1.7 -apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
max-width:800px;margin:2rem auto;padding:0 1rem;color:#1f2329;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}td,th{padding:.3rem .6rem;border-bottom:1px solid #e5e6eb;
text-align:left}td.n,th.n{text-align:right}
.lead{background:#f5f7fa;border-left:4px solid #07c160;padding:.8rem 1rem}
.note{color:#646a73;font-size:.9rem}svg{max-width:100%;height:auto}
@media(prefers-color-scheme:dark){body{background:#17181a;color:#e6e7e9}
.lead{background:#222427}td,th{border-color:#34363a}.note{color:#9aa0a8}}
"""


def render_page(title: str, report: Mapping[str, Any]) -> str:
    """The page of a report as `describe_report` has it."""
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="lead">{escape(report["paragraph"])}</p>',
        *(_render_metric(metric) for metric in report["metrics"]),
        _render_topics(report),
        _render_contents("表现最好的内容", report["best"]),
        _render_contents("表现最差的内容", report["worst"]),
        f'<p class="note">{escape(report["caveat"])}</p>',
    ]
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _render_metric(metric: Mapping[str, Any]) -> str:
    left_out = "；".join(f"{name}（{reason}）" for name, reason in metric["left_out"].items())
    note = f"{metric['contents']} 篇内容，来自 {metric['groups']} 次发布。"
    if left_out:
        note += f"未估计：{left_out}。"
    return (
        f"<h2>{escape(metric['title'])}</h2>{_draw_effects(metric['effects'])}"
        '<p class="note">点是倍数，线是 95% 区间；实心点在控制误报（5%）后仍可靠。'
        f"{escape(note)}</p>"
    )


def _draw_effects(effects: Sequence[Mapping[str, Any]]) -> str:
    """A forest plot: a row a feature, its ratio and interval on a logarithmic scale."""
    height = _ROW * len(effects) + 40
    rows = "".join(_draw_row(at, effect) for at, effect in enumerate(effects))
    ticks = "".join(
        f'<line x1="{_place(ratio):.1f}" x2="{_place(ratio):.1f}" y1="6" y2="{height - 28}" '
        f'stroke="#c9cdd4" stroke-dasharray="{"0" if ratio == 1 else "3 4"}"/>'
        f'<text x="{_place(ratio):.1f}" y="{height - 10}" text-anchor="middle" font-size="12" '
        f'fill="#86909c">{label}</text>'
        for ratio, label in _TICKS
    )
    summary = "；".join(f"{effect['title']} {effect['ratio']:.2f} 倍" for effect in effects)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(summary)}">'
        f"{ticks}{rows}</svg>"
    )


def _draw_row(at: int, effect: Mapping[str, Any]) -> str:
    y = at * _ROW + 22
    low, high = effect["interval"]
    color = "#07a356" if effect["significant"] else "#86909c"
    fill = color if effect["significant"] else "#fff"
    return (
        f'<text x="{_LEFT - 12}" y="{y + 5}" text-anchor="end" font-size="14" '
        f'fill="currentColor">{escape(effect["title"])}</text>'
        f'<line x1="{_place(low):.1f}" x2="{_place(high):.1f}" y1="{y}" y2="{y}" '
        f'stroke="{color}" stroke-width="2"/>'
        f'<circle cx="{_place(effect["ratio"]):.1f}" cy="{y}" r="5" fill="{fill}" '
        f'stroke="{color}" stroke-width="2"/>'
        f'<text x="{_WIDTH - _RIGHT + 12}" y="{y + 5}" font-size="13" fill="currentColor">'
        f"{effect['ratio']:.2f}（{low:.2f}–{high:.2f}）</text>"
    )


def _place(ratio: float) -> float:
    """The x of a ratio."""
    share = (min(max(log(max(ratio, 1e-9)), -_SPAN), _SPAN) + _SPAN) / (2 * _SPAN)
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _render_topics(report: Mapping[str, Any]) -> str:
    if len(report["topics"]) < 2:
        return ""
    rows = "".join(
        f'<tr><td>{escape(topic["name"])}</td><td class="n">{topic["contents"]}</td></tr>'
        for topic in report["topics"]
    )
    return (
        '<h2>主题</h2><table><tr><th>主题词</th><th class="n">篇数</th></tr>'
        f"{rows}</table>"
        f'<p class="note">轮廓系数 {report["topic_silhouette"]:.2f}，'
        f"自助抽样稳定性 {report['topic_stability']:.2f}（0.8 以上可靠，0.6 以下多为偶然）。</p>"
    )


def _render_contents(heading: str, contents: Sequence[Mapping[str, Any]]) -> str:
    if not contents:
        return ""
    rows = "".join(
        f'<tr><td>{escape(content["title"])}</td><td class="n">{content["rate"]:.1%}</td></tr>'
        for content in contents
    )
    return f"<h2>{heading}</h2><table>{rows}</table>"
