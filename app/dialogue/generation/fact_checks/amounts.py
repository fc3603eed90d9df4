"""Reads amounts: numbers with a unit, prices, percentages. No I/O."""

from collections.abc import Iterator
from decimal import Decimal

import regex

from app.dialogue.generation.fact_checks.fact_values import Fact
from app.dialogue.understanding.entities.numerals import LETTERS, parse_number

_HALF = "半(?=个?(?:小时|钟头|月|年|天|日|斤|公斤))"
_NUMBER = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?[百千万亿]?|[{LETTERS}]+|{_HALF})"
_SPAN = r"\s*(?:[-~–—]|至|到|或)\s*"
_UNITS = {
    "元": ("元", 1), "块": ("元", 1), "块钱": ("元", 1), "rmb": ("元", 1), "人民币": ("元", 1),
    "角": ("元", "0.1"), "毛": ("元", "0.1"), "毛钱": ("元", "0.1"),
    "折": ("折", 1), "%": ("%", 1), "成": ("%", 10), "倍": ("倍", 1), "积分": ("分", 1),
    "天": ("天", 1), "日": ("天", 1), "周": ("天", 7), "星期": ("天", 7), "个星期": ("天", 7),
    "礼拜": ("天", 7), "个礼拜": ("天", 7), "小时": ("天", "1/24"), "个小时": ("天", "1/24"),
    "钟头": ("天", "1/24"), "个钟头": ("天", "1/24"), "h": ("天", "1/24"),
    "分钟": ("分钟", 1), "秒": ("秒", 1), "秒钟": ("秒", 1),
    "个工作日": ("工作日", 1), "工作日": ("工作日", 1), "个自然日": ("天", 1), "自然日": ("天", 1),
    "个月": ("月", 1), "年": ("年", 1), "季度": ("季", 1), "个季度": ("季", 1),
    "公斤": ("克", 1000), "千克": ("克", 1000), "kg": ("克", 1000), "斤": ("克", 500),
    "克": ("克", 1), "g": ("克", 1), "毫升": ("毫升", 1), "ml": ("毫升", 1),
    "升": ("毫升", 1000), "l": ("毫升", 1000),
    "厘米": ("米", "0.01"), "cm": ("米", "0.01"), "毫米": ("米", "0.001"), "mm": ("米", "0.001"),
    "米": ("米", 1), "公里": ("米", 1000), "km": ("米", 1000),
    "码": ("码", 1), "岁": ("岁", 1), "度": ("度", 1), "℃": ("度", 1),
    "个": ("", 1), "件": ("", 1), "位": ("", 1), "种": ("", 1), "次": ("", 1), "条": ("", 1),
    "份": ("", 1), "款": ("", 1), "张": ("", 1), "包": ("", 1), "瓶": ("", 1), "双": ("", 1),
    "套": ("", 1), "箱": ("", 1), "盒": ("", 1), "人": ("", 1), "家": ("", 1), "层": ("", 1),
    "楼": ("", 1), "步": ("", 1), "单": ("", 1), "级": ("", 1), "页": ("", 1), "项": ("", 1),
    "片": ("", 1), "粒": ("", 1), "袋": ("", 1), "罐": ("", 1), "支": ("", 1), "枚": ("", 1),
    "杯": ("", 1), "台": ("", 1), "间": ("", 1), "晚": ("", 1), "节": ("", 1), "滴": ("", 1),
    "束": ("", 1), "朵": ("", 1), "颗": ("", 1), "株": ("", 1), "只": ("", 1),
    "yuan": ("元", 1), "cny": ("元", 1), "kuai": ("元", 1), "dollars": ("元", 1),
    "dollar": ("元", 1), "bucks": ("元", 1), "usd": ("元", 1), "percent": ("%", 1),
    "days": ("天", 1), "day": ("天", 1), "hours": ("天", "1/24"), "hour": ("天", "1/24"),
    "minutes": ("分钟", 1), "minute": ("分钟", 1), "mins": ("分钟", 1), "min": ("分钟", 1),
    "seconds": ("秒", 1), "second": ("秒", 1), "weeks": ("天", 7), "week": ("天", 7),
    "months": ("月", 1), "month": ("月", 1), "years": ("年", 1), "year": ("年", 1),
    "working days": ("工作日", 1), "business days": ("工作日", 1), "grams": ("克", 1),
    "gram": ("克", 1), "degrees": ("度", 1), "degree": ("度", 1), "°c": ("度", 1), "度c": ("度", 1),
}  # fmt: skip
_UNIT = "|".join(
    regex.escape(unit) + ("(?![a-z])" if unit[-1].isascii() and unit != "%" else "")
    for unit in sorted(_UNITS, key=len, reverse=True)
)
CHANGE = regex.compile(
    rf"(?P<yuan>\d{{1,4}}|[{LETTERS}]{{1,6}})[块元](?P<jiao>[1-9{LETTERS[1:10]}])"
    rf"(?![\d{LETTERS}]|{_UNIT})"
)
AMOUNT = regex.compile(
    rf"(?P<ordinal>第)?(?P<money>[¥￥$])?\s*"
    rf"(?:(?P<low>{_NUMBER}){_SPAN})?(?P<high>{_NUMBER})\s*(?P<unit>{_UNIT})?"
)
PERCENT = regex.compile(rf"百分之(?P<n>{_NUMBER})")
LARGEST = 10**15
_ONES = {Decimal(1), Decimal(2)}


def read_change(match: regex.Match[str]) -> Iterator[Fact]:
    """The amount of 3块5 or 十元三."""
    yuan, jiao = parse_number(match["yuan"]), parse_number(match["jiao"])
    if yuan is not None and jiao is not None:
        yield Fact("amount", format(yuan + jiao / 10, "f"), "元", match.group())


def read_percent(match: regex.Match[str]) -> Iterator[Fact]:
    """The amount of 百分之五."""
    yield from _read_amount(match["n"], "%", match.group())


def is_number_with_unit(text: str) -> bool:
    """Whether a text is a number with a unit (5kg, 500ml), and so an amount, no name."""
    return bool(regex.fullmatch(rf"\d+(?:{_UNIT})", text))


def read_amounts(match: regex.Match[str]) -> Iterator[Fact]:
    """The amounts of a number or a range of numbers with its unit."""
    unit = match["unit"] or ("元" if match["money"] else "")
    for number in filter(None, (match["low"], match["high"])):
        yield from _read_amount(number, unit, match.group().strip(), bool(match["ordinal"]))


def _is_manner_of_speech(amount: Decimal, unit: str, number: str) -> bool:
    """Whether a spelled-out number is no fact: 一个, 两种, or a single digit without a unit."""
    return amount in _ONES or (not unit and len(number) == 1)


def _read_amount(number: str, unit: str, quote: str, ordinal: bool = False) -> Iterator[Fact]:
    amount = parse_number(number)
    if amount is None or amount > LARGEST:
        yield Fact("name", number, quote=quote)  # too large to convert: compared as text
        return
    is_spelled_out = not number[0].isdigit()
    name, factor = _UNITS.get(unit, ("", 1))
    if is_spelled_out and not name and not ordinal and _is_manner_of_speech(amount, unit, number):
        return
    top, _, bottom = str(factor).partition("/")
    scaled = amount * Decimal(top) / Decimal(bottom or 1)
    amount_text = format(scaled.quantize(Decimal("0.0001")).normalize(), "f")
    yield Fact("amount", amount_text, "第" if ordinal else name, quote)
