"""Finds many words in a text in one pass, in simplified or traditional script. No I/O."""

from collections.abc import Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

import ahocorasick
import opencc

T = TypeVar("T")


class Match(NamedTuple, Generic[T]):
    """A word at a position of a text."""

    start: int
    end: int
    word: str
    meaning: T


class Vocabulary(Generic[T]):
    """An automaton of words with their meanings."""

    def __init__(self, meanings: Mapping[str, T]) -> None:
        """Build it from lower-case words; their traditional spellings are found too."""
        traditional = opencc.OpenCC("s2t").convert("\n".join(meanings)).split("\n")
        self._automaton = ahocorasick.Automaton()
        for (word, meaning), other in zip(meanings.items(), traditional, strict=True):
            for spelling in {word, other}:
                self._automaton.add_word(spelling, (word, len(spelling), meaning))
        self._automaton.make_automaton()

    def find(self, text: str) -> Iterator[Match[T]]:
        """Matches from left to right, the longest of overlapping ones; whole Latin words only."""
        lowered = text.lower()
        plain = lowered if len(lowered) == len(text) else text
        for last, (word, length, meaning) in self._automaton.iter_long(plain):
            start, end = last + 1 - length, last + 1
            if not (_is_inside_word(plain, start) or _is_inside_word(plain, end)):
                yield Match(start, end, word, meaning)


def _is_inside_word(text: str, at: int) -> bool:
    """Whether the position is inside a Latin word or number."""
    return 0 < at < len(text) and (pair := text[at - 1 : at + 1]).isascii() and pair.isalnum()
