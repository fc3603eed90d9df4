"""Reads bounds in an answer, such as 65岁以上, and tells whether a number is within. No I/O.

以下 may or may not include its number: for that number the result is "unsure".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from app.dialogue.understanding.entities import numerals

Within = Literal["yes", "no", "unsure"]

_NUMBER = r"\d+(?:\.\d+)?|[零一二两三四五六七八九十百千半]+"
# Unit -> (unit used for comparison, factor).
_UNITS: Mapping[str, tuple[str, Decimal]] = {
    "周岁": ("岁", Decimal(1)), "岁": ("岁", Decimal(1)), "元": ("元", Decimal(1)),
    "块钱": ("元", Decimal(1)), "块": ("元", Decimal(1)), "个人": ("人", Decimal(1)),
    "人": ("人", Decimal(1)), "位": ("人", Decimal(1)), "名": ("人", Decimal(1)),
    "公里": ("公里", Decimal(1)), "千米": ("公里", Decimal(1)), "km": ("公里", Decimal(1)),
    "厘米": ("厘米", Decimal(1)), "公分": ("厘米", Decimal(1)), "cm": ("厘米", Decimal(1)),
    "米": ("厘米", Decimal(100)), "公斤": ("公斤", Decimal(1)), "千克": ("公斤", Decimal(1)),
    "kg": ("公斤", Decimal(1)), "斤": ("公斤", Decimal("0.5")), "个月": ("个月", Decimal(1)),
    "小时": ("小时", Decimal(1)), "天": ("天", Decimal(1)), "本": ("本", Decimal(1)),
    "件": ("件", Decimal(1)), "枝": ("枝", Decimal(1)), "支": ("枝", Decimal(1)),
    "束": ("束", Decimal(1)), "节": ("节", Decimal(1)), "次": ("次", Decimal(1)),
    "箱": ("箱", Decimal(1)), "份": ("份", Decimal(1)), "盒": ("盒", Decimal(1)),
    "桌": ("桌", Decimal(1)), "平米": ("平米", Decimal(1)), "平": ("平米", Decimal(1)),
    "套": ("套", Decimal(1)), "斤半": ("公斤", Decimal("0.75")),
}  # fmt: skip
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
# Ranges count as bounds in these units only; others are durations or prices: 10到12天, 30元起.
_OF_SPANS = frozenset({"岁", "公里", "厘米", "公斤"})
_BOUND = re.compile(
    rf"(?P<less>未满|不满|不到|不足|未到|低于|小于|少于|没到)\s*(?P<n1>{_NUMBER})\s*(?P<u1>{_UNIT})"
    rf"|(?P<more>超过|超出|高于|大于|多于|超)\s*(?P<n2>{_NUMBER})\s*(?P<u2>{_UNIT})"
    rf"|(?P<low>{_NUMBER})\s*(?P<u3>{_UNIT})?(?P<half1>半)?\s*(?:到|至|[-~～—–])\s*(?P<high>{_NUMBER})\s*(?P<u4>{_UNIT})"
    rf"|(?P<most>不超过|最[大高多]|上限|至多)\s*(?P<n5>{_NUMBER})\s*(?P<u5>{_UNIT})"
    rf"|(?P<n6>{_NUMBER})\s*(?P<u6>{_UNIT})\s*(?P<down>(?:及|或|\(含\))?以下|以内|之内|内(?!容))"
    rf"|(?P<n7>{_NUMBER})\s*(?P<u7>{_UNIT})\s*(?P<up>(?:及|或|\(含\))?以上|起)"
    rf"|(?P<least>年?满|达到|至少|最[小低少])\s*(?P<n8>{_NUMBER})\s*(?P<u8>{_UNIT})"
)
# A clause on the rest of the bound before it: 更小的要家长陪, 不满收12元.
_REST_OF = re.compile(
    r"\W*(?:更[小大高低多少远近]|其[他它余](?![地省城区时日家门])|否则|不然|[不未][满到足](?!\d|[一二三四五六七八九十])|超过(?:的|部分|的部分)|超出)"
)
# A number for a class or a table, not for the follower.
_OF_GROUPS = re.compile(r"[每一][班桌组场车间]|名额|限额")
_HEIGHT = re.compile(r"(?P<m>[12一两])米(?P<cm>\d{1,2}|[一二三四五六七八九]{1,2})(?!\d)")
_VALUE = re.compile(rf"(?P<n>{_NUMBER})\s*(?P<unit>{_UNIT})(?P<half>半)?")
_BARE = re.compile(rf"(?<![\d.])(?P<n>{_NUMBER})(?![\d.])")
_ONLY = re.compile(
    r"\W*(?:我|他|她|你|孩子|宝宝|娃|儿子|女儿|闺女|老人|奶奶|爷爷|外婆|外公|姥姥|姥爷|爸爸?|妈妈?|老公|老婆|家|今年|刚|已经|快|就|是|有|买了?|满|也|都|才|的话|呢|吧|了|啊|哦|呀|嗯|那|如果|\W)*"
)


@dataclass(frozen=True, slots=True)
class Value:
    """A number that a follower names: 67岁."""

    number: Decimal
    unit: str  # the unit used for comparison

    @property
    def words(self) -> str:
        """The value in words: 1.2米."""
        return f"{self.number:f}{self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A range from `low` to `high`, None for no limit; limits are included unless `*_open`."""

    unit: str
    low: Decimal | None = None
    high: Decimal | None = None
    low_open: bool = False
    high_open: bool = False
    is_vague: bool = False  # unclear whether the limit itself is included
    start: int = 0
    end: int = 0

    def within(self, value: Value) -> Within:
        """Whether the value lies in the range; unsure at a limit that isn't exact."""
        number = value.number
        if self.is_vague and number in {self.low, self.high}:
            return "unsure"
        above = self.low is None or number > self.low or (number == self.low and not self.low_open)
        below = (
            self.high is None or number < self.high or (number == self.high and not self.high_open)
        )
        return "yes" if above and below else "no"

    def excludes(self, other: "Bound") -> bool:
        """Whether no number is in both ranges."""
        lows = [each for each in (self.low, other.low) if each is not None]
        highs = [each for each in (self.high, other.high) if each is not None]
        return bool(lows and highs) and max(lows) >= min(highs)

    def contains(self, other: "Bound") -> bool:
        """Whether this range includes the other one."""
        above = self.low is None or (other.low is not None and other.low >= self.low)
        below = self.high is None or (other.high is not None and other.high <= self.high)
        return above and below

    @property
    def rest(self) -> "Bound":
        """The complement of a range with one limit: below its low, or above its high."""
        if self.low is not None and self.high is None:
            return Bound(unit=self.unit, high=self.low, high_open=not self.low_open)
        return Bound(
            unit=self.unit, low=self.high, low_open=not self.high_open, is_vague=self.is_vague
        )


def read_bounds(clauses: Sequence[str]) -> tuple[Bound | None, ...]:
    """The bound of each clause or None; a clause such as 不满的 gets the rest of the last bound."""
    bounds: list[Bound | None] = []
    last: Bound | None = None
    for clause in clauses:
        bound = _find_bound(clause)
        if bound is None and last and (last.low is None) != (last.high is None):
            rest = _REST_OF.match(clause)
            bounds.append(last.rest if rest else None)
            continue
        last = bound or last
        bounds.append(bound)
    return tuple(bounds)


def find_value(text: str, bounds: Sequence[Bound | None]) -> Value | None:
    """The number in the text with a unit of the bounds. A number without a unit counts if the text
    says nothing else and the bounds have one unit.
    """
    units = {bound.unit for bound in bounds if bound}
    if "厘米" in units and (height := _HEIGHT.search(text)):
        return _read_height(height)
    for match in _VALUE.finditer(text):
        unit, factor = _UNITS[match["unit"]]
        number = numerals.parse_number(match["n"])
        if number is None:
            continue
        number = (number + (Decimal("0.5") if match["half"] else 0)) * factor
        if unit in units:
            return Value(number.normalize(), unit)
        if unit == "个月" and "岁" in units:
            return Value(round(number / 12, 1), "岁")
    bare = _BARE.search(text)
    number = numerals.parse_number(bare["n"]) if bare else None
    if bare is None or number is None or len(units) != 1:
        return None
    around = text[: bare.start()] + " " + text[bare.end() :]
    return Value(number, units.pop()) if _ONLY.fullmatch(around) else None


def is_complete(clauses: Sequence[str], unit: str) -> bool:
    """Whether every number of the unit is part of a bound; 三人同报, for one, is not."""
    for clause in clauses:
        bound = _find_bound(clause)
        rest = clause[: bound.start] + " " + clause[bound.end :] if bound else clause
        if any(_UNITS[match["unit"]][0] == unit for match in _VALUE.finditer(rest)):
            return False
    return True


def _read_height(match: re.Match[str]) -> Value | None:
    metres, rest = numerals.parse_number(match["m"]), numerals.parse_number(match["cm"])
    if metres is None or rest is None:
        return None
    return Value(100 * metres + (rest if rest > 9 else 10 * rest), "厘米")


def _find_bound(clause: str) -> Bound | None:
    if _OF_GROUPS.search(clause):
        return None
    for match in _BOUND.finditer(clause):
        if bound := _read_bound(match):
            return bound
    return None


def _read_bound(match: re.Match[str]) -> Bound | None:
    if match["high"]:
        return _read_span(match)
    number = next(n for i in (1, 2, 5, 6, 7, 8) if (n := match[f"n{i}"]))
    unit, bound = _convert_measure(
        number, next(u for i in (1, 2, 5, 6, 7, 8) if (u := match[f"u{i}"]))
    )
    at, end = match.span()
    if bound is None or (match["up"] == "起" and unit == "元"):
        return None
    if match["less"] or match["most"] or match["down"]:
        is_vague = match["down"] == "以下"
        return Bound(
            unit=unit,
            low=None,
            high=bound,
            high_open=bool(match["less"]),
            is_vague=is_vague,
            start=at,
            end=end,
        )
    return Bound(unit=unit, low=bound, low_open=bool(match["more"]), start=at, end=end)


def _read_span(match: re.Match[str]) -> Bound | None:
    unit, low = _convert_measure(
        match["low"], match["u3"] or match["u4"], half=bool(match["half1"])
    )
    _, high = _convert_measure(match["high"], match["u4"])
    if unit not in _OF_SPANS or low is None or high is None or low >= high:
        return None
    return Bound(unit=unit, low=low, high=high, start=match.start(), end=match.end())


def _convert_measure(number: str, unit: str, *, half: bool = False) -> tuple[str, Decimal | None]:
    name, factor = _UNITS[unit]
    value = numerals.parse_number(number)
    if value is None:
        return name, None
    return name, ((value + (Decimal("0.5") if half else 0)) * factor).normalize()
