"""Marks the clauses of an answer that are about the thing asked for, or about another of its kind
(day, place, number of persons, name); `branches` and `steps` mark those of their own. No I/O.

Each `by_` function returns a mark or None for each clause; () if the answer lists nothing of the
kind, or it can't be judged.
"""

import re
from collections.abc import Mapping, Sequence

from app.dialogue.answers.answer_clauses.clauses import HANGS_ON, Clause, Mark
from app.dialogue.understanding.entities import numerals, provinces, weekdays
from app.dialogue.understanding.entities.weekdays import Day

Marks = Sequence[Mark | None]
PRICE = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s*元")
_PERSONS = re.compile(
    r"(?P<pair>双人|情侣)|(?P<single>单人|一对一)|(?P<n>\d{1,3}|[一二两三四五六七八九十]+)(?:个)?[人位](?![份均民工])"
)
_OF_GROUPS = re.compile("[每一]班|名额|起|以上|以下|以内|满")
# Surcharges and deductions, which are no other thing: 腊月二十以后各加60元.
ON_TOP = re.compile(
    r"[再另各多]加|加[收价钱付]|加\s*\d|再[减收付]|各[减收]|另[收付外]|封顶|押金|定金|抵"
)
_UNIT = re.compile(r"\d\s*(元|折|%|天|小时|分钟|个月|年|节|次|克|毫升|厘米|公里|点|:)")


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
    return drop_empty_marks(marks)


def by_place(clauses: Sequence[Clause], place: str) -> Marks:
    """Mark clauses on that place, or on all places not listed (其他地方10元)."""
    covers = [provinces.find_coverage(clause.text, place) for clause in clauses]
    if "unsure" in covers:
        return ()
    wanted_cover = "listed" if "listed" in covers else "rest"
    return drop_empty_marks(
        [
            Mark(cover == wanted_cover, *provinces.find_place_span(clause.text)) if cover else None
            for clause, cover in zip(clauses, covers, strict=True)
        ]
    )


def find_price(text: str, at: int = 0) -> float | None:
    """The price at position `at` (from 0) in a text, in yuan; None if there are fewer."""
    prices = [match["n"] for match in PRICE.finditer(text)]
    return float(prices[at]) if len(prices) > at else None


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


def drop_empty_marks(marks: list[Mark | None]) -> Marks:
    """The marks; () where no clause has one."""
    return marks if any(marks) else ()


def _is_condition(clause: Clause) -> bool:
    return bool(ON_TOP.search(clause.text) or HANGS_ON.match(clause.text))


def _units_of_segments(clauses: Sequence[Clause]) -> Mapping[int, frozenset[str]]:
    segments = {clause.segment for clause in clauses}
    return {
        segment: frozenset(
            unit for c in clauses if c.segment == segment for unit in _UNIT.findall(c.text)
        )
        for segment in segments
    }
