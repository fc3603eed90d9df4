"""Formats dates and times as a spreadsheet does, by format codes."""

import calendar
import re
from datetime import datetime, timedelta

from app.knowledge.imports.formats.excel.format_codes import Tokens, tokenise

_IN_CHINESE = re.compile(r"\[\$[^\]-]*-(?:[\dA-F]*804|zh)|年|月|日|上午|a{3}", re.IGNORECASE)
_SECONDS = re.compile(r"(?<=m)[:：]s+(?:\.0+)?", re.IGNORECASE)
_MONTHS = calendar.month_name  # English: the reader's process has the locale C.UTF-8
_DAYS = calendar.day_name


def show_date(number: float, section: str, since_1904: bool) -> str:
    """The date of a number of days. Raises ValueError before the first one."""
    if number < 0:
        raise ValueError("no date is before the first one")
    seconds = round(number * 86_400)
    epoch = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30 if number >= 60 else 31)
    moment = epoch + timedelta(seconds=seconds)
    if "h" in section.lower() and not moment.second:  # shown as 22:00, without seconds
        section = _SECONDS.sub("", section)
    tokens = tokenise(section)
    dates = [(kind, text.lower()) for kind, text in tokens if kind in {"date", "elapsed"}]
    twelve = any(kind == "noon" for kind, _ in tokens)
    chinese = bool(_IN_CHINESE.search(section))
    output, place = [], 0
    for kind, text in tokens:
        if kind == "noon":
            morning, evening = text.split("/")
            output.append(evening if moment.hour >= 12 else morning)
        elif kind in {"date", "elapsed"}:
            name = text.lower()
            if name[0] == "m" and kind == "date" and _is_minute(dates, place):
                name = name.replace("m", "i")
            output.append(_format_elapsed(name, seconds) if kind == "elapsed" else
                         _date_part(name, moment, twelve=twelve, chinese=chinese))  # fmt: skip
            place += 1
        else:
            output.append(text)
    return "".join(output)


def _is_minute(dates: Tokens, place: int) -> bool:
    """Whether an m means minutes: after hours or before seconds, else months."""
    behind = dates[place - 1][1] if place else ""
    before = dates[place + 1][1] if place + 1 < len(dates) else ""
    return behind.startswith("h") or before.startswith("s")


def _format_elapsed(name: str, seconds: int) -> str:
    unit = {"h": 3600, "m": 60, "s": 1}[name[0]]
    return f"{seconds // unit:0{len(name)}}"


def _date_part(name: str, moment: datetime, *, twelve: bool, chinese: bool) -> str:
    """Format a part of a date; `name` is a run of y, m, d, h, s, a, e, or of i for minutes."""
    if name[0] == "a" or (len(name) > 2 and name[0] in "md"):
        return _date_name(name, moment, chinese=chinese)
    hour = (moment.hour % 12 or 12) if twelve else moment.hour
    if name[0] in "ye":
        return f"{moment.year % 100:02}" if name in {"y", "yy"} else f"{moment.year:04}"
    figures = {
        "m": moment.month,
        "d": moment.day,
        "h": hour,
        "i": moment.minute,
        "s": moment.second,
    }
    return f"{figures[name[0]]:0{min(len(name), 2)}}"


def _date_name(name: str, moment: datetime, *, chinese: bool) -> str:
    """The name of a month or a day of the week."""
    day = moment.weekday()
    if name[0] == "m":
        month = f"{moment.month}月" if chinese else _MONTHS[moment.month]
        return month if chinese else {3: month[:3], 5: month[:1]}.get(len(name), month)
    if name[0] == "a" or chinese:
        return {"aaa": "", "ddd": "周"}.get(name, "星期") + "一二三四五六日"[day]
    return _DAYS[day][:3] if len(name) == 3 else _DAYS[day]
