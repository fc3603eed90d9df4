"""Formats numbers as a spreadsheet does, by format codes of ECMA-376 (18.8.30, 18.8.31)."""

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from app.knowledge.imports.formats.excel.date_formats import show_date
from app.knowledge.imports.formats.excel.format_codes import (
    FULL_DATE,
    Tokens,
    choose_section,
    split_sections,
    tokenise,
)

_SYSTEM_DATE = re.compile(r".*\[\$-(?:F800|x-sysdate).*", re.IGNORECASE)


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
    tokens = tokenise(split_sections(code)[-1])
    if not any(kind == "at" for kind, _ in tokens):
        return text
    return "".join(text if kind == "at" else literal for kind, literal in tokens)


def _format_section(number: float, code: str, since_1904: bool) -> str:
    section, number = choose_section(number, split_sections(code))
    if _SYSTEM_DATE.match(section):
        section = FULL_DATE
    tokens = tokenise(section)
    kinds = {kind for kind, _ in tokens}
    if kinds & {"date", "elapsed", "noon"}:
        return show_date(number, section, since_1904)
    sign = "-" if number < 0 else ""
    if kinds & {"general", "at"}:
        plain = show_plainly(abs(number))
        return sign + "".join(plain if k in {"general", "at"} else t for k, t in tokens)
    if "power" in kinds:
        return sign + _show_power(abs(number), tokens)
    if "over" in kinds and "digit" in kinds:
        return sign + _show_fraction(abs(number), tokens)
    return sign + _show_number(abs(number), tokens)


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
