"""Reads what a question may cost: 300块以内的鱼竿, 预算200, under 300 yuan, 最便宜的竿. No I/O.

A number counts as money by its unit (元, 块), or beside a word of a limit where no other unit
follows: 500以内的渔轮 is money, 300 克 and 3 岁以内 are not.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

from app.dialogue.understanding.entities.numerals import LETTERS, parse_number

Order = Literal["", "cheapest", "dearest"]

AROUND = (0.7, 1.3)  # of the amount: 100块左右
YEARS_END = 2100  # the last of two bare numbers from 1900 on that are years
LEAST_BARE = 10  # yuan of an amount without a unit
_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?[{LETTERS}k]?|[{LETTERS}]+)"
_UNIT = r"\s*(?:元|块钱?|人民币|rmb|yuan|cny)"
# What makes a number no amount of money; 以内加减法 is arithmetic.
_OTHER_UNITS = (
    "克斤升寸岁天年月日号周人位名枚条只支枝米厘毫公码颗抽张片粒节次个小时分秒点度层级折%℃"
)
_BARE = rf"(?![\d.{LETTERS}]|\s*(?:[{_OTHER_UNITS}]|[a-z]))"
_OF = "的?"
_TO = r"\s*(?:[到至~～—–-]|and|to)\s*"
_WITHIN = r"\s*(?:及|或)?(?:以内|之内|以下|以里|封顶|内(?!容))(?!的?(?:加|减|乘|除|口算|算术|数))"
_AT_MOST = (
    r"(?:不要?|别|不能|不可以?)?(?:超过|高于|大于|超出)了?|不超|低于|少于|小于|不到|控制在|最多(?:花|出)?"
    r"|顶多|至多|上限(?:是|为)?|只有|只能花|(?:the )?budget(?: is| of)?|under|below|less than|up to"
    r"|no more than|at most|within|cheaper than|max(?:imum)?(?: of)?"
)
_AT_LEAST = r"不低于|不少于|超过|高于|大于|至少|最少|over|above|more than|at least"
_SIGN = r"\s*(?:¥|rmb)?\s*"
_AMOUNT = rf"(?P<n>{_NUMBER})(?:{_UNIT}|{_BARE})"  # of money where a word of a limit is beside it
_MONEY = rf"(?:¥\s*(?P<s>{_NUMBER})(?:{_UNIT})?|(?P<n>{_NUMBER}){_UNIT})"
_CUTS = re.compile(r"满|减|立减|充|押金|运费|邮费|起送")  # 满300减30 is no budget

_BARGAINS = re.compile(
    r"能.{0,4}便宜|便宜(?:一?点|些)(?:吧|呗|行|可|卖|嘛|吗|不)|再便宜|便宜多少|便宜了|贵不贵|便宜[吗不]"
    r"|太便宜|(?:不要|别|不想要?|怕).{0,3}便宜|便宜没好货"
)
_ORDERS: Sequence[tuple[re.Pattern[str], Order]] = (
    (
        re.compile(
            r"(?:价格?)?(?:最|比较|更)?(?:便宜|实惠|平价|划算)(?:一?点儿?|一?些)?的?|价格?最?低(?:的|$)|最低价的?"
            r"|不(?:要?太?|怎么)贵的"
            r"|\b(?:the )?(?:cheap(?:est|er)?|lowest priced?|affordable|inexpensive)\b"
        ),
        "cheapest",
    ),
    (re.compile(r"(?:价格?)?最[贵高]价?的?|\b(?:the )?(?:most expensive|priciest)\b"), "dearest"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLimits:
    """The price that is asked for, in yuan; `aim`: the nearer to it, the better; `order`: which of
    the prices goes first.
    """

    least: float = 0.0
    most: float = inf
    aim: float | None = None
    order: Order = ""

    @property
    def is_limited(self) -> bool:
        """Whether there are prices that don't fit."""
        return self.least > 0 or self.most < inf


def read_budget(text: str) -> tuple[PriceLimits | None, str]:
    """The budget of a normalised text, and the text without its words; None where it has none."""
    order, rest = take_order(text)
    for pattern, build in _FORMS:
        for match in pattern.finditer(rest):
            budget = (
                None
                if _CUTS.search(rest[max(0, match.start() - 2) : match.end()])
                else build(match)
            )
            if budget is not None:
                limits, rest = budget, f"{rest[: match.start()]}，{rest[match.end() :]}"
                return PriceLimits(
                    least=limits.least, most=limits.most, aim=limits.aim, order=order
                ), rest
    return (PriceLimits(order=order), rest) if order else (None, text)


def write_budget(budget: PriceLimits) -> str:
    """The limits in words that `read_budget` reads as the same limits; "" where there are none."""
    least, most = (_write_amount(each) for each in (budget.least, budget.most))
    if budget.aim is not None:
        return f"{_write_amount(budget.aim)}元左右"
    if budget.least > 0:
        return f"{least}到{most}元之间" if budget.most < inf else f"{least}元以上"
    return f"{most}元以内" if budget.is_limited else ""


def _write_amount(amount: float) -> str:
    return f"{amount:.2f}".rstrip("0").rstrip(".")


def take_order(text: str) -> tuple[Order, str]:
    """Which of the prices a normalised text asks for, and the text without these words."""
    if _BARGAINS.search(text):
        return "", text
    for pattern, order in _ORDERS:
        if pattern.search(text):
            return order, pattern.sub("，", text)
    return "", text


def _to_amount(number: str | None) -> float | None:
    """Yuan of a numeral: 300, 三百, 一百五, 1k."""
    if not number:
        return None
    plain = number.replace(",", "")
    value = parse_number(plain.removesuffix("k"))
    return None if value is None else float(value) * (1_000 if plain.endswith("k") else 1)


def _read_amount(match: re.Match[str]) -> float | None:
    """The amount of a match; one without a unit has LEAST_BARE at least."""
    groups = match.groupdict()
    amount = _to_amount(groups.get("s") or groups.get("n"))
    is_small = amount is not None and amount < LEAST_BARE
    return None if is_small and not re.search(f"¥|{_UNIT}", match[0]) else amount


def _build_most(match: re.Match[str]) -> PriceLimits | None:
    amount = _read_amount(match)
    return None if amount is None else PriceLimits(most=amount)


def _build_least(match: re.Match[str]) -> PriceLimits | None:
    amount = _read_amount(match)
    return None if amount is None else PriceLimits(least=amount)


def _build_aim(match: re.Match[str]) -> PriceLimits | None:
    amount = _read_amount(match)
    if amount is None:
        return None
    return PriceLimits(least=AROUND[0] * amount, most=AROUND[1] * amount, aim=amount)


def _build_pair(match: re.Match[str]) -> PriceLimits | None:
    """两三百块; 两百多块 below 300; 几十块 below 100."""
    if match["more"]:
        step = _to_amount(match["more"]) or 0
        return _limit(least := _to_amount(match["about"] + match["more"]), (least or 0) + step - 1)
    step = _to_amount(match["unit"]) or 0
    if match["few"]:
        return PriceLimits(most=10 * step - 1)
    return _limit(*(_to_amount(match[each] + match["unit"]) for each in ("first", "second")))


def _build_bare_range(match: re.Match[str]) -> PriceLimits | None:
    """500到1000的吉他; not years (1950到2000的唱片), which the two of them may be."""
    least, most = (_to_amount(match[name]) for name in ("low", "high"))
    is_years = least is not None and least >= 1900 and most is not None and most <= YEARS_END
    return None if is_years else _limit(least, most)


def _limit(least: float | None, most: float | None) -> PriceLimits | None:
    return (
        None
        if least is None or most is None or least >= most
        else PriceLimits(least=least, most=most)
    )


_FORMS: Sequence[tuple[re.Pattern[str], Callable[[re.Match[str]], PriceLimits | None]]] = (
    (
        re.compile(
            rf"(?:预算|价格?|价位|between)?(?:[是在为]|大概|\s)*{_SIGN}(?P<low>{_NUMBER})(?:{_UNIT})?{_TO}"
            rf"{_SIGN}(?P<high>{_NUMBER})(?:{_UNIT}(?:之间|以内)?|{_BARE}\s*(?:之间|价位)){_OF}"
            rf"|(?:预算|价位|between\s)(?:[是在为]|大概|\s)*{_SIGN}(?P<low2>{_NUMBER}){_TO}{_SIGN}(?P<high2>{_NUMBER}){_BARE}{_OF}"
        ),
        lambda match: _limit(
            _to_amount(match["low"] or match["low2"]), _to_amount(match["high"] or match["high2"])
        ),
    ),
    (
        re.compile(
            rf"(?<![\d.:：{LETTERS}a-z])(?<!身高|体重|尺码|门牌|考号|订单|电话|编号)(?P<low>[1-9]\d{{1,3}}[05]0|[1-9]\d?00|[1-9]50|50)"
            rf"{_TO}(?P<high>[1-9]\d{{1,3}}[05]0|[1-9]\d?00|[1-9]50)(?:{_BARE}的|(?=，|,|$))"
        ),
        _build_bare_range,
    ),
    (
        re.compile(
            rf"(?:(?P<few>几)|(?P<first>[一二三四五六七八两])(?P<second>[二两三四五六七八九]))(?P<unit>[十百千万])来?{_UNIT}(?:左右|以内|之间)?{_OF}"
            rf"|(?P<about>[一二两三四五六七八九])(?P<more>[十百千万])多{_UNIT}{_OF}"
        ),
        _build_pair,
    ),
    (re.compile(rf"(?:{_AT_MOST})\s*{_SIGN}{_AMOUNT}(?:{_WITHIN})?{_OF}"), _build_most),
    (re.compile(rf"(?:预算)?[在是为]?{_SIGN}{_AMOUNT}{_WITHIN}{_OF}"), _build_most),
    (re.compile(rf"(?:{_AT_LEAST})\s*{_SIGN}{_AMOUNT}{_OF}"), _build_least),
    (re.compile(rf"{_SIGN}{_AMOUNT}\s*(?:以上|往上|起步){_OF}"), _build_least),
    (re.compile(rf"(?:around|about)\s*{_SIGN}{_AMOUNT}"), _build_aim),
    (
        re.compile(rf"预算(?:[是为有只在大概约就不多差:：,，的]|\s)*{_SIGN}{_AMOUNT}(?!\s*(?:左右|上下)){_OF}"),
        _build_most,
    ),
    (re.compile(rf"{_SIGN}{_AMOUNT}\s*(?:的|块)?预算{_OF}"), _build_most),
    (
        re.compile(
            rf"(?:预算)?(?:[是在大概约]|\s)*{_SIGN}{_AMOUNT}来?\s*(?:左右|上下|附近|出头){_OF}"
        ),
        _build_aim,
    ),
    (re.compile(rf"{_MONEY}(?=(?:，|,|\s)*(?:能|可以|够)?买)"), _build_most),
    (re.compile(rf"{_MONEY}{_OF}"), _build_aim),
)  # fmt: skip
