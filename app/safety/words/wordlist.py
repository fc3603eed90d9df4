"""Finds words of lists in a text, also spaced out, by an Aho-Corasick automaton."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ahocorasick

from app.safety.words.normalise import BARRIER, FoldedLetters, fold_letters, fold_word

ALLOWED = ""  # the category of allowed words: hits within them don't count
SHORT_LATIN = 4  # letters; shorter Latin words don't match across gaps
# "打赌 博物馆" contains 赌博 across a pause: two-letter words with a pause must not adjoin others.
SHORT_CHINESE = 2


@dataclass(frozen=True, slots=True)
class WordHit:
    """A word of a list and its place in the text: text[start:end]."""

    word: str
    category: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WordMatcher:
    """Finds the words of all categories, in time linear in the text, whatever the lists' size."""

    automaton: Any  # None if the lists are empty

    def find(self, text: str) -> tuple[WordHit, ...]:
        """All hits from left to right, without those within an allowed word."""
        if self.automaton is None:
            return ()
        hits = sorted(self._find_matches(fold_letters(text)), key=lambda hit: (hit.start, hit.end))
        allowed = [hit for hit in hits if hit.category == ALLOWED]
        return tuple(
            hit
            for hit in hits
            if hit.category != ALLOWED
            and not any(a.start <= hit.start and hit.end <= a.end for a in allowed)
        )

    def _find_matches(self, folded: FoldedLetters) -> Iterator[WordHit]:
        for last, (letters, joints, entries) in self.automaton.iter(folded.letters):
            first = last - len(letters) + 1
            if _stands_alone(folded, first, last, joints):
                start, end = folded.places[first], folded.places[last] + 1
                yield from (WordHit(word, category, start, end) for category, word in entries)


def build_matcher(categories: Mapping[str, Iterable[str]]) -> WordMatcher:
    """Build a matcher from words by category; a word may be in several."""
    by_letters: dict[str, list[tuple[str, str]]] = {}
    for category, words in categories.items():
        for word in words:
            by_letters.setdefault(fold_word(word), []).append((category, word))
    automaton = ahocorasick.Automaton()
    for letters, entries in by_letters.items():
        joints = frozenset[int]().union(*(_inner_gaps(word) for _, word in entries))
        if letters:
            automaton.add_word(letters, (letters, joints, tuple(entries)))
    if not len(automaton):
        return WordMatcher(None)
    automaton.make_automaton()
    return WordMatcher(automaton)


def _inner_gaps(word: str) -> set[int]:
    """Indices of the letters before which the word itself has a gap: 6 in `online casino`."""
    if word.isalnum():
        return set()
    return {at for at, gap in enumerate(fold_letters(word).gaps) if gap != "none"}


def _stands_alone(folded: FoldedLetters, first: int, last: int, joints: frozenset[int]) -> bool:
    """Whether letters first..last are a word of their own, not parts of neighbouring words."""
    letters, gaps = folded.letters[first : last + 1], folded.gaps[first + 1 : last + 1]
    if _one_latin_word(folded, first) or _one_latin_word(folded, last + 1):
        return False  # no `av` in `save`
    if all(gap == "none" or at in joints for at, gap in enumerate(gaps, 1)):
        return True
    if letters.isascii():
        return len(letters) >= SHORT_LATIN and "none" not in gaps
    if "pause" not in gaps or len(letters) > SHORT_CHINESE:
        return True
    return not _are_adjacent(folded, first) and not _are_adjacent(folded, last + 1)


def _one_latin_word(folded: FoldedLetters, at: int) -> bool:
    """Whether letters at - 1 and at belong to one Latin word or number."""
    return _are_adjacent(folded, at) and folded.letters[at - 1 : at + 1].isascii()


def _are_adjacent(folded: FoldedLetters, at: int) -> bool:
    """Whether letters at - 1 and at exist with nothing between them."""
    pair = folded.letters[at - 1 : at + 1] if at else ""
    return len(pair) == len("ab") and BARRIER not in pair and folded.gaps[at] == "none"
