"""BM25 over an account's texts: a precomputed base, and exact scores for newer texts.

bm25s precomputes the base, which takes seconds for a hundred thousand texts. Texts changed since
are scored one by one, until enough has changed to rebuild the base.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import bm25s
import numpy as np

K1, B = 1.5, 0.75
COMPACTION_SHARE = 20  # rebuild when 1/20 of the rows is new or gone

Cut = Mapping[str, list[list[str]]]  # the words of an entry's texts


@dataclass(frozen=True, slots=True)
class Bm25Base:
    """The texts that bm25s has precomputed."""

    cut: Cut = field(default_factory=dict)
    starts: Mapping[str, int] = field(default_factory=dict)  # an entry's first row
    holding: Mapping[str, int] = field(default_factory=Counter)  # number of texts with a word
    scores: bm25s.BM25 | None = None
    rows: int = 0

    @classmethod
    def of(cls, cut: Cut) -> "Bm25Base":
        """Precompute over all these texts."""
        texts = [text for texts in cut.values() for text in texts]
        starts, row = {}, 0
        for entry, its in cut.items():
            starts[entry], row = row, row + len(its)
        holding = Counter(word for text in texts for word in set(text))
        scores = bm25s.BM25(k1=K1, b=B, method="lucene")
        if holding:
            scores.index(texts, show_progress=False)
        return cls(dict(cut), starts, holding, scores if holding else None, row)


@dataclass(frozen=True)
class Lexicon:
    """BM25 over the texts of `cut`, most of which are in `base`."""

    cut: Cut
    base: Bm25Base

    def shares(self, query_words: Sequence[str]) -> np.ndarray:
        """(rows,): BM25 scores divided by the score of a text of just these words, at most 1."""
        length = K1 * (1 - B + B * len(query_words) / self._mean_length)
        rarity = {word: self._inverse_frequency(word) for word in query_words}
        scores = self._score_base(query_words)
        for word, times in Counter(query_words).items():
            for row, often, norm in self._fresh_postings.get(word, ()):
                scores[row] += times * rarity[word] * often / (often + norm)
        whole = sum(rarity[word] for word in query_words) / (1 + length)
        return np.minimum(scores / np.float32(whole or 1.0), 1.0)

    @property
    def size(self) -> int:
        """How many texts there are."""
        return len(self._base_rows)

    def count_texts(self, word: str) -> int:
        """How many texts contain the word; includes texts of the base that are gone."""
        return self.base.holding.get(word, 0) + len(self._fresh_postings.get(word, ()))

    @property
    def needs_compaction(self) -> bool:
        """Whether so many rows are new or gone that the base should be rebuilt."""
        there = int((self._base_rows >= 0).sum())
        changed_rows = len(self._base_rows) - there + self.base.rows - there
        return changed_rows * COMPACTION_SHARE > len(self._base_rows)

    def prepare(self) -> None:
        """Fill the cached properties, so that the first search doesn't wait."""
        _ = (
            self._current_rows,
            self._matches_base,
            self._fresh_postings,
            self._mean_length,
            self.fresh,
        )

    def to_current_rows(self, base_rows: np.ndarray) -> np.ndarray:
        """The present rows of the base's rows; -1 for rows that are gone, and for -1."""
        return np.asarray(self._current_rows[base_rows])

    @cached_property
    def fresh(self) -> np.ndarray:
        """Rows of texts that are not in the base."""
        return np.flatnonzero(self._base_rows < 0)

    def _score_base(self, query_words: Sequence[str]) -> np.ndarray:
        """(rows,): the base's BM25 scores, 0 for newer rows."""
        all_scores, bm25 = np.zeros(len(self._base_rows), np.float32), self.base.scores
        known_words = [word for word in query_words if bm25 and word in bm25.vocab_dict]
        if bm25 is None or not known_words:
            return all_scores
        scores: np.ndarray = bm25.get_scores(known_words)
        if self._matches_base:
            return scores
        there = self._base_rows >= 0
        all_scores[there] = scores[self._base_rows[there]]
        return all_scores

    def _inverse_frequency(self, word: str) -> float:
        """The word's inverse document frequency, by Lucene's formula."""
        holding = self.count_texts(word)
        total = max(self.size, holding)  # texts of the base may be gone
        return math.log(1 + (total - holding + 0.5) / (holding + 0.5))

    def _iterate_texts(self) -> Iterator[list[str]]:
        return (text for texts in self.cut.values() for text in texts)

    @cached_property
    def _base_rows(self) -> np.ndarray:
        """(rows,): each text's row in the base, -1 for newer texts."""
        places: list[int] = []
        for entry, texts in self.cut.items():
            # A changed entry has a new list of words: the same list means the same texts.
            is_unchanged = self.base.cut.get(entry) is texts
            start = self.base.starts[entry] if is_unchanged else -1
            places += range(start, start + len(texts)) if is_unchanged else [-1] * len(texts)
        return np.array(places, np.int64)

    @cached_property
    def _current_rows(self) -> np.ndarray:
        """(base rows + 1,): each base row's present row or -1; the last element is for -1."""
        current_rows = np.full(self.base.rows + 1, -1, np.int64)
        there = np.flatnonzero(self._base_rows >= 0)
        current_rows[self._base_rows[there]] = there
        return current_rows

    @cached_property
    def _matches_base(self) -> bool:
        """Whether the rows are exactly the base's."""
        return np.array_equal(self._base_rows, np.arange(self.base.rows))

    @cached_property
    def _mean_length(self) -> float:
        return sum(map(len, self._iterate_texts())) / len(self._base_rows) or 1.0

    @cached_property
    def _fresh_postings(self) -> dict[str, list[tuple[int, int, float]]]:
        """Word -> (row, term frequency, BM25 length norm) for each newer text."""
        postings: dict[str, list[tuple[int, int, float]]] = {}
        for row, (place, text) in enumerate(
            zip(self._base_rows, self._iterate_texts(), strict=True)
        ):
            if place < 0:
                norm = K1 * (1 - B + B * len(text) / self._mean_length)
                for word, often in Counter(text).items():
                    postings.setdefault(word, []).append((row, often, norm))
        return postings
