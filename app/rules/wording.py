"""Formats working hours, dates and moments in Chinese."""

import itertools
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.rules.values import WEEKDAYS, Hours, Week

DAYS = "一二三四五六日"
OPENS = "{opens}"


def format_hours(working_hours: Hours) -> str:
    """Such as 周一至周五 09:00–18:00，周六 10:00–16:00; 每日 where all days are alike."""
    return working_hours.text or _format_week(working_hours.weekly)


def format_date(at: float, zone: ZoneInfo) -> str:
    """Such as 2026年11月29日 星期日 15:04（明天11月30日 星期一）."""
    then = datetime.fromtimestamp(at, zone)
    tomorrow = then + timedelta(days=1)
    today = f"{then.year}年{then.month}月{then.day}日 星期{DAYS[then.weekday()]} {then:%H:%M}"
    return f"{today}（明天{tomorrow.month}月{tomorrow.day}日 星期{DAYS[tomorrow.weekday()]}）"


def format_moment(at: float | None, now: float, zone: ZoneInfo) -> str:
    """Such as 今天 14:00, 明天 09:00, 周一 09:00, 10月8日 09:00; 稍后 for None."""
    if at is None:
        return "稍后"
    then, today = datetime.fromtimestamp(at, zone), datetime.fromtimestamp(now, zone)
    days = (then.date() - today.date()).days
    this_week = days < 7 - today.weekday()
    if days < 2:
        name = ("今天", "明天")[max(days, 0)]
    elif this_week:
        name = f"周{DAYS[then.weekday()]}"
    else:
        name = f"{then.month}月{then.day}日"
    return f"{name} {then:%H:%M}"


def _format_week(week: Week) -> str:
    days = [(number, getattr(week, name)) for number, name in enumerate(WEEKDAYS)]
    spans = [
        (_format_days([number for number, _ in run]), "、".join(sorted(open_)).replace("-", "–"))
        for open_, run in itertools.groupby(days, key=lambda day: day[1])
        if open_
    ]
    return "，".join(" ".join(span) for span in spans) or "暂无人工服务"


def _format_days(numbers: list[int]) -> str:
    first, last = DAYS[numbers[0]], DAYS[numbers[-1]]
    if len(numbers) == len(DAYS):
        return "每日"
    return f"周{first}" if first == last else f"周{first}至周{last}"
