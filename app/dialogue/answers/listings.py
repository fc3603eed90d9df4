"""Marks the clauses of an answer that are about the thing asked for, or about another of its kind
(day, place, branch, size, number of persons). No I/O.

Each `by_` function returns a mark or None for each clause; () if the answer lists nothing of the
kind, or it can't be judged.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.dialogue.answers.clauses import HANGS_ON, Clause, Mark
from app.dialogue.understanding import numerals, provinces, weekdays
from app.dialogue.understanding.weekdays import Day

Marks = Sequence[Mark | None]

_BRANCH = re.compile(
    r"([\u4e00-\u9fffA-Za-z]{2,6}?)(?:店(?![长员里])|校区|分[店馆院]|院区|训练场|场馆|门诊部?)"
)
_NO_BRANCH = re.compile("[本我你您两每各全新网门开分到在]$|家|所有|线下|旗舰|品牌")
ANOTHER = re.compile(
    "另(?:外)?(?:[一那这]?[家间]|[一那]个(?:店|校区|地方)?)|还有[一那][家间]|(?:别的|其[他它])(?:分?店|门店|校区)"
)

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
_PRICE = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s*元")
_FEWEST = 2  # things that make a list
_BEGINNING = 2  # characters at a segment's beginning that tell its branch
_LABEL = 3  # characters before a price that name its thing

_PERSONS = re.compile(
    r"(?P<pair>双人|情侣)|(?P<single>单人|一对一)|(?P<n>\d{1,3}|[一二两三四五六七八九十]+)(?:个)?[人位](?![份均民工])"
)
_OF_GROUPS = re.compile("[每一]班|名额|起|以上|以下|以内|满")
# Surcharges and deductions, which are no other thing: 腊月二十以后各加60元.
_ON_TOP = re.compile(
    r"[再另各多]加|加[收价钱付]|加\s*\d|再[减收付]|各[减收]|另[收付外]|封顶|押金|定金|抵"
)
_UNIT = re.compile(r"\d\s*(元|折|%|天|小时|分钟|个月|年|节|次|克|毫升|厘米|公里|点|:)")


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


def by_day(clauses: Sequence[Clause], day: Day) -> Marks:
    """Mark clauses on that day, such as 周五到周日10:00-22:00 for the weekend."""
    marks: list[Mark | None] = []
    closed_flags = [weekdays.is_closed_on(clause.text, day) for clause in clauses]
    for clause, is_closed in zip(clauses, closed_flags, strict=True):
        days = (
            frozenset()
            if weekdays.SIGNS_UP.search(clause.text)
            else weekdays.find_weekdays(clause.text)
        )
        is_wanted = is_closed if any(closed_flags) else bool(days & day.weekdays)
        mark = Mark(is_wanted, *weekdays.find_first_day(clause.text)) if days else None
        marks.append(mark)
    return _drop_empty_marks(marks)


def by_place(clauses: Sequence[Clause], place: str) -> Marks:
    """Mark clauses on that place, or on all places not listed (其他地方10元)."""
    covers = [provinces.find_coverage(clause.text, place) for clause in clauses]
    if "unsure" in covers:
        return ()
    wanted_cover = "listed" if "listed" in covers else "rest"
    return _drop_empty_marks(
        [
            Mark(cover == wanted_cover, *provinces.find_place_span(clause.text)) if cover else None
            for clause, cover in zip(clauses, covers, strict=True)
        ]
    )


def find_branch_names(texts: Collection[str]) -> frozenset[str]:
    """Names of branches at the beginning of texts: 石榴巷 in 石榴巷店几点开门."""
    return frozenset(whole_branches(texts).values())


def whole_branches(texts: Collection[str]) -> Mapping[str, str]:
    """Full name -> short name of the branches: 石榴巷店 -> 石榴巷."""
    matches = (match for text in texts if (match := _BRANCH.match(text)))
    return {match[0]: match[1] for match in matches if not _NO_BRANCH.search(match[1])}


def by_branch(clauses: Sequence[Clause], text: str, before: str, names: Collection[str]) -> Marks:
    """Mark clauses on the branch in `text`, or for 另一家 on those not named in `before`."""
    wanted_names = {name for name in names if name in text}
    earlier = {name for name in names if name in before}
    is_another = not wanted_names and ANOTHER.search(text) is not None
    if is_another and earlier:
        wanted_names = {*names} - earlier
    marks: list[Mark | None] = []
    for clause in clauses:
        clause_names = [name for name in names if name in clause.text]
        start = min((clause.text.index(name) for name in clause_names), default=0)
        marks.append(
            Mark(bool(wanted_names & {*clause_names}), start, start + 1) if clause_names else None
        )
    if is_another and not any(mark and mark.is_wanted for mark in marks):
        return _by_beginning(clauses, before) or (_drop_empty_marks(marks) if earlier else ())
    return _drop_empty_marks(marks) if wanted_names else ()


def _by_beginning(clauses: Sequence[Clause], before: str) -> Marks:
    """Mark segments by whether `before` has their first characters; () unless both occur."""
    marks: list[Mark | None] = []
    last = -1
    for clause in clauses:
        begins, last = clause.segment != last, clause.segment
        is_new = clause.text[:_BEGINNING] not in before
        marks.append(Mark(is_new) if begins and not HANGS_ON.match(clause.text) else None)
    wanted_flags = {mark.is_wanted for mark in marks if mark}
    return marks if wanted_flags == {True, False} else ()


def is_step(text: str) -> bool:
    """Whether a text asks for the next larger or smaller thing: 大一点的呢, 再高一级."""
    return bool(_LARGER.search(text) or _SMALLER.search(text))


def is_step_up(text: str) -> bool:
    """Whether the text asks for a larger thing."""
    return _LARGER.search(text) is not None


def find_price(text: str, at: int = 0) -> float | None:
    """The price at position `at` (from 0) in a text, in yuan; None if there are fewer."""
    prices = [match["n"] for match in _PRICE.finditer(text)]
    return float(prices[at]) if len(prices) > at else None


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


def by_persons(clauses: Sequence[Clause], number: int) -> Marks:
    """Mark clauses for this number of persons: 两人同上各付240元 for 2."""
    marks: list[Mark | None] = []
    for clause in clauses:
        match = None if _OF_GROUPS.search(clause.text) else _PERSONS.search(clause.text)
        if match is None:
            marks.append(None)
            continue
        count = 2 if match["pair"] else 1 if match["single"] else numerals.parse_number(match["n"])
        marks.append(Mark(count == number, *match.span()))
    return marks if any(mark and mark.is_wanted for mark in marks) else ()


def by_name(clauses: Sequence[Clause], keys: Sequence[str]) -> Marks:
    """Mark clauses with one of the names; unwanted ones give a value of the same unit."""
    pattern = re.compile("|".join(rf"(?<!\d){re.escape(key)}" for key in keys), re.IGNORECASE)
    matches = [pattern.search(clause.text) for clause in clauses]
    named_segments = {c.segment for c, match in zip(clauses, matches, strict=True) if match}
    units = {
        unit for c, m in zip(clauses, matches, strict=True) if m for unit in _UNIT.findall(c.text)
    }
    of_segments = _units_of_segments(clauses)
    segment_units = {unit for segment in named_segments for unit in of_segments[segment]}
    first = next((c for c in clauses if c.segment in named_segments), None)
    hangs = first is not None and HANGS_ON.match(first.text) is not None
    marks: list[Mark | None] = []
    last = -1
    for clause, match in zip(clauses, matches, strict=True):
        begins, last = clause.segment != last, clause.segment
        if match:
            marks.append(Mark(True, *match.span()))
        elif clause.segment in named_segments:
            is_other = units & {*_UNIT.findall(clause.text)} and not _is_condition(clause)
            marks.append(Mark(False) if is_other else None)
        else:
            is_other = begins and segment_units & of_segments[clause.segment] and not hangs
            marks.append(Mark(False) if is_other else None)
    return marks if named_segments else ()


def _drop_empty_marks(marks: list[Mark | None]) -> Marks:
    return marks if any(marks) else ()


def _is_condition(clause: Clause) -> bool:
    return bool(_ON_TOP.search(clause.text) or HANGS_ON.match(clause.text))


def _by_size(clause: Clause) -> _Rank | None:
    match = _SIZE.search(clause.text)
    return _Rank(_SIZES.index(match["size"]), "", match[0], *match.span()) if match else None


def _by_count(clause: Clause) -> _Rank | None:
    match = _COUNT.search(clause.text)
    if match is None or not _PRICE.search(clause.text):
        return None
    number = {"单": Decimal(1), "双": Decimal(2)}.get(match["n"]) or numerals.parse_number(
        match["n"]
    )
    return _Rank(float(number), match["unit"], match[0], *match.span()) if number else None


def _by_price(clause: Clause) -> _Rank | None:
    match = _PRICE.search(clause.text)
    if match is None or _ON_TOP.search(clause.text):
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


def _units_of_segments(clauses: Sequence[Clause]) -> Mapping[int, frozenset[str]]:
    segments = {clause.segment for clause in clauses}
    return {
        segment: frozenset(
            unit for c in clauses if c.segment == segment for unit in _UNIT.findall(c.text)
        )
        for segment in segments
    }
