"""Format codes of spreadsheets: ECMA-376, 18.8.30 and 18.8.31."""

import functools
import re
from collections.abc import Callable, Sequence

_MONTH, _MONTH_DAY, FULL_DATE = 'yyyy"年"m"月"', 'm"月"d"日"', 'yyyy"年"m"月"d"日"'
_TIME, _NOON = 'h"时"mm"分"', '上午/下午h"时"mm"分"'
BUILT_IN = {  # by number, as in Chinese Excel; a code in the file has priority
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"¥"#,##0', 6: '"¥"#,##0', 7: '"¥"#,##0.00',
    8: '"¥"#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: _MONTH,
    28: _MONTH_DAY, 29: _MONTH_DAY, 30: "m-d-yy", 31: FULL_DATE, 32: _TIME, 33: f'{_TIME}ss"秒"',
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
_TESTS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b, "=": lambda a, b: a == b, "<>": lambda a, b: a != b,
}  # fmt: skip

Tokens = Sequence[tuple[str, str]]  # kind, text


@functools.lru_cache(1000)
def split_sections(code: str) -> list[str]:
    """The up to four sections of a code: for positive and negative numbers, zero and texts."""
    sections = [""]
    for piece in _PIECE.findall(code):
        if piece == ";":
            sections.append("")
        else:
            sections[-1] += piece
    return sections[:4]


def choose_section(number: float, sections: Sequence[str]) -> tuple[str, float]:
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
def tokenise(section: str) -> list[tuple[str, str]]:
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
