"""Formats numbers as a spreadsheet does, by format codes of ECMA-376 (18.8.30, 18.8.31)."""

import calendar
import functools
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_MONTH, _MONTH_DAY, _DAY = 'yyyy"年"m"月"', 'm"月"d"日"', 'yyyy"年"m"月"d"日"'
_TIME, _NOON = 'h"时"mm"分"', '上午/下午h"时"mm"分"'
BUILT_IN = {  # by number, as in Chinese Excel; a code in the file has priority
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"¥"#,##0', 6: '"¥"#,##0', 7: '"¥"#,##0.00',
    8: '"¥"#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: _MONTH,
    28: _MONTH_DAY, 29: _MONTH_DAY, 30: "m-d-yy", 31: _DAY, 32: _TIME, 33: f'{_TIME}ss"秒"',
    34: _NOON, 35: f'{_NOON}ss"秒"', 36: _MONTH, 37: "#,##0", 38: "#,##0", 39: "#,##0.00",
    40: "#,##0.00", 41: "#,##0", 42: '"¥"#,##0', 43: "#,##0.00", 44: '"¥"#,##0.00', 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 50: _MONTH, 51: _MONTH_DAY, 52: _MONTH,
    53: _MONTH_DAY, 54: _MONTH_DAY, 55: _NOON, 56: f'{_NOON}ss"秒"', 57: _MONTH, 58: _MONTH_DAY,
}  # fmt: skip
_TOKEN = re.compile(  # any other character is literal
    r"""(?P<literal>"[^"]*"|[\\!].)|(?P<blank>[_*].)|\[\$(?P<currency>[^\]-]*)[^\]]*\]"""
    r"""|\[(?P<elapsed>h+|m+|s+)\]|(?P<option>\[[^\]]*\])|(?P<general>general|G/通用格式)"""
    r"""|(?P<noon>AM/PM|A/P|上午/下午)|(?P<power>E[+-]0+)"""
    r"""|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|a{3,4}|e+)|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)"""
    r"""|(?P<percent>%)|(?P<over>/)|(?P<at>@)|(?P<plain>.)""",
    re.IGNORECASE | re.DOTALL,
)
_PIECE = re.compile(r""""[^"]*"?|[\\!_*].|\[[^\]]*\]|.""", re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_SYSTEM_DATE = re.compile(r".*\[\$-(?:F800|x-sysdate).*", re.IGNORECASE)
_IN_CHINESE = re.compile(r"\[\$[^\]-]*-(?:[\dA-F]*804|zh)|年|月|日|上午|a{3}", re.IGNORECASE)
_SECONDS = re.compile(r"(?<=m)[:：]s+(?:\.0+)?", re.IGNORECASE)
_TESTS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b, "=": lambda a, b: a == b, "<>": lambda a, b: a != b,
}  # fmt: skip
_MONTHS = calendar.month_name  # English: the reader's process has the locale C.UTF-8
_DAYS = calendar.day_name

Tokens = Sequence[tuple[str, str]]  # kind, text


def format_number(number: float, code: str, *, since_1904: bool = False) -> str:
    """The text of a cell with `number` and the format `code`, without seconds that are zero.

    Dates count days since 1900 (or 1904). What a code can't format, such as an earlier date, is
    shown as a plain number.
    """
    try:
        return _format_section(number, code, since_1904).strip()
    except (ArithmeticError, ValueError):
        return show_plainly(number)


def show_plainly(number: float) -> str:
    """Format a number as General does, but whole numbers with all digits."""
    exact = Decimal(f"{number:.15g}")
    if exact == exact.to_integral_value():
        return f"{exact.to_integral_value():f}"
    if abs(exact) > Decimal("1e-4"):
        places = max(0, 10 - len(str(abs(int(exact)))))
        exact = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{exact.normalize():f}"


def show_text(text: str, code: str) -> str:
    """The text of a cell with `text`: some formats append a unit."""
    tokens = _tokenise(_split_sections(code)[-1])
    if not any(kind == "at" for kind, _ in tokens):
        return text
    return "".join(text if kind == "at" else literal for kind, literal in tokens)


def _format_section(number: float, code: str, since_1904: bool) -> str:
    section, number = _choose_section(number, _split_sections(code))
    if _SYSTEM_DATE.match(section):
        section = _DAY
    tokens = _tokenise(section)
    kinds = {kind for kind, _ in tokens}
    if kinds & {"date", "elapsed", "noon"}:
        return _show_date(number, section, since_1904)
    sign = "-" if number < 0 else ""
    if kinds & {"general", "at"}:
        plain = show_plainly(abs(number))
        return sign + "".join(plain if k in {"general", "at"} else t for k, t in tokens)
    if "power" in kinds:
        return sign + _show_power(abs(number), tokens)
    if "over" in kinds and "digit" in kinds:
        return sign + _show_fraction(abs(number), tokens)
    return sign + _show_number(abs(number), tokens)


@functools.lru_cache(1000)
def _split_sections(code: str) -> list[str]:
    sections = [""]
    for piece in _PIECE.findall(code):
        if piece == ";":
            sections.append("")
        else:
            sections[-1] += piece
    return sections[:4]


def _choose_section(number: float, sections: Sequence[str]) -> tuple[str, float]:
    """The section for a number, and the number, unsigned if the section writes the sign."""
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _TESTS[condition[1]](number, float(condition[2])):
                return section, number
        return "General", number
    if len(sections) > 2 and number == 0:
        return sections[2], number
    if len(sections) > 1 and number < 0:
        return sections[1], -number
    return sections[0] or ("" if len(sections) > 1 else "General"), number


@functools.lru_cache(1000)
def _tokenise(section: str) -> list[tuple[str, str]]:
    """(kind, text) tokens of a section; literals are plain text."""
    tokens = []
    for match in _TOKEN.finditer(section):
        kind = match.lastgroup or "plain"
        text = match[kind]
        if kind == "literal":
            kind, text = "plain", text[1:-1] if text.startswith('"') else text[1:]
        elif kind == "currency":
            kind = "plain"
        elif kind in {"blank", "option"}:
            kind, text = "plain", ""
        tokens.append((kind, text))
    return tokens


def _show_number(number: float, tokens: Tokens) -> str:
    """Fill the placeholders with digits, from the decimal point to both sides."""
    kinds = [kind for kind, _ in tokens]
    point = kinds.index("point") if "point" in kinds else len(kinds)
    last = max((n for n, kind in enumerate(kinds) if kind == "digit"), default=-1)
    places = kinds[point:].count("digit")
    exact = Decimal(f"{number:.15g}").scaleb(2 * kinds.count("percent"))
    exact = exact.scaleb(-3 * kinds[last + 1 :].count("comma"))
    whole, _, part = f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}".partition(".")
    part = part[
        : max((n for n, c in enumerate(part, 1) if _is_due(n, c, tokens[point:])), default=0)
    ]
    grouped = "comma" in kinds[:last] and last >= 0
    output = _place_whole(whole.lstrip("0"), tokens[:point], grouped=grouped)
    digits = iter(part)
    for kind, text in tokens[point:]:
        if kind == "digit":
            output.append(next(digits, ""))
        elif kind != "comma" and (kind != "point" or part):
            output.append(text)
    return "".join(output)


def _is_due(place: int, digit: str, tokens: Tokens) -> bool:
    """Whether to show a decimal digit: trailing zeros only for a placeholder 0."""
    placeholders = [text for kind, text in tokens if kind == "digit"]
    return digit != "0" or placeholders[place - 1] == "0"


def _place_whole(digits: str, tokens: Tokens, *, grouped: bool) -> list[str]:
    """Fill placeholders from the right; the leftmost gets all remaining digits."""
    output: list[str] = []
    rest, placeholders, count = list(digits), sum(kind == "digit" for kind, _ in tokens), 0
    for kind, text in reversed(tokens):
        if kind != "digit":
            output += [] if kind == "comma" else [text]
            continue
        placeholders -= 1
        while rest or text == "0":
            if grouped and count and count % 3 == 0:
                output.append(",")
            output.append(rest.pop() if rest else "0")
            count += 1
            if placeholders or not rest:
                break
    return output[::-1]


def _show_power(number: float, tokens: Tokens) -> str:
    kinds = [kind for kind, _ in tokens]
    places = kinds[kinds.index("point") :].count("digit") if "point" in kinds else 0
    mantissa, _, power = f"{Decimal(repr(number)):.{places}E}".partition("E")
    width = next(len(text) - 2 for kind, text in tokens if kind == "power")
    return f"{mantissa}E{power[0]}{power[1:].zfill(width)}"


def _show_fraction(number: float, tokens: Tokens) -> str:
    """Format a fraction such as 1 1/2; the code gives the denominator or its length."""
    over = [kind for kind, _ in tokens].index("over")
    behind = "".join(text for _, text in tokens[over + 1 :]).strip()
    whole = int(number) if sum(kind == "digit" for kind, _ in tokens[:over]) > 1 else 0
    exact = Fraction(f"{number:.15g}") - whole
    if behind.isdigit() and int(behind):
        top, bottom = round(exact * int(behind)), int(behind)
    else:
        top, bottom = exact.limit_denominator(10 ** len(behind) - 1).as_integer_ratio()
    if top == bottom:
        whole, top = whole + 1, 0
    return f"{whole or ''} {top}/{bottom}".strip() if top else str(whole)


def _show_date(number: float, section: str, since_1904: bool) -> str:
    if number < 0:
        raise ValueError("no date is before the first one")
    seconds = round(number * 86_400)
    epoch = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30 if number >= 60 else 31)
    moment = epoch + timedelta(seconds=seconds)
    if "h" in section.lower() and not moment.second:  # shown as 22:00, without seconds
        section = _SECONDS.sub("", section)
    tokens = _tokenise(section)
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
