"""Parses Chinese numerals and figures."""

from decimal import Decimal, InvalidOperation

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
SMALL = {"十": 10, "百": 100, "千": 1_000}
LARGE = {"万": 10_000, "亿": 100_000_000}
LONGEST = 16  # characters
LETTERS = "".join([*DIGITS, *SMALL, *LARGE])


def parse_number(text: str) -> Decimal | None:
    """The number of a numeral: 三百二十, 一百八, 二〇二六, 半, 1.5万, 1,299.00; None for none."""
    plain = text.replace(",", "").replace("半", "0.5")
    if not plain or len(plain) > LONGEST:
        return None
    if plain[0].isdecimal():
        return _parse_figures(plain)
    if not set(plain) <= set(LETTERS):
        return None
    digits = "".join(str(DIGITS[c]) for c in plain if c in DIGITS)
    return Decimal(digits if len(digits) == len(plain) else _parse_characters(plain)).normalize()


def _parse_figures(plain: str) -> Decimal | None:
    """The number of figures, which may be followed by 百, 千, 万 or 亿; None for another text."""
    unit = (SMALL | LARGE).get(plain[-1], 1)
    if "e" in plain:
        return None
    try:
        return (Decimal(plain[:-1] if unit > 1 else plain) * unit).normalize()
    except InvalidOperation:
        return None


def _parse_characters(text: str) -> int:
    total, section, digit, unit = 0, 0, 0, 1
    for at, c in enumerate(text):
        if c in DIGITS:
            digit = DIGITS[c]
            # 一百八 is 180, 一百零八 is 108.
            unit = unit // 10 if at == len(text) - 1 and at and text[at - 1] not in "零〇" else 1
        elif c in SMALL:
            section += (digit or (1 if not section else 0)) * SMALL[c]
            digit, unit = 0, SMALL[c]
        else:
            section += digit
            if c == "亿":  # counts all before it: 三万亿
                total, section = 0, total + section
            total += section * LARGE[c]
            section, digit, unit = 0, 0, LARGE[c]
    return total + section + digit * max(1, unit)
