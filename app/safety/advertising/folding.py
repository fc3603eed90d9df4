"""Folds a text for the rules' patterns and remembers where each character came from."""

import bisect
import functools
from dataclasses import dataclass

import regex

from app.safety.words.normalise import fold_for_patterns

_GAP = regex.compile(r"(?<=\p{Han})[ \t*_.·|~^#\p{So}-]+(?=\p{Han})")  # 国-家-级
_STAND_INS = {"蕞": "最", "嶵": "最"}  # characters that are written for 最 to evade a check


@dataclass(frozen=True, slots=True)
class LocatableText:
    """A folded text; character i of `letters` came from character `places[i]` of the text."""

    letters: str
    places: tuple[int, ...]

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original text that letters[start:end] came from."""
        return self.places[start], self.places[end - 1] + 1

    def find_range(self, start: int, end: int) -> tuple[int, int]:
        """The range of `letters` that came from text[start:end]."""
        return bisect.bisect_left(self.places, start), bisect.bisect_left(self.places, end)


def fold_with_places(text: str) -> LocatableText:
    """Fold to half-width, lower-case, simplified characters, without signs that hide a word."""
    pieces = [_fold_character(character) for character in text]
    joined = "".join(pieces)
    places = list(range(len(text)))
    if len(joined) != len(text) or "" in pieces:  # a character folds to none or to several
        places = [place for place, piece in enumerate(pieces) for _ in piece]
    gaps = [match.span() for match in _GAP.finditer(joined)]
    if not gaps:
        return LocatableText(joined, tuple(places))
    return _remove_ranges(joined, places, gaps)


@functools.lru_cache(maxsize=65_536)
def _fold_character(character: str) -> str:
    return _STAND_INS.get(character) or fold_for_patterns(character)


def _remove_ranges(letters: str, places: list[int], ranges: list[tuple[int, int]]) -> LocatableText:
    pieces: list[str] = []
    remaining_places: list[int] = []
    at = 0
    for start, end in [*ranges, (len(letters), len(letters))]:
        pieces.append(letters[at:start])
        remaining_places += places[at:start]
        at = end
    return LocatableText("".join(pieces), tuple(remaining_places))
