"""Asks for the next larger or smaller thing, and the clauses of an answer on it. No I/O."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.dialogue.answers.answer_clauses.clauses import Clause, Mark
from app.dialogue.answers.answer_clauses.listings import ON_TOP, PRICE, Marks
from app.dialogue.understanding.entities import numerals

_LARGER = re.compile(
    "再[大多长高好贵]|更[大多长高好贵]|[大多长高好贵](?:一|上)?[点些号级档](?!钟)|升[一]?级|(?<![\u4e00-\u9fff])有?[大好贵]的|最[大多长高好贵]"
)
_SMALLER = re.compile(
    "再[小少短低便]|更[小少短低便]|(?:[小少短低]|便宜)(?:一)?[点些号级档](?!钟)|降[一]?级|(?<![\u4e00-\u9fff])有?(?:小|便宜)的|最(?:[小少短低]|便宜)"
)
_MOST = re.compile("最")
_LEVEL = re.compile("级|档|[好贵]|便宜|[高低]")
_SIZES = ("迷你", "小", "中", "大", "特大", "加大", "超大")
_SIZE = re.compile(
    r"(?P<size>迷你|特大|加大|超大|[大中小])(?:[号份杯盒罩瓶桶碗束箱包]|教室|会议室|包[间厢])?(?=[\u4e00-\u9fff]{0,3}\s*\d)"
)
_COUNT = re.compile(
    r"(?P<n>\d+|[一二两三四五六七八九十]+|[单双])\s*(?P<unit>[枝支朵株层寸升克斤磅米平节次级座本]|毫升|人份|小时|个月)"
)
_FEWEST = 2  # things that make a list
_LABEL = 3  # characters before a price that name its thing


@dataclass(frozen=True, slots=True)
class _Rank:
    """A size, count or price in a clause, by which things are ordered, and its label."""

    number: float
    unit: str
    label: str
    start: int
    end: int

    def is_named(self, text: str) -> bool:
        """Whether the text has the label, such as 11枝, or part of a price's label (VIP班)."""
        if self.unit != "元":
            return re.search(rf"(?<!\d){re.escape(self.label)}", text) is not None
        return any(self.label[at : at + 2] in text for at in range(len(self.label) - 1))


def is_step(text: str) -> bool:
    """Whether a text asks for the next larger or smaller thing: 大一点的呢, 再高一级."""
    return bool(_LARGER.search(text) or _SMALLER.search(text))


def is_step_up(text: str) -> bool:
    """Whether the text asks for a larger thing."""
    return _LARGER.search(text) is not None


def by_step(clauses: Sequence[Clause], text: str, before: str) -> Marks | None:
    """Mark clauses on the next size, count or level after the one that `before` names. None if it
    names none of three or more, so that the next is unknown.
    """
    is_up = is_step_up(text)
    ways = [_by_size, _by_count, *([_by_price] if _LEVEL.search(text) else [])]
    for way in ways:
        ranked = _of_one_kind([way(clause) for clause in clauses])
        ranks = sorted({each.number for each in ranked if each}, reverse=not is_up)
        if len(ranks) < _FEWEST:
            continue
        named_ranks = {each.number for each in ranked if each and each.is_named(before)}
        if not named_ranks and len(ranks) > _FEWEST and not _MOST.search(text):
            return None
        wanted_rank = _find_next_rank(ranks, named_ranks, is_last=bool(_MOST.search(text)))
        return [
            Mark(each.number == wanted_rank, each.start, each.end) if each else None
            for each in ranked
        ]
    return ()


def _by_size(clause: Clause) -> _Rank | None:
    match = _SIZE.search(clause.text)
    return _Rank(_SIZES.index(match["size"]), "", match[0], *match.span()) if match else None


def _by_count(clause: Clause) -> _Rank | None:
    match = _COUNT.search(clause.text)
    if match is None or not PRICE.search(clause.text):
        return None
    number = {"单": Decimal(1), "双": Decimal(2)}.get(match["n"]) or numerals.parse_number(
        match["n"]
    )
    return _Rank(float(number), match["unit"], match[0], *match.span()) if number else None


def _by_price(clause: Clause) -> _Rank | None:
    match = PRICE.search(clause.text)
    if match is None or ON_TOP.search(clause.text):
        return None
    label = clause.text[: match.start()].strip()[-_LABEL:] or match[0]
    return _Rank(float(match["n"]), "元", label, 0, match.start())


def _of_one_kind(ranked: Sequence[_Rank | None]) -> Sequence[_Rank | None]:
    """The ranks in the most common unit; the others become None."""
    units = Counter(each.unit for each in ranked if each)
    unit = units.most_common(1)[0][0] if units else ""
    return [each if each and each.unit == unit else None for each in ranked]


def _find_next_rank(
    ranks: Sequence[float], named_ranks: Collection[float], *, is_last: bool
) -> float | None:
    """The rank after the furthest named one; the last if none is named or `is_last`."""
    if is_last or not named_ranks:
        return ranks[-1]
    after = ranks[max(ranks.index(each) for each in named_ranks) + 1 :]
    return after[0] if after else None
