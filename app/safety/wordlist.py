"""Words found in a text, however they are spaced out: an Aho-Corasick automaton."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ahocorasick

from app.safety.normalise import BARRIER, Plain, bare, plain

ALLOWED = ""  # the category of words that are no alarm, whatever is in them
SHORT_LATIN = 4  # letters; shorter Latin words are never looked for across gaps
# "打赌 博物馆" holds 赌博 across a pause: words of two letters count only where they stand alone.
SHORT_CHINESE = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of a list, and where it stands in the text: text[start:end]."""

    word: str
    category: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Wordlist:
    """Categories of words. Finding takes time by the text's length, not the lists'."""

    automaton: Any  # None where there is no word at all

    def find(self, text: str) -> tuple[Hit, ...]:
        """All hits from left to right; none that lies within an allowed word."""
        if self.automaton is None:
            return ()
        found = sorted(self._matches(plain(text)), key=lambda hit: (hit.start, hit.end))
        allowed = [hit for hit in found if hit.category == ALLOWED]
        return tuple(
            hit
            for hit in found
            if hit.category != ALLOWED
            and not any(a.start <= hit.start and hit.end <= a.end for a in allowed)
        )

    def _matches(self, seen: Plain) -> Iterator[Hit]:
        for last, (letters, joints, entries) in self.automaton.iter(seen.letters):
            first = last - len(letters) + 1
            if _stands(seen, first, last, joints):
                start, end = seen.places[first], seen.places[last] + 1
                yield from (Hit(word, category, start, end) for category, word in entries)


def build(categories: Mapping[str, Iterable[str]]) -> Wordlist:
    """From category -> words; a word may be in several."""
    by_letters: dict[str, list[tuple[str, str]]] = {}
    for category, words in categories.items():
        for word in words:
            by_letters.setdefault(bare(word), []).append((category, word))
    automaton = ahocorasick.Automaton()
    for letters, entries in by_letters.items():
        joints = frozenset[int]().union(*(_joints(word) for _, word in entries))
        if letters:
            automaton.add_word(letters, (letters, joints, tuple(entries)))
    if not len(automaton):
        return Wordlist(None)
    automaton.make_automaton()
    return Wordlist(automaton)


def _joints(word: str) -> set[int]:
    """Before which letters a word has gaps of its own: before the 6th of `online casino`."""
    if word.isalnum():
        return set()
    return {at for at, gap in enumerate(plain(word).gaps) if gap != "none"}


def _stands(seen: Plain, first: int, last: int, joints: frozenset[int]) -> bool:
    """Whether letters first..last are the word, and not parts of neighbours."""
    letters, gaps = seen.letters[first : last + 1], seen.gaps[first + 1 : last + 1]
    if _one_latin_word(seen, first) or _one_latin_word(seen, last + 1):
        return False  # no `av` in `save`
    if all(gap == "none" or at in joints for at, gap in enumerate(gaps, 1)):
        return True
    if letters.isascii():
        return len(letters) >= SHORT_LATIN and "none" not in gaps
    if "pause" not in gaps or len(letters) > SHORT_CHINESE:
        return True
    return not _adjoin(seen, first) and not _adjoin(seen, last + 1)


def _one_latin_word(seen: Plain, at: int) -> bool:
    """Letters at - 1 and at belong to one Latin word or number."""
    return _adjoin(seen, at) and seen.letters[at - 1 : at + 1].isascii()


def _adjoin(seen: Plain, at: int) -> bool:
    """Letters at - 1 and at are there, with nothing between them."""
    pair = seen.letters[at - 1 : at + 1] if at else ""
    return len(pair) == len("ab") and BARRIER not in pair and seen.gaps[at] == "none"
