"""Candidates of a question, and how well each window of each of them covers it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.search.alignment import (
    HEADING_TOKENS,
    TEXT_TOKENS,
    Aligned,
    Covers,
    TextStack,
    Tokens,
)
from models.search.windows import split_windows


@dataclass(frozen=True, slots=True)
class SearchCandidate:
    """An entry (headings: its question and variants; text: its answer), or a chunk with headings.

    A chunk's text is split into windows, each of which is compared separately.
    """

    headings: tuple[str, ...]
    text: str
    is_chunk: bool = False

    @property
    def windows(self) -> list[str]:
        """The parts of the text that are compared separately: of a chunk its windows."""
        return split_windows(self.text) if self.is_chunk else [self.text]


@dataclass(frozen=True, slots=True)
class SearchExcerpt:
    """A heading of a candidate and a window of its text, to be compared with a question."""

    candidate: int  # index among the candidates
    heading: str
    passage: str


@dataclass(frozen=True, slots=True)
class ComparedPair:
    """A heading and a window of a candidate, aligned with a question; `cover` is their cosine."""

    excerpt: SearchExcerpt
    cover: float
    aligned: Aligned


class CandidateComparer:
    """Computes covers of a question by candidates, whose token states are stacked once."""

    def __init__(
        self,
        tokens: Mapping[str, Tokens],
        candidates: Sequence[SearchCandidate],
        windows: Sequence[Sequence[str]],
    ) -> None:
        """`windows`: of each candidate; `tokens` has the states of all texts."""
        headings = (h for each in candidates for h in each.headings)
        clipped = {(h, HEADING_TOKENS): tokens[h].clipped(HEADING_TOKENS) for h in headings}
        clipped |= {
            (p, TEXT_TOKENS): tokens[p].clipped(TEXT_TOKENS) for some in windows for p in some
        }
        self._tokens = tokens
        self._candidates, self._windows = candidates, windows
        self._texts = list(clipped.values())
        self._numbers = {text: number for number, text in enumerate(clipped)}

    def pairs(self, question: str) -> list[list[ComparedPair]]:
        """For each candidate one pair a window, sorted by cover, best first."""
        if not self._texts:
            return []
        covers = TextStack(self._texts).covers(self._tokens[question])
        return [
            sorted(
                (self._best_pair(covers, at, candidate.headings, part) for part in parts),
                key=cover_of,
                reverse=True,
            )
            for at, (candidate, parts) in enumerate(
                zip(self._candidates, self._windows, strict=True)
            )
        ]

    def _best_pair(
        self, covers: Covers, at: int, headings: Sequence[str], part: str
    ) -> ComparedPair:
        """The pair of the window `part` and the heading that gives the best cover with it."""
        text = self._numbers[part, TEXT_TOKENS]
        numbers = [self._numbers[heading, HEADING_TOKENS] for heading in headings]
        means = covers.means(numbers, text)
        best = int(means.argmax())
        return ComparedPair(
            SearchExcerpt(at, headings[best], part),
            float(means[best]),
            Aligned(
                self._texts[numbers[best]], self._texts[text], covers.align(numbers[best], text)
            ),
        )


def cover_of(pair: ComparedPair) -> float:
    """The cover of a pair, to sort by."""
    return pair.cover


def sort_by_turns(pairs: Sequence[Sequence[ComparedPair]]) -> list[ComparedPair]:
    """The best pair of each candidate, by cover, then all other pairs, by cover."""
    best = sorted((some[0] for some in pairs), key=cover_of, reverse=True)
    others = sorted((pair for some in pairs for pair in some[1:]), key=cover_of, reverse=True)
    return best + others
