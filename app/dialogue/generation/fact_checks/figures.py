"""Normalises numbers, times and days to the forms that `facts` recognises.

Formal numerals (壹佰), 幺 in phone numbers, 两三次, and English: ten to 5 pm, Monday, March 5th.
"""

import regex

_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟幺", "一二三四五六七八九十百千一")
# Approximate numbers: 两三次 is two or three, 七八 seven or eight; not 二三十.
_ROUGHLY = regex.compile(
    r"(?<![\d一二三四五六七八九十])(一(?=两)|两(?=三)|[二三四五六七八](?=[三四五六七八九](?![十百千万\d])))"
    r"(?=.\p{Han})"
)
_CLOCK = regex.compile(r"\b(?P<h>\d{1,2})(?:[:.](?P<min>\d{2}))?\s*(?P<half>[ap])\.?m\b\.?")

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = regex.compile(rf"\b({'|'.join(_DAYS)})(?:s|nes|rs|ur)?days?\b")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS)
_DATE = regex.compile(
    rf"\b(?P<m1>{_MONTH})\.?\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\b"
    rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m2>{_MONTH})\b"
)
_ORDINAL = regex.compile(r"\b(\d+)(?:st|nd|rd|th)\b")

_ONES = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_VALUES = {word: number for number, word in enumerate(_ONES.split())} | {
    word: 10 * number for number, word in enumerate(_TENS.split(), 2)
}
_LARGE = {"hundred": 100, "thousand": 1_000}
_NUMERAL = "|".join([*_VALUES, *_LARGE])
# Only before a counted noun: "one of them" is no number.
_COUNTED_UNITS = """
yuan rmb cny kuai dollars? bucks percent days? hours? minutes? mins? seconds? weeks? months? years?
grams? degrees? kg km cm mm ml working business
"""
_SPELLED = regex.compile(
    rf"\b(?P<number>(?:{_NUMERAL})(?:[\s-]+(?:and\s+)?(?:{_NUMERAL}))*)"
    rf"(?=[\s-]*(?:{'|'.join(_COUNTED_UNITS.split())})(?![a-z]))"
)


def in_figures(text: str) -> str:
    """Rewrite a folded text with the forms 16:00, 周一, 3月5日 and 25 yuan."""
    text = _ROUGHLY.sub(r"\1到", text.translate(_FORMAL))
    text = _CLOCK.sub(lambda m: f"{m['half']}m {m['h']}:{m['min'] or '00'}", text)
    text = _WEEKDAY.sub(lambda m: f"周{'一二三四五六日'[_DAYS.index(m[1])]}", text)
    text = _DATE.sub(_format_date, text)
    text = _SPELLED.sub(lambda m: str(_read_number(m["number"])), text)
    return _ORDINAL.sub(r"第\1", text)


def _format_date(match: regex.Match[str]) -> str:
    name = (match["m1"] or match["m2"])[:3]
    month = next(at for at, each in enumerate(_MONTHS, 1) if each.startswith(name))
    return f"{month}月{match['d1'] or match['d2']}日"


def _read_number(number: str) -> int:
    total = 0
    for word in regex.findall(r"[a-z]+", number):
        if word in _LARGE:
            total = max(1, total) * _LARGE[word]
        else:
            total += _VALUES.get(word, 0)
    return total
