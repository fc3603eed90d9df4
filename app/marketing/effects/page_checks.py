"""The table of contents on days 1, 3 and 7, beside what is usual; its lines stack on a phone."""

from collections.abc import Mapping
from html import escape
from typing import Any

from app.publishing.checkpoints import CHECK_DAYS

_MOST = 20  # the newest contents
_STANDINGS = {"above": "高于平时", "below": "低于平时"}


def render_checks(checks: Mapping[str, Any]) -> str:
    """The section; "" where no content has such a day."""
    contents = checks["contents"]
    if not contents:
        return ""
    days = [usual["day"] for usual in checks["usual"]]
    heads = "".join(f"<th>第 {day} 天</th>" for day in days)
    rows = "".join(_render_content(content, days) for content in contents[:_MOST])
    return (
        "<h2>发布后第 1、3、7 天</h2>"
        f'<table class="checks"><thead><tr><th>内容</th>{heads}</tr></thead>'
        f"<tbody>{_render_usual(checks)}{rows}</tbody></table>"
        f'<p class="note">发布当天为第 1 天，数字是到当天结束的累计；括号里是占头七天的比例。'
        f"{_note_usual(checks)}{_note_rest(len(contents))}</p>"
    )


def _render_usual(checks: Mapping[str, Any]) -> str:
    if all(usual["reads"] is None for usual in checks["usual"]):
        return ""
    cells = "".join(_render_day(usual, usual["day"], "") for usual in checks["usual"])
    return f'<tr class="usual"><th>平时（中位数）</th>{cells}</tr>'


def _render_content(content: Mapping[str, Any], days: list[int]) -> str:
    by_day = {each["day"]: each for each in content["days"]}
    cells = "".join(
        _render_day(by_day[day], day, _STANDINGS.get(by_day[day]["standing"], ""))
        if day in by_day
        else f'<td data-day="第 {day} 天"><span class="note">未到</span></td>'
        for day in days
    )
    title = f'{escape(content["title"])}<br><span class="note">{content["published"]}</span>'
    return f"<tr><th>{title}</th>{cells}</tr>"


def _render_day(figures: Mapping[str, Any], day: int, standing: str) -> str:
    is_last = day == CHECK_DAYS[-1]  # of which all is reached
    lines = [
        _describe("阅读", figures["reads"], None if is_last else figures["reads_reached"]),
        _describe("分享", figures["shares"], None if is_last else figures["shares_reached"]),
    ]
    if figures["finish_rate"] is not None:
        lines.append(f"<span>读完 {figures['finish_rate']:.0%}</span>")
    if standing:
        lines.append(f'<span class="standing">{standing}</span>')
    return f'<td data-day="第 {day} 天">{"".join(lines)}</td>'


def _describe(name: str, count: float | None, reached: float | None) -> str:
    if count is None:
        return ""
    share = "" if reached is None else f"（{reached:.0%}）"
    return f"<span>{name} {count:,.0f}{share}</span>"


def _note_usual(checks: Mapping[str, Any]) -> str:
    first = checks["usual"][0]
    if first["reads"] is None:
        return f"只有 {first['contents']} 篇有数据，还看不出平时的水平。"
    if first["fences"] is None:
        return f"只有 {first['contents']} 篇有数据，还不判断哪一篇高于或低于平时。"
    return "“高于平时”和“低于平时”按阅读率（阅读除以曝光）的 95% 区间判断，落在常见范围内的不标。"


def _note_rest(count: int) -> str:
    return f"只列最近 {_MOST} 篇，共 {count} 篇。" if count > _MOST else ""
