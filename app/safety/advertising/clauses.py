"""Splits a text into clauses with their places, and joins those that a finding reaches across."""

import collections
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from app.safety.advertising.values import AdvertisingFinding

_MARK = r"(?:[，。！!？?；;\r\n]|(?<![0-9]),|,(?![0-9]))"
_CLAUSE = regex.compile(rf"((?:(?!{_MARK}).)*)({_MARK}*)")
WEAK_MARKS = "，,；;"  # the sentence goes on behind them
_PAIRS = (("“", "”"), ("「", "」"), ("『", "』"), ("（", "）"))


@dataclass(frozen=True, slots=True)
class PlacedClause:
    """A clause with its place in the text and the marks behind it."""

    start: int
    text: str
    marks: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def ends_sentence(self) -> bool:
        """Whether its marks end the sentence."""
        return not set(self.marks) <= set(WEAK_MARKS)


def iter_clauses(text: str) -> Iterator[PlacedClause]:
    """The clauses of a text from left to right; joined with their marks they are the text."""
    for match in _CLAUSE.finditer(text):
        if match[0]:
            yield PlacedClause(match.start(), match[1], match[2])


def group_by_place(
    clauses: Sequence[PlacedClause], places: Sequence[AdvertisingFinding]
) -> Iterator[tuple[PlacedClause, list[AdvertisingFinding]]]:
    """The clauses in order, those that one place reaches across joined to one, each with the places
    that have a character of it.
    """
    ordered = collections.deque(sorted(places, key=lambda place: place.start))
    group: list[PlacedClause] = []
    inside: list[AdvertisingFinding] = []
    text, reach = "", 0
    for clause in clauses:
        text += group[-1].marks + clause.text if group else clause.text
        group.append(clause)
        while ordered and ordered[0].start < clause.end:
            place = ordered.popleft()
            reach = max(reach, place.end)
            if group[0].start < place.end:
                inside.append(place)
        if reach <= clause.end + len(clause.marks):
            yield PlacedClause(group[0].start, text, clause.marks), inside
            group, inside, text = [], [], ""
    if group:
        yield PlacedClause(group[0].start, text, group[-1].marks), inside


def remove_lone_quotes(text: str, original: str) -> str:
    """The text without quotation marks whose other half is no longer there, as in the original."""
    lone: set[int] = set()
    for opening, closing in _PAIRS:
        if original.count(opening) == original.count(closing):  # else: 1）, 2） of a list
            lone.update(_find_lone(text, opening, closing))
    return "".join(character for at, character in enumerate(text) if at not in lone)


def _find_lone(text: str, opening: str, closing: str) -> Iterator[int]:
    open_places: list[int] = []
    for at, character in enumerate(text):
        if character == opening:
            open_places.append(at)
        elif character == closing and open_places:
            open_places.pop()
        elif character == closing:
            yield at
    yield from open_places
