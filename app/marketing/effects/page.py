"""The report as one HTML page whose pictures are SVG in it: nothing is loaded from outside."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from app.marketing.effects.page_checks import render_checks
from app.marketing.effects.page_effects import draw_effects
from app.marketing.effects.values import METRIC_TITLES, RATE_TITLES

_STYLE = """
:root{color-scheme:light dark;--text:#1f2329;--back:#fff;--quiet:#646a73;--line:#e5e6eb;
--box:#f5f7fa;--sure:#07a356;--unsure:#86909c;--tick:#dcdfe4;--one:#8f959e}
@media(prefers-color-scheme:dark){:root{--text:#e6e7e9;--back:#17181a;--quiet:#a3a9b1;
--line:#34363a;--box:#222427;--sure:#2bd07b;--unsure:#8f959e;--tick:#34363a;--one:#6b7078}}
body{font:16px/1.7 -apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
max-width:800px;margin:2rem auto;padding:0 1rem;color:var(--text);background:var(--back)}
h1{font-size:1.5rem;line-height:1.4}h2{font-size:1.15rem;margin:2rem 0 .5rem}
table{border-collapse:collapse;width:100%}
td,th{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:left;
vertical-align:top;font-weight:normal}
thead th,.usual th{font-weight:600}td.n,th.n{text-align:right;white-space:nowrap}
.lead{background:var(--box);border-left:4px solid #07c160;padding:.8rem 1rem}
.note{color:var(--quiet);font-size:.9rem}
.row{display:grid;grid-template-columns:13rem 1fr 11.5rem;align-items:center;column-gap:.8rem}
.row .name{text-align:right}.row .ratio{font-size:.9rem;font-variant-numeric:tabular-nums}
.row .ratio>*{font-weight:inherit;white-space:nowrap;display:inline-block}
.row .beyond{fill:var(--unsure);font-size:14px}.sure .beyond{fill:var(--sure)}
.row svg{width:100%;display:block}.row line{stroke:var(--unsure);stroke-width:2}
.row circle{fill:var(--back);stroke:var(--unsure);stroke-width:2}
.row .tick{stroke:var(--tick);stroke-width:1}.row .one{stroke:var(--one);stroke-width:1}
.sure line{stroke:var(--sure)}.sure .name,.sure .ratio{font-weight:600}
.sure circle{fill:var(--sure);stroke:var(--sure)}
.sure .tick{stroke:var(--tick)}.sure .one{stroke:var(--one)}
.axis text{fill:var(--quiet);font-size:12px}
.checks td span{display:block;white-space:nowrap}.checks .usual{background:var(--box)}
.checks .standing{color:var(--sure);font-size:.9rem}
@media(max-width:600px){body{margin:1rem auto}h1{font-size:1.25rem}
.row{grid-template-columns:1fr auto;row-gap:0;padding:.15rem 0}
.row .name{text-align:left}.row svg{grid-row:2;grid-column:1/3}
.axis .name,.axis .ratio{display:none}
.checks thead{display:none}.checks tbody{display:block}
.checks tr{display:grid;grid-template-columns:repeat(3,1fr);padding:.4rem .5rem;
border-bottom:1px solid var(--line)}
.checks th,.checks td{border:0;padding:0}.checks th{grid-column:1/4}
.checks td{font-size:.85rem}.checks td span{white-space:normal}
.checks td:before{content:attr(data-day);color:var(--quiet)}}
"""


def render_page(title: str, report: Mapping[str, Any]) -> str:
    """The page of a report as `describe_report` has it. A stored one may lack what is newer."""
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="lead">{escape(report["paragraph"])}</p>',
        *(_render_metric(metric) for metric in report["metrics"]),
        _explain_plot(report["metrics"]),
        render_checks(report["checkpoints"]) if "checkpoints" in report else "",
        _render_topics(report),
        _render_contents("表现最好的内容", report, "best"),
        _render_contents("表现最差的内容", report, "worst"),
        _render_caveat(report),
    ]
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _render_metric(metric: Mapping[str, Any]) -> str:
    left_out = _join_left_out(metric["left_out"])
    heading, unit = _name_unit(metric)
    note = f"{unit}{metric['contents']} 篇内容，来自 {metric['groups']} 次发布。"
    if left_out:
        note += f"没有估计的：{left_out}。"
    return (
        f"<h2>{escape(heading)}</h2>{draw_effects(metric['effects'])}"
        f'<p class="note">{escape(note)}</p>'
    )


def _join_left_out(left_out: Mapping[str, str]) -> str:
    """The features by reason: 标题有表情、标题有引号（各篇相同）."""
    names: dict[str, list[str]] = {}
    for name, reason in left_out.items():
        names.setdefault(reason, []).append(name)
    return "；".join(f"{'、'.join(features)}（{reason}）" for reason, features in names.items())


def _name_unit(metric: Mapping[str, Any]) -> tuple[str, str]:
    """What the ratios of a metric are of: a heading, and a sentence."""
    name = metric["metric"]
    if name == "finish_rate":
        return "读完率（几率的倍数）", "读完率是读完的人占读者的比例，几率是读完与没读完之比。"
    rate = RATE_TITLES[name]
    return f"{rate}（倍数）", f"{rate}是{METRIC_TITLES[name]}人数除以曝光人数。"


def _explain_plot(metrics: Sequence[Mapping[str, Any]]) -> str:
    if not metrics:
        return ""
    return (
        '<p class="note">怎么看图：点是其他特征相同时的倍数，线是 95% 区间；绿色实心点是'
        "排除偶然（误报不超过 5%）之后仍然可靠的，空心点说明不了什么；"
        "箭头表示超出了图的范围。</p>"
    )


def _render_topics(report: Mapping[str, Any]) -> str:
    if len(report["topics"]) < 2:
        return _explain_no_topics(report)
    rows = "".join(
        f'<tr><td>{escape(topic["name"])}</td><td class="n">{topic["contents"]}</td></tr>'
        for topic in report["topics"]
    )
    return (
        '<h2>主题</h2><table><thead><tr><th>主题词</th><th class="n">篇数</th></tr></thead>'
        f"{rows}</table>"
        f'<p class="note">轮廓系数 {report["topic_silhouette"]:.2f}，'
        f"自助抽样稳定性 {report['topic_stability']:.2f}（0.8 以上可靠，0.6 以下多为偶然）。</p>"
    )


def _explain_no_topics(report: Mapping[str, Any]) -> str:
    stability = report["topic_stability"]
    if report["topics"] or not report["contents"]:
        return ""
    return (
        f'<p class="note">没有按主题比较：这些内容分不出稳定的主题'
        f"（自助抽样稳定性 {stability:.2f}，至少要 0.6）。</p>"
    )


def _render_contents(heading: str, report: Mapping[str, Any], which: str) -> str:
    if not report[which]:
        return ""
    rows = "".join(
        f'<tr><td>{escape(content["title"])}</td><td class="n">{content["rate"]:.1%}</td></tr>'
        for content in report[which]
    )
    rate = escape(report.get("ranked_by", ""))
    head = f'<thead><tr><th>标题</th><th class="n">{rate}</th></tr></thead>' if rate else ""
    return f"<h2>{heading}</h2><table>{head}{rows}</table>"


def _render_caveat(report: Mapping[str, Any]) -> str:
    """What the report can't say, unless the paragraph says it."""
    if report["caveat"] in report["paragraph"]:
        return ""
    return f'<p class="note">{escape(report["caveat"])}</p>'
